"""Lists, counts and the search over a real Redis: exactly what may be seen, without gap, however much there is."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis

from gateway.adapters.boards import RedisBoards
from gateway.application.access import Access
from gateway.application.incidents import IncidentsJourney
from gateway.application.maintenances import MaintenancesJourney
from gateway.application.paging import cut, place
from gateway.application.scope import scopes_of, sought
from gateway.projections.contract_board import ALL, CONTRACT_BOARD, ContractRow
from gateway.projections.contract_text import normal
from gateway.projections.incident_board import INCIDENT_BOARD, OPEN
from gateway.projections.scopes import EVERYBODY, listed
from gateway.sources.contracts import Affected, ContractActivated, MemoChanged, ServiceStatusChanged
from gateway.sources.operations import (
    IncidentContractFound,
    IncidentOpened,
    IncidentUpdated,
    MaintenanceAnnounced,
    MaintenanceRescheduled,
)
from tests.integration.gateway.test_boards import GENERATION, Filled
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, TENANT
from tests.unit.gateway.test_projections import ACTIVATED
from tests.unit.gateway.viewers import viewer

SERVICES = ("smart-pbx", "uno", "flexible-ethernet")
MANY = 600


@pytest.fixture
def filled(redis: "Redis") -> Filled:
    return Filled(redis)


@pytest.fixture
def boards(redis: "Redis") -> RedisBoards:
    return RedisBoards(redis, GENERATION)


def activated(number: int) -> ContractActivated:
    return replace(
        ACTIVATED,
        contract_id=UUID(int=number),
        contract_number=f"N{number:09}",
        service_name=SERVICES[number % 3],
        site=f"拠点 {number}",
        service_status="NORMAL" if number % 5 else "ABNORMAL",
    )


ROWS = [activated(number) for number in range(1, MANY + 1)]

ACCESSES = [
    Access(),
    Access(frozenset({("*", None, "VIEW")})),
    Access(frozenset({("uno", None, "VIEW")})),
    Access(frozenset({("uno", None, "VIEW"), ("smart-pbx", None, "VIEW")})),
    Access(frozenset({("uno", None, "EDIT"), ("smart-pbx", UUID(int=3), "VIEW")})),
    Access(
        frozenset(
            {("uno", None, "VIEW"), ("uno", UUID(int=4), "VIEW"), ("smart-pbx", UUID(int=6), "VIEW")}
            | {(SERVICES[number % 3], UUID(int=number), "VIEW") for number in range(7, 60, 7)}
        )
    ),
    # A permission that names a contract under another service than its own permits nothing.
    Access(frozenset({("uno", UUID(int=3), "VIEW")})),
]


async def all_pages(
    boards: RedisBoards, access: Access, kind: str = ALL, service: str | None = None
) -> list[ContractRow]:
    rows: list[ContractRow] = []
    cursor: str | None = None
    lists = [listed(kind, scope) for scope in scopes_of(access, TENANT, service)]
    while True:
        page = cut(await boards.page(CONTRACT_BOARD, lists, limit=38, after=place(cursor)), 37)
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return rows


async def test_n2_pages_and_counts_hold_exactly_what_may_be_seen(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold(ROWS)
    await filled.fold([replace(activated(9999), service_name="uno")], OTHER_TENANT)
    for access in ACCESSES:
        for service in (None, *SERVICES):
            for status in (ALL, "NORMAL", "ABNORMAL"):
                expected = [
                    row.contract_number
                    for row in ROWS
                    if access.sees(row.service_name, row.contract_id)
                    and service in (None, row.service_name)
                    and status in (ALL, row.service_status)
                ]
                assert [row.contract_number for row in await all_pages(boards, access, status, service)] == expected
                lists = [listed(status, scope) for scope in scopes_of(access, TENANT, service)]
                assert await boards.count([(CONTRACT_BOARD, lists)]) == [len(expected)]


async def test_n2_a_search_finds_exactly_what_may_be_seen(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold(ROWS)
    await filled.fold([MemoChanged(contract_id=UUID(int=12), memo="総務部の ABC-９", at=NOW)])  # noqa: RUF001 - the wide one counts too
    for access in ACCESSES:
        who = viewer(access=access)
        for words, status, fits in (
            ("拠点 1", None, lambda row: "1" in row.contract_number + (row.site or "")),
            ("拠点 55", "ABNORMAL", lambda row: "55" in (row.site or "") and row.service_status == "ABNORMAL"),
            ("abc-9", None, lambda row: row.contract_id == UUID(int=12)),
            ("%.*[", None, lambda _row: False),
        ):
            found: list[str] = []
            cursor: str | None = None
            while True:
                wanted = sought(who, normal(words).split(), None, status)
                page = cut(await boards.search(wanted, limit=31, after=place(cursor)), 30)
                found += [row.contract_number for row in page.items]
                if (cursor := page.next_cursor) is None:
                    break
            expected = [
                row.contract_number for row in ROWS if access.sees(row.service_name, row.contract_id) and fits(row)
            ]
            assert found == expected, words


async def test_a_row_that_changes_its_status_changes_its_lists(filled: Filled, boards: RedisBoards) -> None:
    everything = ACCESSES[1]
    await filled.fold([activated(1)])
    later = NOW + timedelta(hours=1)
    await filled.fold([ServiceStatusChanged(contract_id=UUID(int=1), service_status="WARNING", at=later)])
    await filled.fold([ServiceStatusChanged(contract_id=UUID(int=1), service_status="ABNORMAL", at=NOW)])
    assert await all_pages(boards, everything, "NORMAL") == []
    assert [row.service_status for row in await all_pages(boards, everything, "WARNING")] == ["WARNING"]


def affected(number: int, tenant_id: UUID = TENANT) -> Affected:
    row = activated(number)
    return Affected(
        contract_id=row.contract_id,
        contract_number=row.contract_number,
        service_name=row.service_name,
        tenant_id=tenant_id,
    )


def opened(number: int, contracts: Sequence[Affected], at: Any = NOW, category: str = "SERVICE") -> IncidentOpened:
    return IncidentOpened(
        incident_id=UUID(int=100_000 + number),
        incident_number=f"T{number:09}",
        title=f"障害 {number}",
        category=category,
        contracts=tuple(contracts),
        status="OPENED",
        text="",
        clears_at=None,
        at=at,
    )


async def test_n7_ten_thousand_incidents_in_a_minute_are_all_there_and_read_in_pages(
    filled: Filled, boards: RedisBoards
) -> None:
    chance = random.Random(7)  # noqa: S311 - the same storm in every run
    facts = [
        # Many of them at the very same moment: the order of pages must not depend on the moment alone.
        opened(number, [affected(chance.randrange(1, 300))], NOW + timedelta(seconds=number % 60))
        for number in range(10_000)
    ]
    for begin in range(0, len(facts), 500):
        await filled.fold(facts[begin : begin + 500])
    everything = [listed(OPEN, scope) for scope in (*scopes_of(ACCESSES[1], TENANT), EVERYBODY)]
    assert await boards.count([(INCIDENT_BOARD, everything)], overlapping=True) == [10_000]
    journey = IncidentsJourney(boards=boards)
    seen: list[UUID] = []
    cursor: str | None = None
    while True:
        page = await journey.page(viewer(access=ACCESSES[1]), limit=200, cursor=cursor, only_open=True)
        seen += [row.incident_id for row in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(seen) == len(set(seen)) == 10_000
    some = viewer(access=ACCESSES[3])
    expected = {one.incident_id for one in facts if some.access.sees(one.contracts[0].service_name, UUID(int=0))}
    mine = [listed(OPEN, scope) for scope in scopes_of(some.access, TENANT)]
    assert await boards.count([(INCIDENT_BOARD, mine)], overlapping=True) == [len(expected)]


async def test_n7_an_incident_stands_once_among_all_permissions_and_moves_when_it_is_over(
    filled: Filled, boards: RedisBoards
) -> None:
    journey, who = IncidentsJourney(boards=boards), viewer(access=ACCESSES[5])
    await filled.fold([opened(1, [affected(4), affected(7)]), opened(2, [affected(6)], category="PORTAL")])
    incident_id = UUID(int=100_001)
    await filled.fold([IncidentContractFound(incident_id=incident_id, contract=affected(10, OTHER_TENANT), at=NOW)])
    page = await journey.page(who, only_open=True)
    assert sorted(row.incident_number for row in page.items) == ["T000000001", "T000000002"]
    one = await journey.one(who, incident_id)
    assert {row.tenant_id for row in one.contracts} == {TENANT}
    await filled.fold([IncidentUpdated(incident_id=incident_id, status="RESOLVED", text="", clears_at=None, at=NOW)])
    assert [row.incident_number for row in (await journey.page(who, only_open=True)).items] == ["T000000002"]
    assert len((await journey.page(who)).items) == 2


async def test_n8_work_that_is_moved_is_found_where_it_is_now(filled: Filled, boards: RedisBoards) -> None:
    journey = MaintenancesJourney(boards=boards, now=lambda: NOW)
    who, maintenance_id = viewer(access=ACCESSES[1]), UUID(int=5)
    await filled.fold(
        [
            MaintenanceAnnounced(
                maintenance_id=maintenance_id,
                maintenance_number="M000000001",
                name="工事",
                text="",
                contracts=(affected(1), affected(2)),
                starts_at=NOW - timedelta(hours=2),
                ends_at=NOW - timedelta(hours=1),
                at=NOW - timedelta(days=1),
            )
        ]
    )
    assert (await journey.coming(who)).items == []
    day = NOW + timedelta(days=3)
    await filled.fold(
        [
            MaintenanceRescheduled(
                maintenance_id=maintenance_id, starts_at=day, ends_at=day + timedelta(hours=1), reason="", at=NOW
            )
        ]
    )
    assert [row.starts_at for row in (await journey.coming(who)).items] == [day]
    assert len(await journey.between(who, day - timedelta(hours=1), day + timedelta(minutes=1))) == 1
    assert await journey.between(who, day + timedelta(hours=1), day + timedelta(days=9)) == []


async def test_n8_rows_and_lists_folded_anew_are_the_same_to_the_byte(redis: "Redis", filled: Filled) -> None:
    chance = random.Random(3)  # noqa: S311 - the same month in every run
    facts: list[Any] = [activated(number) for number in range(1, 40)]
    for number in range(200):
        at = NOW + timedelta(minutes=chance.randrange(10_000))
        contract_id = UUID(int=chance.randrange(1, 40))
        match number % 4:
            case 0:
                status = chance.choice(("NORMAL", "WARNING", "ABNORMAL"))
                facts.append(ServiceStatusChanged(contract_id=contract_id, service_status=status, at=at))
            case 1:
                facts.append(MemoChanged(contract_id=contract_id, memo=f"メモ {number}", at=at))
            case 2:
                facts.append(opened(number, [affected(contract_id.int)], at))
            case _:
                incident_id = UUID(int=100_000 + chance.choice(range(2, number, 4)))
                facts.append(
                    IncidentUpdated(incident_id=incident_id, status="REPAIRING", text="", clears_at=None, at=at)
                )
    for fact in facts:
        await filled.fold([fact])
    live = await everything(redis)
    await redis.flushdb()
    anew = Filled(redis)
    for begin in range(0, len(facts), 50):
        await anew.fold(facts[begin : begin + 50])
    assert await everything(redis) == live
    assert len(live) > 300


async def everything(redis: "Redis") -> dict[bytes, Any]:
    """Return all rows and lists as Redis keeps them."""
    found: dict[bytes, Any] = {}
    async for key in redis.scan_iter(match=f"{GENERATION.prefix}:*", count=1000):
        if b":row:" in key:
            found[key] = await redis.get(key)
        elif b":index:" in key:
            found[key] = await redis.zrange(key, 0, -1, withscores=True)
    return found
