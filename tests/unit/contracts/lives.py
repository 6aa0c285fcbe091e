"""Months of contracts with reports that come late, and what each said, told without any of the code that is tested."""

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kernel.testing import StillClock
from services.contracts.application.handlers import ContractHandlers
from services.contracts.domain.events import (
    ContractActivated,
    ContractChanged,
    ContractTerminated,
    MemoChanged,
    ServiceStatus,
    ServiceStatusChanged,
)
from tests.unit.contracts.samples import AT, ORDERS, TENANT
from tests.unit.contracts.world import by

DAYS = 30
BEGIN = AT - timedelta(days=DAYS)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a month is played: handlers, and the clock that they go by."""

    handlers: ContractHandlers
    clock: StillClock


async def lived(stage: Stage, chance: random.Random, number: int) -> UUID:
    """Let a contract have a month of its own; a third of its reports come late."""
    order = replace(ORDERS[0], contract_id=UUID(int=1000 + number), contract_number=f"N{number:09}")
    contract_id = order.contract_id
    stage.clock.at = BEGIN + timedelta(minutes=chance.randrange(2000))
    await stage.handlers.activate(order, by()(TENANT))
    for _ in range(chance.randrange(5, 40)):
        stage.clock.advance(timedelta(minutes=chance.randrange(1, 1500)))
        match chance.randrange(4):
            case 0:
                await stage.handlers.change(contract_id, {"channels": chance.randrange(3)}, by())
            case 1:
                await stage.handlers.change_memo(contract_id, f"メモ{chance.randrange(3)}", by()(TENANT))
            case _:
                late = timedelta(minutes=chance.choice((0, 0, chance.randrange(5000))))
                status = chance.choice(list(ServiceStatus))
                await stage.handlers.change_service_status(contract_id, status, by(), stage.clock.at - late)
    if chance.random() < 0.2:
        await stage.handlers.terminate(contract_id, by())
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
