"""Who came in and who tried to, for the person and for their administrators, over a real database."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.identity.adapters.sweeper import Sweeper
from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import Person, World

ELSEWHERE = "198.51.100.9"


async def history(person: Person, query: str = "") -> dict[str, Any]:
    answer = await person.administered(f"/login-history{query}", method="GET")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def busy(world: World) -> Person:
    """Have somebody who came in, was guessed at twice, and came in again."""
    person = await world.activated(SecondFactor.MAIL_OTP)
    await person.session()
    world.clock.advance(timedelta(minutes=1))
    await person.begin("wrong password", ip=ELSEWHERE)
    world.clock.advance(timedelta(minutes=1))
    await person.code(await person.login(), await person.wrong())
    world.clock.advance(timedelta(minutes=1))
    await person.session()
    return person


async def test_m10_administrators_see_logins_and_refusals_with_where_they_came_from(world: World) -> None:
    person = await busy(world)
    items = (await history(person))["items"]
    assert [(one["outcome"], one["clientIp"], one["method"]) for one in items] == [
        ("PASSED", "192.0.2.7", "MAIL_OTP"),
        ("CODE_WRONG", "192.0.2.7", "MAIL_OTP"),
        ("PASSWORD_WRONG", ELSEWHERE, None),
        ("PASSED", "192.0.2.7", "MAIL_OTP"),
    ]
    assert [one["sessionId"] is None for one in items] == [False, True, True, False]
    assert (await person.own("GET", "logins")).json()["items"] == items


async def test_m10_a_lock_stands_in_the_history_and_so_does_its_end(world: World) -> None:
    person = await world.activated()
    locks = world.built.first_step.rules.day_tries // 2
    for _ in range(locks):
        world.clock.advance(timedelta(seconds=1))
        login = await person.login()
        await person.code(login, await person.wrong())
    assert (await history(person, "?limit=1"))["items"][0]["outcome"] == "LOCKED"
    world.clock.advance(timedelta(seconds=1))
    assert (await person.administered("/unlock")).status_code == 200
    outcomes = [one["outcome"] for one in (await history(person, "?limit=100"))["items"]]
    assert outcomes[0] == "UNLOCKED"
    assert set(outcomes[1:3]) == {"LOCKED", "CODE_WRONG"}
    assert outcomes.count("CODE_WRONG") == locks


async def test_m10_the_history_is_read_page_by_page(world: World) -> None:
    person = await busy(world)
    whole = (await history(person))["items"]
    read: list[Any] = []
    cursor = ""
    while True:
        page = await history(person, f"?limit=1{f'&cursor={cursor}' if cursor else ''}")
        read += page["items"]
        cursor = page["nextCursor"]
        if not cursor:
            break
    assert read == whole


@pytest.mark.parametrize("cursor", ["made-up", str(UUID(int=1)), "MjAyNi0wMS0wMSB4", "%00"])
async def test_a_cursor_that_is_none_of_ours_is_refused(world: World, cursor: str) -> None:
    person = await world.register()
    answer = await person.administered(f"/login-history?cursor={cursor}", method="GET")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-unreadable")


async def test_asvs_8_4_1_another_tenants_administrator_sees_nothing(world: World) -> None:
    person = await busy(world)
    answer = await world.ask("GET", f"/credentials/{person.user_id}/login-history", tenant=uuid4())
    assert (answer.status_code, answer.json()["code"]) == (404, "credential-unknown")


async def test_m9_where_somebody_came_from_is_in_no_table_in_the_clear_and_goes_with_them(world: World) -> None:
    person = await busy(world)
    rows = await world.rows("SELECT client_sealed FROM guard.attempt WHERE user_id = $1", person.user_id)
    assert len(rows) == 2
    assert all(ELSEWHERE.encode() not in row["client_sealed"] for row in rows)
    await world.built.following.deleted(person.user_id, world.because())
    assert await world.rows("SELECT FROM guard.attempt WHERE user_id = $1", person.user_id) == []
    assert await world.rows("SELECT FROM guard.session WHERE user_id = $1", person.user_id) == []


async def test_asvs_6_3_8_refusing_who_is_unknown_leaves_as_much_and_is_swept_in_a_day(world: World) -> None:
    stranger = Person(world=world, factor=SecondFactor.TOTP)
    await stranger.begin("wrong password")
    assert len(await world.rows("SELECT FROM guard.attempt WHERE user_id IS NULL")) == 1
    person = await world.activated()
    await person.begin("wrong password")
    world.clock.advance(timedelta(days=2))
    await Sweeper(world.log.pool, world.clock).sweep()
    assert await world.rows("SELECT FROM guard.attempt WHERE user_id IS NULL") == []
    assert len(await world.rows("SELECT FROM guard.attempt")) == 1
    world.clock.advance(timedelta(days=90))
    await Sweeper(world.log.pool, world.clock).sweep()
    assert await world.rows("SELECT FROM guard.attempt") == []
