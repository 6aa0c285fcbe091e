"""M10: the logins of a whole company for its administrators, over a real database, however long they are."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import asyncpg
import pytest

from services import identity
from services.identity.adapters.guarded_company import PLANNED_ANEW, page_query
from services.identity.application.records import LoginsWanted, Result
from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import TENANT, Person, World

MIGRATIONS = Path(identity.__file__).parent / "migrations"
ELSEWHERE = "198.51.100.9"
OTHER = UUID("019abcde-0000-7000-8000-00000000beef")
LOGINS = 60_000
LIMIT = 50

_FILL = """
INSERT INTO guard.session (session_id, user_id, tenant_id, client_sealed, at)
SELECT gen_random_uuid(), md5($1::uuid::text || CASE WHEN n % 40 = 0 THEN 7 ELSE n % 500 END)::uuid, $1, '',
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM generate_series(1, $2) n
"""
_REFUSE = """
INSERT INTO guard.attempt (attempt_id, user_id, tenant_id, outcome, client_sealed, at)
SELECT gen_random_uuid(), md5($1::uuid::text || CASE WHEN n % 40 = 0 THEN 7 ELSE n % 500 END)::uuid, $1,
       'PASSWORD_WRONG', '', timestamptz '2026-01-01' + n * interval '1 minute'
FROM generate_series(1, $2) n
"""


async def logins(world: World, tenant: UUID = TENANT, **query: Any) -> dict[str, Any]:
    answer = await world.ask("GET", f"/login-history?{urlencode(query)}", tenant=tenant)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def busy(world: World) -> tuple[Person, Person]:
    """Have two people: one who came in twice and was guessed at, one who came in between."""
    first, second = await world.activated(SecondFactor.MAIL_OTP), await world.activated(SecondFactor.TOTP)
    await first.session()
    world.clock.advance(timedelta(minutes=1))
    await first.begin("wrong password", ip=ELSEWHERE)
    world.clock.advance(timedelta(minutes=1))
    await second.session()
    world.clock.advance(timedelta(minutes=1))
    await first.code(await first.login(), await first.wrong())
    world.clock.advance(timedelta(minutes=1))
    await first.session()
    return first, second


async def test_m10_the_logins_of_everybody_are_one_list_newest_first(world: World) -> None:
    first, second = await busy(world)
    items = (await logins(world))["items"]
    assert [(one["userId"], one["outcome"], one["clientIp"], one["method"]) for one in items] == [
        (str(first.user_id), "PASSED", "192.0.2.7", "MAIL_OTP"),
        (str(first.user_id), "CODE_WRONG", "192.0.2.7", "MAIL_OTP"),
        (str(second.user_id), "PASSED", "192.0.2.7", "TOTP"),
        (str(first.user_id), "PASSWORD_WRONG", ELSEWHERE, None),
        (str(first.user_id), "PASSED", "192.0.2.7", "MAIL_OTP"),
    ]
    assert [one["sessionId"] is None for one in items] == [False, True, False, True, False]


async def test_m10_they_are_filtered_by_person_result_and_time(world: World) -> None:
    first, second = await busy(world)
    whole = (await logins(world))["items"]
    assert (await logins(world, userId=second.user_id))["items"] == [whole[2]]
    assert (await logins(world, result="REFUSED"))["items"] == [whole[1], whole[3]]
    assert (await logins(world, result="SUCCEEDED", userId=first.user_id))["items"] == [whole[0], whole[4]]
    assert (await logins(world, since=whole[2]["at"]))["items"] == whole[:2], "as in every history: what was after it"
    assert (await logins(world, until=whole[2]["at"]))["items"] == whole[2:], "and what was up to then"
    assert (await logins(world, since=whole[3]["at"], until=whole[1]["at"]))["items"] == whole[1:3]
    for wrong in ("result=SOMETHING", "since=yesterday", "userId=1", "limit=201"):
        assert (await world.ask("GET", f"/login-history?{wrong}")).status_code == 422, wrong


@pytest.mark.parametrize("limit", [1, 2, 4])
async def test_m10_they_are_read_page_by_page_while_new_ones_come_in(world: World, limit: int) -> None:
    first, _ = await busy(world)
    whole = (await logins(world))["items"]
    page = await logins(world, limit=limit)
    read = page["items"]
    while page["nextCursor"]:
        world.clock.advance(timedelta(minutes=1))
        await first.begin("wrong password")
        page = await logins(world, limit=limit, cursor=page["nextCursor"])
        read += page["items"]
    assert read == whole
    assert (await world.ask("GET", "/login-history?cursor=made-up")).json()["code"] == "cursor-unreadable"


async def test_a7_another_company_sees_none_of_them_with_any_filter_or_cursor(world: World) -> None:
    first, _ = await busy(world)
    cursor = (await logins(world, limit=2))["nextCursor"]
    for query in ({}, {"userId": first.user_id}, {"cursor": cursor}, {"userId": first.user_id, "cursor": cursor}):
        assert await logins(world, OTHER, **query) == {"items": [], "nextCursor": None}
    assert await logins(world, userId=uuid4()) == {"items": [], "nextCursor": None}
    denied = await world.ask("GET", "/login-history", scope="credentials:self")
    assert denied.status_code == 403


async def test_m9_whom_nobody_knows_any_more_is_not_in_it(world: World) -> None:
    first, second = await busy(world)
    await world.built.following.deleted(first.user_id, world.because())
    assert {one["userId"] for one in (await logins(world))["items"]} == {str(second.user_id)}


async def test_a_record_of_a_session_that_no_fact_names_is_left_out_and_the_pages_go_on_behind_it(world: World) -> None:
    await busy(world)
    whole = (await logins(world))["items"]
    await world.rows(
        "INSERT INTO guard.session (session_id, user_id, tenant_id, client_sealed, at)"
        " SELECT gen_random_uuid(), user_id, tenant_id, client_sealed, at - interval '1 second' FROM guard.session"
    )
    read, cursor = [], ""
    while True:
        page = await logins(world, limit=1, **({"cursor": cursor} if cursor else {}))
        read += page["items"]
        if not (cursor := page["nextCursor"]):
            break
    assert read == whole


async def test_m10_logins_from_before_the_list_are_in_it(world: World) -> None:
    await busy(world)
    whole = await logins(world)
    await world.rows("UPDATE guard.session SET tenant_id = NULL")
    await world.rows("UPDATE guard.attempt SET tenant_id = NULL")
    assert (await logins(world))["items"] == []
    text = (MIGRATIONS / "014_company_logins.sql").read_text()
    for line in (one for one in text.splitlines() if one.startswith("UPDATE guard.")):
        await world.rows(line)
    assert await logins(world) == whole


@pytest.fixture
async def crowd(world: World, database: str) -> World:
    """Give a company with a long history, beside another one's, as the planner knows it soon after."""
    for tenant in (TENANT, OTHER):
        await world.log.pool.execute(_FILL, tenant, LOGINS, timeout=120)
        await world.log.pool.execute(_REFUSE, tenant, LOGINS, timeout=120)
    owner = await asyncpg.connect(database)
    await owner.execute("ANALYZE guard.session, guard.attempt")
    await owner.close()
    return world


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


