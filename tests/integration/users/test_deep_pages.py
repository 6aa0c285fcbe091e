"""A page deep in a list of 50,000 costs what the first one costs, whatever it is sorted by (M5, D10)."""

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import asyncpg
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
_COUNT = """
INSERT INTO rm.people_count (tenant_id, role, status, people)
SELECT tenant_id, role, status, count(*) FROM rm.person GROUP BY 1, 2, 3
"""

_SAMPLED = """
SELECT (histogram_bounds::text::text[])[50] FROM pg_stats
WHERE schemaname = 'rm' AND tablename = 'person' AND attname = 'search'
"""


@pytest.fixture
async def crowd(lists: Lists) -> Lists:
    """Give lists of 50,000 people, beside another tenant's."""
    owner = await asyncpg.connect(lists.log.database.owner_url)
    try:
        # Counted afterwards: one transaction that moves one count 50,000 times is nothing that happens.
        await owner.execute("SET session_replication_role = replica")
        await owner.execute(_FILL, TENANT, 0, PEOPLE, timeout=120)
        await owner.execute(_FILL, OTHER, PEOPLE, PEOPLE // 5, timeout=120)
        await owner.execute(_COUNT)
        # As the server does by itself soon after so many rows.
        await owner.execute("VACUUM ANALYZE rm.person", timeout=120)
    finally:
        await owner.close()
    return lists


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


async def cost(lists: Lists, wanted: PeopleWanted, after: Place | None, *, back: bool = False) -> tuple[float, int]:
    """Return the most rows that a step of a page touched, and the blocks it read; see that it reads no table whole."""
    query, arguments = page_query(TENANT, wanted, LIMIT, after, back=back)
    explained = await lists.log.database.pool.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments)
    plan = json.loads(explained)[0]["Plan"]
    steps = list(nodes(plan))
    assert not [one for one in steps if one["Node Type"] == "Seq Scan" and one["Relation Name"] == "person"]
    most = max((one["Actual Rows"] + one.get("Rows Removed by Filter", 0)) * one["Actual Loops"] for one in steps)
    return most, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


async def test_m5_a_page_in_the_middle_costs_what_the_first_costs(crowd: Lists) -> None:
    for sort, order in product(Sort, Order):
        wanted = PeopleWanted(sort=sort, order=order)
        query, arguments = page_query(TENANT, wanted, 1, None)
        middle = await crowd.log.database.pool.fetchrow(query.replace("LIMIT $2", "OFFSET 25000 LIMIT $2"), *arguments)
        _, first_blocks = await cost(crowd, wanted, None)
        for back in (False, True):
            most, blocks = await cost(crowd, wanted, (middle["place"], middle["user_id"]), back=back)
            assert most <= 2 * LIMIT, wanted
            # Each row may lie in a block of its own, and their number does not grow with what lies before them.
            assert blocks <= 2 * first_blocks + LIMIT + 20, wanted


async def test_m5_a_search_reads_what_it_finds_and_what_is_asked_most_is_counted(crowd: Lists) -> None:
    for typed in ("03-00004999", "+81 nobody", "person c4ca4238a0b923820dcc509a6f75849b"):
        most, _ = await cost(crowd, PeopleWanted(q=typed), None)
        assert most < PEOPLE / 10, typed
    counted = [
        await crowd.directory.count(TENANT, wanted)
        for wanted in (PeopleWanted(), PeopleWanted(role=Role.PORTAL_ADMIN), PeopleWanted(q="PERSON"))
    ]
    assert counted == [PEOPLE, PEOPLE // 100, PEOPLE]


async def test_m5_one_letter_or_two_find_by_an_index_what_a_look_at_every_row_finds(crowd: Lists) -> None:
    look = "SELECT count(*) FROM rm.person WHERE tenant_id = $1 AND listed AND position($2 in search) > 0"
    for typed in ("a", "c4", "pe", "@e", "%", "_", "\\", "zq", "\u85e4"):
        found = await crowd.log.database.pool.fetchval(look, TENANT, typed)
        assert await crowd.directory.count(TENANT, PeopleWanted(q=typed)) == found, typed
        if found < PEOPLE / 10:
            most, _ = await cost(crowd, PeopleWanted(q=typed), None)
            assert most <= max(found, LIMIT), typed
    commonly = [await crowd.built.looking.people(TENANT, PeopleWanted(q=typed), 3, None) for typed in ("p", "person ")]
    assert commonly[0].items == commonly[1].items
    assert commonly[0].total == PEOPLE


async def test_m5_a_rare_text_that_the_planner_takes_for_common_is_still_not_looked_for_row_by_row(
    crowd: Lists,
) -> None:
    owner = await asyncpg.connect(crowd.log.database.owner_url)
    try:
        # One of a hundred samples holds it, so the planner expects it in every hundredth row.
        sampled = await owner.fetchval(_SAMPLED)
    finally:
        await owner.close()
    most, _ = await cost(crowd, PeopleWanted(q=sampled.splitlines()[1][:12]), None)
    assert most < PEOPLE / 100
