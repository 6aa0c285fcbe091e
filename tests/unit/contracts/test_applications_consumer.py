"""What was applied for comes into force, however often the application is read."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from kernel.application.consume import Incoming
from services.contracts.consumers.applications import Applications
from tests.unit.contracts.samples import FIRST, RECEIVED, SECOND, TENANT
from tests.unit.contracts.world import World

ABOUT = Incoming(
    type="portal.application.received.v1",
    stream_id=UUID(int=1),
    version=1,
    tenant_id=TENANT,
    source="contracts",
    partition=0,
    position=1,
    previous=0,
    epoch=1,
    recorded_at=datetime(2026, 4, 1, tzinfo=UTC),
    correlation_id=UUID(int=9),
    causation_id=None,
    traceparent="00-1-2-01",
    data=b"",
)


async def test_each_contract_of_an_application_comes_into_force_on_its_own_stream(world: World) -> None:
    await Applications(world.handlers)(RECEIVED, ABOUT, None)
    assert [fact.stream_id for fact in world.store.log] == [FIRST, SECOND]
    assert {fact.tenant_id for fact in world.store.log} == {TENANT}


async def test_an_application_that_is_read_again_changes_nothing(world: World) -> None:
    for _ in range(3):
        await Applications(world.handlers)(RECEIVED, ABOUT, None)
    assert [fact.version for fact in world.store.log] == [1, 1]


async def test_a_crash_between_two_contracts_is_healed_by_reading_again(world: World) -> None:
    half = replace(RECEIVED, contracts=RECEIVED.contracts[:1])
    await Applications(world.handlers)(half, ABOUT, None)
    await Applications(world.handlers)(RECEIVED, ABOUT, None)
    assert [fact.stream_id for fact in world.store.log] == [FIRST, SECOND]


async def test_what_it_writes_tells_what_led_to_it(world: World) -> None:
    await Applications(world.handlers)(RECEIVED, ABOUT, None)
    meta = world.store.log[0].meta
    assert (meta.actor, meta.causation_id) == ("service:contracts", ABOUT.id)
    assert (meta.correlation_id, meta.traceparent) == (ABOUT.correlation_id, ABOUT.traceparent)
