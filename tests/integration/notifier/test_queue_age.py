"""How many mails are due and for how long, and what each try came to."""

from datetime import timedelta

import asyncpg
from prometheus_client import REGISTRY

from services.notifier.adapters.queue_age import QueueAge
from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World


def told(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_m8_a_mail_that_is_due_is_counted_until_it_is_sent(world: World) -> None:
    age, sent = QueueAge(world.pool), {"template": "ACTIVATION", "result": "sent"}
    before = told("mail_attempts_total", **sent)
    user = await world.person("hanako@example.co.jp")
    await age.look()
    assert (told("mail_queue_depth"), told("mail_queue_oldest_seconds")) == (0, 0)
    await world.activation(user)
    await _make_due_for(world.pool, timedelta(minutes=10))
    await age.look()
    assert told("mail_queue_depth") == 1
    assert 600 <= told("mail_queue_oldest_seconds") < 700
    async with world.sending():
        await until(world.ended)
    await age.look()
    assert (told("mail_queue_depth"), told("mail_queue_oldest_seconds")) == (0, 0)
    assert told("mail_attempts_total", **sent) == before + 1


async def test_a_mail_that_waits_for_its_next_try_is_not_due(world: World) -> None:
    user = await world.person("jiro@example.co.jp")
    await world.activation(user)
    await _make_due_for(world.pool, -timedelta(minutes=10))
    await QueueAge(world.pool).look()
    assert told("mail_queue_depth") == 0


async def _make_due_for(pool: "asyncpg.Pool[asyncpg.Record]", ago: timedelta) -> None:
    await pool.execute("UPDATE mail.queue SET due_at = now() - $1::interval", ago)
