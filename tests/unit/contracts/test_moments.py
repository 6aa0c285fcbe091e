"""A contract as it was, against a fold that begins from nothing; what changed and who changed it; notes."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.domain.errors import PreconditionFailed
from services.contracts.application.moments import said
from services.contracts.domain.contract import Life
from services.contracts.domain.errors import ContractUnknown
from services.contracts.domain.events import ServiceStatus
from tests.unit.contracts.lives import BEGIN, DAYS, Stage, from_scratch, lived
from tests.unit.contracts.samples import AT, FIRST, ORDERS, TENANT
from tests.unit.contracts.world import World, by

STREAMS, PAIRS = 50, 1000


async def test_sh4_a_thousand_random_moments_equal_a_fold_from_nothing(world: World) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same month in every run
    stage = Stage(world.handlers, world.clock)
    streams = [await lived(stage, chance, number) for number in range(STREAMS)]
    seen = set()
    for _ in range(PAIRS):
        stream, at = chance.choice(streams), BEGIN + timedelta(minutes=chance.randrange(DAYS * 1440))
        expected = from_scratch([one.event for one in await world.store.load(stream)], at)
        try:
            then = said(await world.built.moments.then(stream, TENANT, at))
        except ContractUnknown:
            then = {}
        assert {name: then[name] for name in expected} == expected
        assert bool(then) is bool(expected)
        seen.add(expected.get("serviceStatus"))
    assert seen == {None, *(one.value for one in ServiceStatus)}


async def test_sh4_the_difference_of_two_moments_says_who_and_why(world: World) -> None:
    await world.handlers.activate(ORDERS[0], by()(TENANT))
    world.clock.advance(timedelta(hours=1))
    await world.handlers.change_memo(FIRST, "本社", replace(by()(TENANT), actor="user:7"))
    world.clock.advance(timedelta(hours=1))
    await world.handlers.change_service_status(FIRST, ServiceStatus.WARNING, by(), AT + timedelta(minutes=30))
    found = await world.built.moments.changes(FIRST, TENANT, AT, AT + timedelta(hours=2))
    assert [(one.field, one.old, one.new, one.actor) for one in found] == [
        ("memo", None, "本社", "user:7"),
        ("serviceStatus", "UNKNOWN", "WARNING", "operator:operator"),
    ]
    assert [one.field for one in await world.built.moments.changes(FIRST, TENANT, AT, AT + timedelta(minutes=59))] == [
        "serviceStatus"
    ]


async def test_sh4_the_past_of_a_strangers_contract_is_as_unknown_as_none(world: World) -> None:
    await world.handlers.activate(ORDERS[0], by()(TENANT))
    for contract_id, tenant_id in ((FIRST, UUID(int=99)), (UUID(int=98), TENANT)):
        with pytest.raises(ContractUnknown):
            await world.built.moments.then(contract_id, tenant_id, AT)
        with pytest.raises(ContractUnknown):
            await world.built.moments.changes(contract_id, tenant_id, None, AT)


async def test_n5_a_note_is_the_companys_alone(world: World) -> None:
    await world.handlers.activate(ORDERS[0], by()(TENANT))
    await world.handlers.change_memo(FIRST, "本社", by()(TENANT))
    await world.handlers.change_memo(FIRST, "本社", by()(TENANT))
    with pytest.raises(ContractUnknown):
        await world.handlers.change_memo(FIRST, "他社", by()(UUID(int=99)))
    assert world.kinds() == ["ContractActivated", "MemoChanged"]
    with pytest.raises(PreconditionFailed):
        await world.handlers.change_memo(FIRST, "支社", by()(TENANT), 1)
    then = await world.built.moments.then(FIRST, TENANT, AT)
    assert (then.life, then.memo) == (Life.IN_FORCE, "本社")
