"""A page deep in a list of 50,000 costs what the first one costs, whatever it is sorted by (M5, D10)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.users.adapters.directory import page_query
from services.users.application.directory import Order, PeopleWanted, Place, Sort
from services.users.domain.events import Role
from tests.integration.users.lists import Lists
from tests.unit.users.samples import OTHER, TENANT

PEOPLE = 50_000
LIMIT = 50

_FILL = """
INSERT INTO rm.person (user_id, tenant_id, version, name, email, role, activated, suspended, last_login_at,
                       name_key, email_key, phone_keys)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, 1, 'person ' || n, n || '@example.jp',
       CASE n % 100 WHEN 0 THEN 'PORTAL_ADMIN' ELSE 'GENERAL_USER' END, n % 10 <> 0, n % 50 = 0,
       CASE n % 3 WHEN 0 THEN NULL ELSE timestamptz '2026-01-01' + n * interval '1 minute' END,
       'person ' || md5(n::text), md5(n::text) || '@example.jp', '03' || lpad(n::text, 8, '0')
FROM generate_series(1 + $2, $3 + $2) n
"""


@pytest.fixture
async def crowd(lists: Lists) -> Lists:
    """Give lists of 50,000 people, beside another tenant with as many."""
    pool = lists.log.database.pool
    await pool.execute(_FILL, TENANT, 0, PEOPLE, timeout=120)
    await pool.execute(_FILL, OTHER, PEOPLE, PEOPLE, timeout=120)
    return lists


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def cost(lists: Lists, wanted: PeopleWanted, after: Place | None) -> tuple[float, int, set[str]]:
    """Return the most rows that a step of a page touched, the blocks it read, and what it did."""
    query, arguments = page_query(TENANT, wanted, LIMIT, after)
    explained = await lists.log.database.pool.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments)
    plan = json.loads(explained)[0]["Plan"]
    most = max((one["Actual Rows"] + one.get("Rows Removed by Filter", 0)) * one["Actual Loops"] for one in nodes(plan))
    return most, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], {one["Node Type"] for one in nodes(plan)}


@pytest.mark.parametrize("order", Order)
async def test_m5_a_page_in_the_middle_costs_what_the_first_costs(crowd: Lists, order: Order) -> None:
    for sort in Sort:
        wanted = PeopleWanted(sort=sort, order=order)
        middle = await crowd.log.database.pool.fetchrow(
            page_query(TENANT, wanted, 1, None)[0].replace("LIMIT $2", "OFFSET 25000 LIMIT $2"), TENANT, 1
        )
        _, first_blocks, _ = await cost(crowd, wanted, None)
        most, blocks, steps = await cost(crowd, wanted, (middle["place"], middle["user_id"]))
        assert most <= 2 * LIMIT, sort
        assert blocks <= 2 * first_blocks + 20, sort
        assert "Seq Scan" not in steps, sort


async def test_m5_what_is_asked_most_is_counted_already(crowd: Lists) -> None:
    counted = [
        await crowd.directory.count(TENANT, wanted)
        for wanted in (PeopleWanted(), PeopleWanted(role=Role.PORTAL_ADMIN), PeopleWanted(q="PERSON"))
    ]
    assert counted == [PEOPLE, PEOPLE // 100, PEOPLE]


@pytest.mark.parametrize("typed", ["03-00004999", "+81 nobody", "person c4ca4238a0b923820dcc509a6f75849b"])
async def test_m5_a_search_reads_what_it_finds(crowd: Lists, typed: str) -> None:
    most, _, steps = await cost(crowd, PeopleWanted(q=typed), None)
    assert most < PEOPLE / 10
    assert "Seq Scan" not in steps
