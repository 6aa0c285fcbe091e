"""Applications and contracts as a whole: repeated, concurrent, of one number."""

import asyncio
from uuid import UUID, uuid4

import pytest

from kernel.domain.errors import KeyReused
from services.contracts.domain.errors import ApplicationDiffers, ContractNumberTaken, ContractUnknown
from services.contracts.domain.events import ApplicationReceived, ContractActivated, ServiceStatus, TenantOpened
from tests.unit.contracts.samples import FIRST, ORDERS, TENANT, administrator
from tests.unit.contracts.world import World, by, form


def order(number: str) -> dict[str, str]:
    return {"contractNumber": number, "serviceName": "smart-pbx"}


async def test_s44_a_form_handed_in_once_more_is_answered_as_before(world: World) -> None:
    first = await world.handlers.receive(form(), by())
    again = await world.handlers.receive(form(), by())
    assert (first.is_new, again.is_new) == (True, False)
    assert again.received == first.received
    assert [type(fact.event) for fact in world.store.log] == [ApplicationReceived, TenantOpened]


async def test_m7_a_form_repeated_under_one_key_is_answered_as_before(world: World) -> None:
    key = uuid4()
    first = await world.handlers.receive(form(), by(key, b"same"))
    again = await world.handlers.receive(form(), by(key, b"same"))
    assert (again.is_new, again.received, again.position) == (False, first.received, first.position)


async def test_m7_a_key_that_was_used_for_another_form_is_refused(world: World) -> None:
    key = uuid4()
    await world.handlers.receive(form(), by(key, b"one"))
    with pytest.raises(KeyReused):
        await world.handlers.receive(form(applicationNumber="A-2"), by(key, b"other"))


async def test_s44_forms_of_one_number_handed_in_at_once_open_one_tenant(world: World) -> None:
    done = await asyncio.gather(*(world.handlers.receive(form(), by()) for _ in range(20)))
    assert sum(one.is_new for one in done) == 1
    assert len({one.received for one in done}) == 1
    assert len(world.store.log) == 2


async def test_facts_carry_the_tenant_that_they_open(world: World) -> None:
    done = await world.handlers.receive(form(), by())
    assert {fact.tenant_id for fact in world.store.log} == {done.received.tenant_id}


async def test_another_form_of_a_known_number_is_refused(world: World) -> None:
    await world.handlers.receive(form(), by())
    with pytest.raises(ApplicationDiffers):
        await world.handlers.receive(form(administrator=administrator(name="佐藤 太郎")), by())
    assert len(world.store.log) == 2


async def test_spaces_around_a_text_make_no_other_form(world: World) -> None:
    await world.handlers.receive(form(), by())
    again = await world.handlers.receive(form(administrator=administrator(name=" 佐藤 花子 ", title=None)), by())
    assert not again.is_new


async def test_a_contract_number_of_another_form_is_refused_and_named(world: World) -> None:
    await world.handlers.receive(form(contracts=[order("N000000001"), order("N000000002")]), by())
    with pytest.raises(ContractNumberTaken) as refused:
        await world.handlers.receive(
            form(applicationNumber="A-2", contracts=[order("N000000003"), order("N000000002")]), by()
        )
    assert refused.value.extra == {"contract_numbers": ["N000000002"]}
    assert len(world.store.log) == 2


async def test_a_form_that_was_refused_leaves_its_numbers_free(world: World) -> None:
    await world.handlers.receive(form(contracts=[order("N000000001")]), by())
    with pytest.raises(ContractNumberTaken):
        await world.handlers.receive(
            form(applicationNumber="A-2", contracts=[order("N000000001"), order("N000000002")]), by()
        )
    assert (await world.handlers.receive(form(applicationNumber="A-3", contracts=[order("N000000002")]), by())).is_new


async def test_two_forms_that_want_one_contract_number_at_once_do_not_both_get_it(world: World) -> None:
    wanted = [form(applicationNumber=f"A-{number}", contracts=[order("N000000001")]) for number in range(10)]
    done = await asyncio.gather(*(world.handlers.receive(one, by()) for one in wanted), return_exceptions=True)
    assert sum(isinstance(one, ContractNumberTaken) for one in done) == 9
    assert len(world.store.log) == 2


async def test_the_administrators_data_is_in_no_fingerprint(world: World) -> None:
    await world.handlers.receive(form(), by())
    received = world.store.log[0].event
    assert isinstance(received, ApplicationReceived)
    assert len(bytes.fromhex(received.fingerprint)) == 32


async def test_a_change_carries_the_tenant_of_its_contract(world: World) -> None:
    await world.handlers.activate(ORDERS[0], by()(TENANT))
    await world.handlers.change_service_status(FIRST, ServiceStatus.NORMAL, by())
    await world.handlers.change(FIRST, {"site": None}, by())
    await world.handlers.terminate(FIRST, by())
    assert [fact.tenant_id for fact in world.store.log] == [TENANT] * 4


async def test_m7_a_termination_repeated_under_one_key_is_answered_as_before(world: World) -> None:
    await world.handlers.activate(ORDERS[0], by()(TENANT))
    key = uuid4()
    first = await world.handlers.terminate(FIRST, by(key))
    assert (await world.handlers.terminate(FIRST, by(key))).position == first.position
    assert len(world.store.log) == 2


async def test_a_contract_that_never_was_is_unknown(world: World) -> None:
    with pytest.raises(ContractUnknown):
        await world.handlers.terminate(UUID(int=77), by())
    assert not world.store.log


async def test_a_contract_is_activated_once_even_under_another_command(world: World) -> None:
    await asyncio.gather(*(world.handlers.activate(ORDERS[0], by()(TENANT)) for _ in range(5)))
    assert [type(fact.event) for fact in world.store.log] == [ContractActivated]
