"""The history of a contract: what changed, by whom, from where, a part at a time."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.domain.context import Client
from services.contracts.application.moments import Change
from services.contracts.domain.errors import ContractUnknown, CursorUnreadable
from services.contracts.domain.events import ServiceStatus
from tests.unit.contracts.samples import AT, FIRST, ORDERS, TENANT
from tests.unit.contracts.world import World, by

PERSON = UUID(int=77)
HERE = Client(address="192.0.2.7", agent="Firefox")


async def changed(world: World, times: int) -> None:
    """Let a contract have a past of so many notes, an hour each."""
    await world.handlers.activate(ORDERS[0], by()(TENANT))
    for number in range(times):
        world.clock.advance(timedelta(hours=1))
        because = replace(by()(TENANT), actor=f"user:{PERSON}", client=HERE)
        await world.handlers.change_memo(FIRST, f"メモ{number}", because)


async def test_m10_a_contracts_history_says_who_from_where_from_what_to_what(world: World) -> None:
    await changed(world, 2)
    page = await world.built.histories.page(FIRST, TENANT, 1)
    ((one, client),) = page.items
    assert (one.field, one.old, one.new, one.actor) == ("memo", "メモ0", "メモ1", f"user:{PERSON}")
    assert client == HERE
    await world.store.keyring.shred(PERSON)
    ((_, forgotten),) = (await world.built.histories.page(FIRST, TENANT, 1)).items
    assert forgotten is None


async def test_m10_a_contracts_history_is_read_page_by_page_and_no_fact_is_torn(world: World) -> None:
    await changed(world, 5)
    whole = (await world.built.histories.page(FIRST, TENANT, 50)).items
    read: list[tuple[Change, Client | None]] = []
    cursor: str | None = None
    while True:
        page = await world.built.histories.page(FIRST, TENANT, 2, cursor)
        read += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == list(whole)
    assert {one.fact for one, _ in whole} == {"portal.contract.activated.v1", "portal.contract.memo-changed.v1"}


async def test_m10_a_contracts_history_of_the_time_between_two_moments(world: World) -> None:
    await changed(world, 5)
    late = AT + timedelta(hours=2, minutes=30)
    await world.handlers.change_service_status(FIRST, ServiceStatus.WARNING, by(), late)
    hour = timedelta(hours=1)
    page = await world.built.histories.page(FIRST, TENANT, 50, None, AT + 2 * hour, AT + 3 * hour)
    # What was told late stands where it belongs.
    assert [one.new for one, _ in page.items] == ["メモ2", "WARNING"]


@pytest.mark.parametrize("cursor", ["made-up", "é", "bm90aGluZw", "MSAyIDM"])
async def test_m10_a_cursor_of_another_contract_or_of_nobody_is_refused(world: World, cursor: str) -> None:
    await changed(world, 3)
    await world.handlers.activate(ORDERS[1], by()(TENANT))
    real = (await world.built.histories.page(FIRST, TENANT, 1)).next_cursor
    for contract_id, carried in ((ORDERS[1].contract_id, real), (FIRST, cursor)):
        with pytest.raises(CursorUnreadable):
            await world.built.histories.page(contract_id, TENANT, 1, carried)


async def test_a7_the_history_of_a_strangers_contract_is_unknown(world: World) -> None:
    await changed(world, 1)
    with pytest.raises(ContractUnknown):
        await world.built.histories.page(FIRST, UUID(int=99), 1)