@pytest.mark.parametrize("whose", ["everybody", "one person"])
@pytest.mark.parametrize("result", [None, *Result])
async def test_m10_a_page_in_the_middle_costs_what_the_first_costs(
    crowd: World, whose: str, result: Result | None
) -> None:
    one = await crowd.log.pool.fetchval("SELECT md5($1::uuid::text || 7)::uuid", TENANT)
    wanted = LoginsWanted(tenant_id=TENANT, user_id=one if whose == "one person" else None, result=result)
    middle = await crowd.log.pool.fetchrow(
        "SELECT at, session_id FROM guard.session WHERE tenant_id = $1 ORDER BY at OFFSET $2 LIMIT 1",
        TENANT,
        LOGINS // 2,
    )
    spans = [wanted, replace(wanted, until=middle["at"], since=middle["at"] - timedelta(days=9))]
    for asked in spans:
        for before in (None, (middle["at"], middle["session_id"])):
            query, *arguments = page_query(asked, LIMIT, before)
            async with crowd.log.pool.acquire() as connection, connection.transaction():
                await connection.execute(PLANNED_ANEW)
                told = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments)
            steps = list(nodes(json.loads(told)[0]["Plan"]))
            assert not [step for step in steps if step["Node Type"] == "Seq Scan"], asked
            most = max(
                (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"] for step in steps
            )
            assert most <= 2 * LIMIT, (asked, before)
