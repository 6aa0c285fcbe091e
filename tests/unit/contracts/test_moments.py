"""A contract as it was, against a fold that begins from nothing; what changed and who changed it; notes."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.contracts.application.moments import said
from services.contracts.domain.contract import Life
from services.contracts.domain.errors import ContractUnknown
from services.contracts.domain.events import (
    ContractActivated,
    ContractChanged,
    ContractTerminated,
    MemoChanged,
    ServiceStatus,
    ServiceStatusChanged,
)
from tests.unit.contracts.samples import AT, FIRST, ORDERS, TENANT
from tests.unit.contracts.world import World, by

STREAMS, PAIRS, DAYS = 50, 1000, 30
BEGIN = AT - timedelta(days=DAYS)


async def lived(world: World, chance: random.Random, number: int) -> UUID:
    """Let a contract have a month of its own; a third of its reports come late."""
    order = replace(ORDERS[0], contract_id=UUID(int=1000 + number), contract_number=f"N{number:09}")
    contract_id = order.contract_id
    world.clock.at = BEGIN + timedelta(minutes=chance.randrange(2000))
    await world.handlers.activate(order, by()(TENANT))
    for _ in range(chance.randrange(5, 40)):
        world.clock.advance(timedelta(minutes=chance.randrange(1, 1500)))
        match chance.randrange(4):
            case 0:
                await world.handlers.change(contract_id, {"channels": chance.randrange(3)}, by())
            case 1:
                await world.handlers.change_memo(contract_id, f"メモ{chance.randrange(3)}", by()(TENANT))
            case _:
                late = timedelta(minutes=chance.choice((0, 0, chance.randrange(5000))))
                status = chance.choice(list(ServiceStatus))
                await world.handlers.change_service_status(contract_id, status, by(), world.clock.at - late)
    if chance.random() < 0.2:
        await world.handlers.terminate(contract_id, by())
    return contract_id


def from_scratch(facts: list[Any], at: datetime) -> dict[str, str | None]:
    """Tell a contract from its facts without any of the code that is tested."""
    told: dict[str, str | None] = {}
    statuses: list[tuple[datetime, int, str]] = []
    for place, fact in enumerate(facts):
        match fact:
            case _ if fact.at > at:
                continue
            case ContractActivated():
                told |= {"life": "IN_FORCE", "site": fact.site, "channels": str(fact.channels), "memo": None}
                statuses.append((fact.at, place, "UNKNOWN"))
            case ContractChanged():
                told["channels"] = str(fact.channels)
            case MemoChanged():
                told["memo"] = fact.memo
            case ServiceStatusChanged():
                statuses.append((fact.at, place, fact.service_status.value))
            case ContractTerminated():
                told["life"] = "TERMINATED"
    return told | {"serviceStatus": max(statuses)[2]} if told else {}


async def test_sh4_a_thousand_random_moments_equal_a_fold_from_nothing(world: World) -> None:
    chance = random.Random(20261123)  # noqa: S311 - the same month in every run
    streams = [await lived(world, chance, number) for number in range(STREAMS)]
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
    then = await world.built.moments.then(FIRST, TENANT, AT)
    assert (then.life, then.memo) == (Life.IN_FORCE, "本社")
