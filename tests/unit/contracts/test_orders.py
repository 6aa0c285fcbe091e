"""Applications after the first: taken in once, the work goes on and never back, contracts follow."""

from typing import Any

import pytest

from services.contracts.api.fact_schemas import ApplicationProgress, Placed
from services.contracts.domain.errors import (
    ApplicationDiffers,
    ApplicationGoesBack,
    ApplicationOver,
    ApplicationUnknown,
    ContractNumberTaken,
    ContractUnknown,
)
from services.contracts.domain.events import ApplicationStateChanged, OrderState, OrderStatus
from tests.unit.contracts.world import World, by, form

FIRST = "A-2026-000123"


def more(**changed: Any) -> Any:
    body = {
        "applicationNumber": "A-2",
        "firstApplicationNumber": FIRST,
        "orderType": "NEW",
        "contracts": [{"contractNumber": "N000000007", "serviceName": "smart-pbx"}],
        **changed,
    }
    return Placed.model_validate(body).placement()


def ending(number: str = "N000000001") -> Any:
    return more(orderType="TERMINATION", contracts=[], contractNumbers=[number])


async def go_on(world: World, number: str = "A-2", **said: Any) -> Any:
    return await world.built.orders.go_on(number, ApplicationProgress.model_validate(said).progress(), by())


@pytest.fixture
async def tenant(world: World) -> World:
    await world.handlers.receive(form(), by())
    await world.read_own_log()
    return world


def said(world: World) -> list[tuple[OrderState, OrderStatus]]:
    events = [one.event for one in world.store.log]
    return [(one.state, one.order_status) for one in events if isinstance(one, ApplicationStateChanged)]


async def test_s42_contracts_that_are_applied_for_come_into_force_when_the_work_is_complete(tenant: World) -> None:
    received, _ = await tenant.built.orders.place(more(), by())
    await tenant.read_own_log()
    assert tenant.kinds().count("ContractActivated") == 2
    for status in (2, 3, 4, 5):
        await go_on(tenant, orderStatus=status)
        await tenant.read_own_log()
    assert tenant.kinds().count("ContractActivated") == 3
    assert {one.tenant_id for one in tenant.store.log} == {received.tenant_id}
    states = [state.value for state, _ in said(tenant)]
    assert states == ["IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]


async def test_s42_a_termination_that_is_complete_ends_its_contracts(tenant: World) -> None:
    await tenant.built.orders.place(ending(), by())
    await go_on(tenant, state="COMPLETED")
    await tenant.read_own_log()
    assert tenant.kinds()[-1] == "ContractTerminated"
    assert said(tenant) == [(OrderState.COMPLETED, OrderStatus.COMPLETE)]


async def test_s42_an_application_never_goes_back(tenant: World) -> None:
    await go_on(tenant, FIRST, orderStatus=3)
    for back in ({"orderStatus": 2}, {"orderStatus": 1}, {"state": "ACKNOWLEDGED"}):
        with pytest.raises(ApplicationGoesBack):
            await go_on(tenant, FIRST, **back)
    await go_on(tenant, FIRST, state="HELD")
    await go_on(tenant, FIRST, state="IN_PROGRESS")
    await go_on(tenant, FIRST, state="CANCELLED")
    with pytest.raises(ApplicationOver):
        await go_on(tenant, FIRST, orderStatus=5)
    assert len(said(tenant)) == 4


async def test_s42_the_same_news_again_changes_nothing(tenant: World) -> None:
    await go_on(tenant, FIRST, orderStatus=2)
    await go_on(tenant, FIRST, orderStatus=2)
    await go_on(tenant, FIRST, state="IN_PROGRESS")
    assert len(said(tenant)) == 1


async def test_s42_an_application_handed_in_again_is_the_same_one(tenant: World) -> None:
    first, _ = await tenant.built.orders.place(more(), by())
    again, done = await tenant.built.orders.place(more(), by())
    assert (again, done.events) == (first, ())
    with pytest.raises(ApplicationDiffers):
        await tenant.built.orders.place(ending(), by())


async def test_s42_an_application_of_nobody_or_of_strangers_contracts_is_refused(tenant: World) -> None:
    with pytest.raises(ApplicationUnknown):
        await tenant.built.orders.place(more(firstApplicationNumber="A-9"), by())
    with pytest.raises(ApplicationUnknown):
        await go_on(tenant, "A-9", orderStatus=2)
    other = form(applicationNumber="A-3", contracts=[{"contractNumber": "N000000050", "serviceName": "smart-pbx"}])
    await tenant.handlers.receive(other, by())
    with pytest.raises(ContractUnknown) as refused:
        await tenant.built.orders.place(ending("N000000050"), by())
    assert refused.value.extra == {"contract_numbers": ["N000000050"]}


async def test_s42_a_number_that_is_in_use_is_refused(tenant: World) -> None:
    taken = more(contracts=[{"contractNumber": "N000000001", "serviceName": "smart-pbx"}])
    with pytest.raises(ContractNumberTaken):
        await tenant.built.orders.place(taken, by())


@pytest.mark.parametrize(
    "body",
    [
        {"orderType": "NEW", "contracts": []},
        {"orderType": "CHANGE"},
        {"orderType": "CHANGE", "contracts": [], "contractNumbers": []},
    ],
)
def test_an_application_about_nothing_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="contractNumbers"):
        more(**body)
