"""Looking into a log, on a real database: what is found, in which order, and by which index."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from kernel.adapters.postgres.browsing import PostgresBrowsing
from kernel.adapters.postgres.questions import BOUNDS, WINDOW, bounds, question
from kernel.application.browsing import Sought, Way
from kernel.domain.errors import NotFound
from tests.integration.kernel import flow
from tests.integration.kernel.flow import Database, JsonFacts
from tests.unit.kernel.fakes_browsing import NoKeys

BEGAN = datetime(2026, 4, 1, tzinfo=UTC)
MANY = 30_000
COMMON, RARE, ALONE = UUID(int=1), UUID(int=2), UUID(int=3)
ONE_CLICK, LONG_AGO = UUID(int=10), UUID(int=11)
LONG_STREAM = UUID(int=20)
CAUSE = f"{UUID(int=30)}/1"

# Nearly all is one tenant's; what is rare stands at the beginning, so whoever walks along positions walks through all.
_FILL = """
INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta, recorded_at)
SELECT n,
       CASE WHEN n % 10 = 0 THEN $2 ELSE md5('stream' || n)::uuid END,
       CASE WHEN n % 10 = 0 THEN n / 10 ELSE 1 END,
       CASE WHEN n < 40 THEN $3::uuid ELSE $4 END,
       CASE WHEN n < 20 THEN 'thing.opened' WHEN n % 3 = 0 THEN 'thing.changed' ELSE 'thing.happened' END,
       1, n % 2 = 0, '{"number": 1}',
       jsonb_build_object('actor', 'service:test', 'correlationId',
                          CASE WHEN n < 30 THEN $5::uuid WHEN n % 2 = 0 THEN $6 ELSE md5('click' || n)::uuid END)
       || CASE WHEN n < 50 OR n % 4 = 0 THEN jsonb_build_object('causationId', CASE WHEN n < 50 THEN $7
                                                                    ELSE md5('stream' || n)::uuid || '/1' END)
          ELSE '{}' END,
       $8::timestamptz + make_interval(secs => n)
