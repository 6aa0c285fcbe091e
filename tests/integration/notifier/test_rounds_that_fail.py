"""A round, or somebody's mail of the day, that fails every time: nobody else waits for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from kernel.adapters.clock import new_id
from kernel.adapters.log import open_log
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.settings import Secrets
from services.notifier.adapters.rounds import RoundRole
from services.notifier.application.notices import Addressed, Day, Listener, Round
from services.notifier.application.ports import QueuedMail
from services.notifier.application.rounds import Rounds
from services.notifier.domain.events import EVENTS
from services.notifier.main import ROUNDS, make_rounds
from tests.integration.kernel.flow import until
from tests.integration.notifier.newsdesk import Desk
from tests.integration.notifier.world import World

HANAKO, JANE = "hanako.sato@example.co.jp", "jane@example.com"


@pytest.fixture
async def desk(world: World) -> Desk:
    """Give a company with one person and one fault."""
    desk = Desk(world)
    await desk.viewer(HANAKO)
    await desk.incident(desk.contract())
    return desk


async def neighbour_of(desk: Desk) -> Desk:
    """Return another company with one person and one fault, which came later."""
    neighbour = Desk(replace(desk.world, tenant_id=new_id()))
    await neighbour.viewer(JANE)
    await neighbour.incident(neighbour.contract())
    return neighbour


@asynccontextmanager
async def running(role: RoundRole) -> AsyncIterator[None]:
    """Have rounds worked at."""
    working = asyncio.create_task(role.run())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def opened(rounds: Rounds) -> None:
    while await rounds.book.open():
        pass


async def test_a_round_that_always_fails_goes_behind_those_of_other_companies(desk: Desk) -> None:
    neighbour = await neighbour_of(desk)
    rounds, tenant_id = desk.rounds(), desk.world.tenant_id
    await opened(rounds)

    async def fails(this: Round, people: Sequence[Listener]) -> Addressed:
        if this.tenant_id == tenant_id:
            raise ValueError("of what is told")
        return await rounds.address(this, people)

    assert await rounds.book.go_on(fails)
    assert await rounds.book.go_on(fails)
    assert not await rounds.book.go_on(fails)
    assert await desk.world.pool.fetchval("SELECT tenant_id FROM mail.queue") == neighbour.world.tenant_id
    kept = await desk.world.pool.fetchrow("SELECT tries, retry_at > now() AS waits FROM notice.round WHERE NOT done")
    assert (kept["tries"], kept["waits"]) == (1, True)
    await desk.world.pool.execute("UPDATE notice.round SET retry_at = now()")
    await desk.round()
    assert await desk.waiting() == 2


async def test_a_round_that_fails_waits_longer_each_time_but_never_past_nine_minutes(desk: Desk) -> None:
    rounds = desk.rounds()
    await opened(rounds)

    async def fails(_this: Round, _people: Sequence[Listener]) -> Addressed:
        raise ValueError

    waits = []
    for _ in range(12):
        await desk.world.pool.execute("UPDATE notice.round SET retry_at = now()")
        assert await rounds.book.go_on(fails)
        wait = await desk.world.pool.fetchval("SELECT extract(epoch FROM retry_at - now()) FROM notice.round")
        waits.append(round(float(wait)))
    assert waits == sorted(waits)
    assert waits[0] <= 1
    assert 500 <= waits[-1] <= 512


async def test_n11_the_mail_of_somebodys_day_that_fails_leaves_the_others_theirs(desk: Desk) -> None:
    neighbour = await neighbour_of(desk)
    for person in await desk.world.pool.fetch("SELECT user_id FROM notice.person"):
        await desk.chooses(person["user_id"], daily=["FAULT"])
    await desk.round()
    await desk.world.pool.execute("UPDATE notice.kept SET due_at = now() - interval '1 minute'")
    rounds, tenant_id = desk.rounds(), desk.world.tenant_id

    async def fails(day: Day, digest_id: UUID) -> QueuedMail | None:
        if day.tenant_id == tenant_id:
            raise ValueError("of what is told")
        return await rounds.digest(day, digest_id)

    assert await rounds.book.digest(fails)
    assert not await rounds.book.digest(fails)
    assert await desk.world.pool.fetchval("SELECT tenant_id FROM mail.queue") == neighbour.world.tenant_id
    await desk.world.pool.execute("UPDATE notice.kept SET retry_at = now()")
    await desk.round()
    assert await desk.waiting() == 2


async def test_rounds_are_gone_through_while_none_can_be_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = desk.rounds()
    await opened(rounds)

    async def fails() -> bool:
        raise ConnectionError

    monkeypatch.setattr(rounds.book, "open", fails)
    async with running(RoundRole(rounds)):
        await until(lambda: _queued(desk))


async def test_three_steps_at_once_have_connections_enough_whoever_else_holds_all_of_theirs(desk: Desk) -> None:
    settings = desk.world.settings.model_copy(update={"notice_settle_seconds": 0})
    log = await open_log(settings, Secrets(settings.secrets_dir), "notifier", EVENTS)
    pool = await open_pool(settings.postgres_url, ROUNDS)
    async with AsyncExitStack() as ends:
        ends.push_async_callback(log.close)
        ends.push_async_callback(pool.close)
        for _ in range(log.pool.get_max_size()):
            await ends.enter_async_context(log.pool.acquire())
        await ends.enter_async_context(running(make_rounds(settings, pool)))
        await until(lambda: _queued(desk))


async def _queued(desk: Desk) -> bool:
    return await desk.waiting() == 1
