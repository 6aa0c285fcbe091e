"""Registration, deliveries, restarts and sweeping: what the guarded tables hold and for how long."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from kernel.adapters.settings import Secrets
from kernel.application.execute import execute
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, StreamMoved
from services.identity.adapters.sweeper import STATEMENTS, Sweeper
from services.identity.application.ports import NewLink
from services.identity.domain.commands import SetPassword
from services.identity.domain.credential import credential
from services.identity.domain.events import SecondFactor
from services.identity.settings import IdentitySettings
from tests.integration.identity import world as worlds
from tests.integration.identity.world import TENANT, Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP


def _by() -> Context:
    return Context(tenant_id=TENANT, actor="service:identity.users", correlation_id=uuid4(), command_id=uuid4())


async def test_s01_a_registration_that_comes_again_changes_nothing(world: World) -> None:
    person, by = Person(world=world, factor=TOTP), _by()
    for _ in range(3):
        await world.built.registration.open(person.user_id, person.said, "ja", TOTP, by)
    await world.built.registration.open(person.user_id, person.said, "ja", TOTP, _by())
    assert len(await world.named("credential.activation-issued")) == 1


async def test_one_mail_address_has_one_credential(world: World) -> None:
    person = await world.register()
    with pytest.raises((ClaimTaken, StreamMoved)):
        await world.built.registration.open(uuid4(), person.said, "ja", TOTP, _by())
    await person.activate()


async def test_a_link_that_no_fact_names_does_not_count(world: World) -> None:
    person = await world.register()
    stray = NewLink(
        activation_id=uuid4(),
        user_id=person.user_id,
        token="stray",
        expires_at=world.clock() + timedelta(hours=1),
        at=world.clock(),
    )
    await world.built.registration.links.keep(stray)
    answer = await world.call("/activations/state", {"token": "stray"})
    assert (answer.status_code, answer.json()["code"]) == (410, "activation-replaced")
    await world.built.registration.links.keep(
        NewLink(activation_id=uuid4(), user_id=uuid4(), token="nobody", expires_at=stray.expires_at, at=stray.at)
    )
    answer = await world.call("/activations/state", {"token": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (404, "activation-unknown")


async def test_a_dead_link_is_not_delivered(world: World) -> None:
    person = await world.register()
    (row,) = await world.rows("SELECT activation_id FROM guard.activation")
    path = f"/activations/{row['activation_id']}/link"
    alive = (await world.call(path, by="notifier")).json()
    assert alive["token"] == person.token
    await person.activate()
    assert (await world.call(path, by="notifier")).status_code == 410
    assert (await world.call(f"/activations/{uuid4()}/link", by="notifier")).status_code == 410


async def test_an_expired_link_or_code_is_not_delivered(world: World) -> None:
    person = await world.activated(MAIL)
    await person.login()
    challenge = await person.challenge()
    await world.register()
    (row,) = await world.rows("SELECT activation_id FROM guard.activation ORDER BY at DESC LIMIT 1")
    world.clock.advance(timedelta(minutes=10))
    assert (await person.mailed_again(challenge)).status_code == 410
    world.clock.advance(timedelta(hours=72))
    answer = await world.call(f"/activations/{row['activation_id']}/link", by="notifier")
    assert answer.status_code == 410


async def test_m03_counters_and_used_codes_survive_a_restart(database: str, tmp_path: Path) -> None:
    async with worlds.world(database, tmp_path) as world:
        person = await world.activated(TOTP)
        login = await person.login()
        assert (await person.code(login, await person.wrong())).json()["triesLeft"] == 4
        other = await person.login()
        used = person.totp()
        assert (await person.code(other, used)).status_code == 200
        for _ in range(6):
            await person.begin("wrong password")
        told = IdentitySettings(
            http_port=0, management_port=0, postgres_url=world.url, keys_url=world.url, argon2_kib=64, argon2_passes=1
        )
    async with worlds.started(told, Secrets(tmp_path), world.clock) as again:
        person.world = again
        assert (await person.begin()).status_code == 429
        assert (await person.code(login, used)).json()["triesLeft"] == 3
        again.clock.advance(timedelta(seconds=30))
        assert (await person.code(login, person.totp())).status_code == 200


async def test_what_is_over_is_swept_in_small_steps_and_what_counts_stays(world: World) -> None:
    person = await world.activated(TOTP)
    await person.login()
    await person.begin("wrong")
    await person.code(await person.login(), await person.wrong())
    stale = "INSERT INTO guard.used_step (user_id, step, at) SELECT $1, n, $2 FROM generate_series(1, 1200) n"
    await world.log.pool.execute(stale, person.user_id, world.clock() - timedelta(days=2))
    sweeper = Sweeper(world.log.pool, world.clock)
    assert await sweeper.sweep() == 1200
    assert await sweeper.sweep() == 0
    world.clock.advance(timedelta(days=3))
    await sweeper.sweep()
    for query in (
        "SELECT FROM guard.login",
        "SELECT FROM guard.used_step",
        "SELECT FROM guard.password_tries",
        "SELECT FROM guard.code_tries",
    ):
        assert await world.rows(query) == [], query
    assert len(await world.rows("SELECT 1 FROM guard.activation")) == 1
    assert (await person.begin()).status_code == 200
    assert "LIMIT $2" in "".join(STATEMENTS)


async def test_a_lock_is_never_swept(world: World) -> None:
    person = await world.activated(TOTP)
    for _ in range(2):
        login = await person.login()
        for _ in range(5):
            await person.code(login, await person.wrong())
    world.clock.advance(timedelta(days=400))
    await Sweeper(world.log.pool, world.clock).sweep()
    assert (await person.begin()).status_code == 423


async def test_replaced_secrets_are_thrown_away(world: World) -> None:
    person = await world.activated(TOTP)
    await person.reset()
    person.token, person.password = await person.newest_link(), "a very new secret"
    await person.step("password", password=person.password)
    assert len(await world.rows("SELECT FROM guard.password")) == 1
    assert (await person.begin()).status_code == 200


async def test_d08_what_a_crash_left_undone_after_the_fact_is_done_later(world: World) -> None:
    person = await world.activated(TOTP)
    for login in [await person.login() for _ in range(2)]:
        for _ in range(5):
            await person.code(login, await person.wrong())
    await person.reset()
    (row,) = await world.rows("SELECT activation_id FROM guard.activation ORDER BY at DESC LIMIT 1")
    hashed = await world.built.hasher.hash("a very new secret")
    asked = SetPassword(
        user_id=person.user_id, activation_id=row["activation_id"], password_id=uuid4(), at=world.clock()
    )
    await world.built.activation.passwords.keep(asked.password_id, asked.user_id, hashed, asked.at)
    await execute(world.log.store, credential, person.user_id, asked, _by())
    locked = "SELECT FROM guard.code_tries WHERE locked_at IS NOT NULL"
    await world.built.settling.settle()
    assert len(await world.rows(locked)) == 1
    world.clock.advance(timedelta(seconds=31))
    await world.built.settling.settle()
    assert await world.rows(locked) == []
    assert (await person.begin("a very new secret")).status_code == 200
    assert len(await world.named("credential.locked")) == 1
    assert len(await world.rows("SELECT FROM guard.password")) == 1


async def test_a_password_that_no_fact_names_never_counts_and_is_thrown_away(world: World) -> None:
    person = await world.activated(TOTP)
    hashed = await world.built.hasher.hash("a stray secret")
    await world.built.activation.passwords.keep(uuid4(), person.user_id, hashed, world.clock())
    assert (await person.begin("a stray secret")).status_code == 401
    world.clock.advance(timedelta(hours=23))
    await world.built.settling.settle()
    assert len(await world.rows("SELECT FROM guard.password")) == 2
    world.clock.advance(timedelta(hours=2))
    await world.built.settling.settle()
    assert len(await world.rows("SELECT FROM guard.password")) == 1
    assert (await person.begin()).status_code == 200


async def test_the_service_may_not_change_facts(world: World) -> None:
    await world.register()
    (row,) = await world.rows("SELECT has_table_privilege('es.events', 'UPDATE, DELETE') AS may")
    assert row["may"] is False


async def test_a_days_wrong_codes_are_kept_for_a_day_after_the_last_of_them(world: World) -> None:
    person = await world.activated(TOTP)
    await person.code(await person.login(), await person.wrong())
    world.clock.advance(timedelta(hours=20))
    await person.code(await person.login(), await person.wrong())
    world.clock.advance(timedelta(hours=20))
    await Sweeper(world.log.pool, world.clock).sweep()
    assert len(await world.rows("SELECT 1 FROM guard.code_tries")) == 1