FROM generate_series(1, $1::int) n
"""


@pytest.fixture(scope="module")
async def full(postgres_url: str) -> AsyncIterator[Database]:
    """Give a log that is large enough for an index to matter; nobody writes to it."""
    async with flow.database(postgres_url) as made:
        given = (MANY, LONG_STREAM, RARE, COMMON, LONG_AGO, ONE_CLICK, CAUSE, BEGAN)
        await made.pool.execute(_FILL, *given)
        await made.pool.execute("UPDATE es.head SET pos = $1", MANY)
        owner = await asyncpg.connect(made.owner_url)
        await owner.execute("VACUUM ANALYZE es.events")
        await owner.close()
        yield made


def over(log: Database) -> PostgresBrowsing:
    return PostgresBrowsing(log.pool, "things", "t.things.events.v1", JsonFacts(), NoKeys())


async def walked(log: Database, sought: Sought, way: Way, pages: int = 100) -> list[int]:
    """Return the positions that all pages hold, one page behind the other."""
    found: list[int] = []
    for _ in range(pages):
        look = await over(log).look(sought, way)
        found += [one.position for one in look.items]
        if look.place is None:
            return found
        way = replace(way, place=look.place)
    raise AssertionError("no end")


KEYS: Mapping[str, Any] = {
    "tenant_id": RARE,
    "stream_id": LONG_STREAM,
    "type": "thing.opened",
    "correlation_id": LONG_AGO,
    "causation_id": CAUSE,
    "since": BEGAN + timedelta(seconds=5),
    "until": BEGAN + timedelta(seconds=29_000),
    "first": 3,
    "last": 29_500,
}


def every_combination() -> Iterator[dict[str, Any]]:
    for names in chain.from_iterable(combinations(KEYS, size) for size in range(len(KEYS) + 1)):
        yield {name: KEYS[name] for name in names}


def really(n: int, sought: Sought) -> bool:
    """Tell whether fact *n* of the log is wanted, by what the log was filled with."""
    return (
        (sought.tenant_id is None or n < 40)
        and (sought.stream_id is None or n % 10 == 0)
        and (sought.type is None or n < 20)
        and (sought.correlation_id is None or n < 30)
        and (sought.causation_id is None or n < 50)
        and (sought.since is None or n >= 5)
        and (sought.until is None or n < 29_000)
        and (sought.first is None or n >= 3)
        and (sought.last is None or n <= 29_500)
    )


async def test_o1_every_combination_of_keys_finds_what_there_is_in_both_orders(full: Database) -> None:
    for said in every_combination():
        sought = Sought(**said)
        wanted = [n for n in range(1, MANY + 1) if really(n, sought)]
        if len(wanted) > 1000:
            wanted = wanted[-150:]
            found = await walked(full, replace(sought, first=wanted[0]), Way(limit=50))
        else:
            found = await walked(full, sought, Way(limit=50))
            assert await walked(full, sought, Way(limit=7, oldest_first=True)) == wanted, said
        assert found == wanted[::-1], said


@pytest.mark.parametrize("mode", ["force_custom_plan", "force_generic_plan"])
@pytest.mark.parametrize("oldest_first", [False, True])
async def test_o1_no_look_scans_or_sorts_the_log_whatever_is_combined(
    full: Database, mode: str, *, oldest_first: bool
) -> None:
    seen = set()
    async with full.pool.acquire() as connection:
        await connection.execute(f"SET plan_cache_mode = {mode}")
        edges = await connection.fetchrow(BOUNDS, KEYS["since"], KEYS["until"])
        for said in every_combination():
            for place in (None, 25_000):
                sought, way = Sought(**said), Way(limit=51, oldest_first=oldest_first, place=place)
                asked = question(sought, way, bounds(sought, way, edges))
                plan = await explained(connection, asked.text, asked.given)
                seen |= {index for _, _, index, _ in nodes(plan) if index}
                for kind, table, _, rows in nodes(plan):
                    assert not (kind == "Seq Scan" and table == "events"), (said, kind)
                    assert rows <= WINDOW + 60, (said, kind, rows)
        await connection.execute("RESET plan_cache_mode")
    assert seen >= {"events_by_tenant", "events_by_type", "events_by_correlation", "events_by_cause", "events_pkey"}


async def explained(connection: Any, text: str, given: tuple[Any, ...]) -> Any:
    """Return the plan as it was carried out."""
    (told,) = await connection.fetchrow(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}", *given)
    return json.loads(told)[0]["Plan"]


def nodes(plan: Any) -> Iterator[tuple[str, str, str, int]]:
    """Return each step of a plan: what it does, on which table, by which index, over how many rows it went."""
    rows = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    yield plan["Node Type"], plan.get("Relation Name", ""), plan.get("Index Name", ""), int(rows)
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


async def test_o1_a_time_is_found_by_halving(full: Database) -> None:
    (told,) = await full.pool.fetchrow(
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT es.position_at($1)", KEYS["until"]
    )
    plan = json.loads(told)[0]["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 150
    for seconds in (-5, 0, 1, 2, 17, 29_999, 30_000, 30_001, 90_000):
        at = BEGAN + timedelta(seconds=seconds)
        assert await full.pool.fetchval("SELECT es.position_at($1)", at) == min(max(seconds - 1, 0), MANY)


async def test_o1_what_must_be_sieved_is_looked_through_by_windows_and_says_where_it_goes_on(full: Database) -> None:
    sought = Sought(correlation_id=ONE_CLICK, tenant_id=RARE)
    look = await over(full).look(sought, Way(limit=50))
    assert look.items == ()
    assert look.place is not None
    assert look.until == BEGAN + timedelta(seconds=look.place)
    assert await walked(full, sought, Way(limit=50)) == [38, 36, 34, 32, 30]


async def test_o1_a_long_stream_is_followed_from_a_place_that_is_none_of_its_own(full: Database) -> None:
    for place in (MANY - 10 * WINDOW + 3, MANY - 7):
        look = await over(full).look(Sought(stream_id=LONG_STREAM), Way(limit=2, oldest_first=True, place=place))
        assert [one.position for one in look.items] == [n for n in (place + 7, place + 17) if n <= MANY]


async def test_a_log_that_is_empty_or_has_nothing_of_the_kind_says_so(log: Database, full: Database) -> None:
    for said in every_combination():
        look = await over(log).look(Sought(**said), Way())
        assert (look.items, look.place, look.head) == ((), None, 0)
    for said in ({"tenant_id": ALONE}, {"type": "thing.never"}, {"stream_id": ALONE}, {"causation_id": "x"}):
        assert await walked(full, Sought(**said), Way()) == []


async def test_o1_a_fact_whose_log_does_not_say_by_whom_is_found_and_told_all_the_same(log: Database) -> None:
    stream = uuid4()
    for meta in ({"correlationId": str(ONE_CLICK)}, {"actor": "user:1"}, []):
        await log.write([stream], meta=meta)
    look = await over(log).look(Sought(stream_id=stream), Way(oldest_first=True))
    told = [(one.actor, one.correlation_id) for one in look.items]
    assert told == [(None, ONE_CLICK), ("user:1", None), (None, None)]
    for version, said in enumerate(told, start=1):
        whole = await over(log).whole(stream, version)
        assert (whole.envelope.actor, whole.envelope.correlation_id) == said
    assert await walked(log, Sought(correlation_id=ONE_CLICK), Way()) == [1]


async def test_one_fact_is_told_with_its_envelope_and_where_it_stands(log: Database) -> None:
    stream = uuid4()
    await log.write([stream, stream])
    await log.write([stream], public=False)
    whole = await over(log).whole(stream, 2)
    assert (whole.envelope.position, whole.envelope.id) == (2, f"{stream}/2")
    assert whole.headers["ce_id"] == f"{stream}/2"
    assert whole.headers["ce_type"] == "portal.thing.happened.v1"
    assert (whole.payload.data, whole.payload.schema, whole.published) == ({"number": 2}, "FITS", False)
    await log.pool.execute(
        "INSERT INTO es.relay (name, pos, last, lease_epoch) VALUES ('t.things.events.v1', 3, '{}', 1)"
    )
    assert (await over(log).whole(stream, 2)).published
    assert not (await over(log).whole(stream, 3)).published, "what is private never leaves"
    with pytest.raises(NotFound):
        await over(log).whole(stream, 4)
