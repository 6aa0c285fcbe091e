"""How services run, told out of order, twice, and before the contract is there."""

from datetime import timedelta

import pytest

from services.contracts.domain.contract import contract
from services.contracts.domain.errors import ContractNotInForce, NotYet
from services.contracts.domain.events import ServiceStatus
from tests.unit.contracts.samples import AT
from tests.unit.contracts.world import World, by, form

NUMBER, HOUR = "N000000001", timedelta(hours=1)


async def in_force(world: World) -> None:
    await world.handlers.receive(form(receivedAt=AT - timedelta(days=1)), by())
    await world.read_own_log()


async def state(world: World, number: str = NUMBER) -> object:
    known = await world.built.statuses.numbers.find(number)
    assert known is not None
    return contract.fold(one.event for one in await world.store.load(known.contract_id))


async def tell(world: World, status: ServiceStatus, hours: int, number: str = NUMBER) -> bool:
    return (await world.built.statuses.tell(number, status, AT - hours * HOUR, by())).kept


async def test_s40_a_late_report_completes_the_story_and_leaves_the_present(world: World) -> None:
    await in_force(world)
    await tell(world, ServiceStatus.NORMAL, 5)
    await tell(world, ServiceStatus.WARNING, 1)
    await tell(world, ServiceStatus.ABNORMAL, 3)
    now = await state(world)
    assert [one.value for _, one in now.statuses[1:]] == ["NORMAL", "ABNORMAL", "WARNING"]  # type: ignore[attr-defined]
    assert now.service_status is ServiceStatus.WARNING  # type: ignore[attr-defined]


async def test_s40_a_report_told_twice_under_two_keys_is_written_once(world: World) -> None:
    await in_force(world)
    for _ in range(3):
        await tell(world, ServiceStatus.ABNORMAL, 3)
        await tell(world, ServiceStatus.NORMAL, 2)
    assert world.kinds().count("ServiceStatusChanged") == 2


async def test_a_report_of_the_time_before_the_contract_counts_from_its_beginning(world: World) -> None:
    await in_force(world)
    await tell(world, ServiceStatus.NORMAL, 100)
    now = await state(world)
    assert now.statuses[-1] == (AT - timedelta(days=1), ServiceStatus.NORMAL)  # type: ignore[attr-defined]


async def test_a_report_of_the_future_is_refused(world: World) -> None:
    with pytest.raises(NotYet) as refused:
        await tell(world, ServiceStatus.NORMAL, -1)
    assert refused.value.extra["errors"][0]["code"] == "in-the-future"


async def test_a_report_for_an_unknown_contract_waits_and_is_said_when_the_contract_comes(world: World) -> None:
    assert await tell(world, ServiceStatus.ABNORMAL, 2)
    assert await tell(world, ServiceStatus.NORMAL, 1)
    await world.read_own_log()
    assert world.kinds() == ["EarlyFactKept", "EarlyFactKept"]
    await in_force(world)
    now = await state(world)
    assert [one.value for _, one in now.statuses] == ["UNKNOWN", "ABNORMAL", "NORMAL"]  # type: ignore[attr-defined]
    assert world.kinds().count("EarlyFactApplied") == 2


async def test_a_report_that_is_kept_while_the_contract_comes_is_not_forgotten(world: World) -> None:
    await tell(world, ServiceStatus.ABNORMAL, 2)
    await world.handlers.receive(form(receivedAt=AT - timedelta(days=1)), by())
    await tell(world, ServiceStatus.NORMAL, 1)
    await world.read_own_log()
    assert (await state(world)).service_status is ServiceStatus.NORMAL  # type: ignore[attr-defined]


async def test_a_report_that_waits_is_kept_once_and_said_once_however_often_it_is_read(world: World) -> None:
    await tell(world, ServiceStatus.ABNORMAL, 2)
    await tell(world, ServiceStatus.ABNORMAL, 2)
    await in_force(world)
    count = len(world.store.log)
    world._read = 0  # noqa: SLF001 - the readers begin again
    await world.read_own_log()
    assert len(world.store.log) == count
    assert world.kinds().count("EarlyFactKept") == 1


async def test_a_contract_that_has_ended_has_no_status_any_more(world: World) -> None:
    await in_force(world)
    known = await world.built.statuses.numbers.find(NUMBER)
    assert known is not None
    await world.handlers.terminate(known.contract_id, by())
    with pytest.raises(ContractNotInForce):
        await tell(world, ServiceStatus.NORMAL, 1)
