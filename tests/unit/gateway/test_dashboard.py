"""What a person sees of the contracts, and what not."""

from uuid import uuid4

import pytest

from gateway.application.access import NOTHING
from gateway.application.errors import ContractUnknown, CursorUnreadable
from gateway.application.menu import MENU
from gateway.application.viewer import Origin, Role, Viewer
from tests.unit.gateway.fakes import OTHER_TENANT
from tests.unit.gateway.fakes_boards import application, contract
from tests.unit.gateway.viewers import viewer
from tests.unit.gateway.world import World

NOBODY_ELSE = [
    viewer(role=Role.GENERAL_USER, origin=Origin.ADMINISTRATOR, access=NOTHING),
    viewer(role=Role.PORTAL_ADMIN, origin=Origin.ADMINISTRATOR, access=NOTHING),
    viewer(role=Role.PORTAL_ADMIN, origin=Origin.APPLICATION_FORM, access=NOTHING),
    viewer(role=Role.PORTAL_ADMIN, origin=None, access=NOTHING),
]


def test_s19_the_menu_has_exactly_the_six_entries_in_order() -> None:
    assert [entry.label("ja") for entry in MENU] == [
        "サービス運用状況",
        "サービス管理",
        "メンテナンス工事情報",
        "申し込み",
        "設定",
        "ヘルプ",
    ]
    ids = ["serviceStatus", "serviceManagement", "maintenance", "applications", "settings", "help"]
    assert [entry.id for entry in MENU] == ids


async def test_s20_the_dashboard_shows_the_contracts_of_the_company(world: World) -> None:
    world.boards.rows = [contract(1), contract(2, service_status="ABNORMAL")]
    board = await world.journeys.dashboard.show(viewer())
    assert board.company_name == "株式会社さくら商事"
    assert [row.contract_number for row in board.contracts] == ["N000000001", "N000000002"]
    assert board.counts == {"NORMAL": 1, "ABNORMAL": 1, "WARNING": 0, "UNMONITORED": 0, "UNKNOWN": 0}


async def test_s20_another_tenants_contracts_are_never_shown(world: World) -> None:
    world.boards.rows = [contract(1, tenant_id=OTHER_TENANT)]
    board = await world.journeys.dashboard.show(viewer())
    assert (list(board.contracts), board.total) == ([], 0)


@pytest.mark.parametrize("who", NOBODY_ELSE)
async def test_n1_whoever_stands_in_no_group_sees_no_contract(world: World, who: Viewer) -> None:
    world.boards.rows, world.boards.received = [contract(1)], [application()]
    assert (await world.journeys.dashboard.show(who)).total == 0
    assert (await world.journeys.contracts.page(who)).items == []
    assert (await world.journeys.orders.page(who)).items == []
    with pytest.raises(ContractUnknown):
        await world.journeys.contracts.one(who, contract(1).contract_id)


async def test_the_dashboard_lists_fifty_and_counts_all(world: World) -> None:
    world.boards.rows = [contract(number) for number in range(1, 61)]
    board = await world.journeys.dashboard.show(viewer())
    assert (len(board.contracts), board.total, board.counts["NORMAL"]) == (50, 60, 60)


async def test_a_company_that_is_not_there_yet_has_an_empty_name(world: World) -> None:
    world.boards.tenants.clear()
    assert (await world.journeys.dashboard.show(viewer())).company_name == ""


async def test_s39_one_contract_is_found(world: World) -> None:
    world.boards.rows = [contract(1)]
    assert (await world.journeys.contracts.one(viewer(), contract(1).contract_id)).site == "東京"


async def test_s39_another_tenants_contract_is_as_unknown_as_one_that_never_was(world: World) -> None:
    world.boards.rows = [contract(1, tenant_id=OTHER_TENANT)]
    for contract_id in (contract(1).contract_id, uuid4()):
        with pytest.raises(ContractUnknown):
            await world.journeys.contracts.one(viewer(), contract_id)


async def test_pages_of_a_list_join_without_gap_or_repeat(world: World) -> None:
    world.boards.rows = [contract(number) for number in (5, 3, 1, 4, 2)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await world.journeys.contracts.page(viewer(), limit=2, cursor=cursor)
        seen += [row.contract_number for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"N{number:09}" for number in range(1, 6)]


async def test_a_contract_that_comes_in_between_pages_moves_no_other(world: World) -> None:
    world.boards.rows = [contract(number) for number in (2, 4, 6)]
    first = await world.journeys.contracts.page(viewer(), limit=2)
    world.boards.rows.append(contract(1))
    rest = await world.journeys.contracts.page(viewer(), limit=2, cursor=first.next_cursor)
    assert [row.contract_number for row in rest.items] == ["N000000006"]


@pytest.mark.parametrize("cursor", ["%%%", "bm8", "é", "A" * 199])
async def test_a_cursor_that_no_list_made_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        await world.journeys.contracts.page(viewer(), cursor=cursor)


async def test_the_list_can_be_filtered_by_status(world: World) -> None:
    world.boards.rows = [contract(1), contract(2, service_status="WARNING")]
    page = await world.journeys.contracts.page(viewer(), service_status="WARNING")
    assert [row.contract_number for row in page.items] == ["N000000002"]
