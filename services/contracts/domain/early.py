"""What is said of a contract before there is one: kept under its number until it comes. Next: consumers/early.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias, assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.contracts.domain.events import EarlyEvent, EarlyFactApplied, EarlyFactKept, KeptKind, ServiceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepEarlyFact:
    """Keep something for a contract that may come."""

    contract_number: str
    fact_id: UUID
    kind: KeptKind
    service_status: ServiceStatus | None = None
    occurred_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleEarlyFact:
    """Say that it was said of the contract."""

    contract_number: str
    fact_id: UUID
    at: datetime


EarlyCommand: TypeAlias = KeepEarlyFact | SettleEarlyFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What waits for one contract number."""

    waiting: Mapping[UUID, EarlyFactKept] = field(default_factory=lambda: MappingProxyType({}))
    """In the order in which it came."""
    seen: frozenset[UUID] = frozenset()


def evolve(state: Kept, event: EarlyEvent) -> Kept:
    """Return the state after *event*."""
    match event:
        case EarlyFactKept():
            return Kept(waiting={**state.waiting, event.fact_id: event}, seen=state.seen | {event.fact_id})
        case EarlyFactApplied(fact_id=applied):
            return replace(state, waiting={one: fact for one, fact in state.waiting.items() if one != applied})
        case _:
            assert_never(event)


def decide(state: Kept, command: EarlyCommand) -> list[EarlyEvent]:
    """Return the facts *command* leads to; what was kept once is not kept again."""
    match command:
        case KeepEarlyFact():
            if command.fact_id in state.seen:
                return []
            kept = EarlyFactKept(
                contract_number=command.contract_number,
                fact_id=command.fact_id,
                kind=command.kind,
                service_status=command.service_status,
                occurred_at=command.occurred_at,
                at=command.at,
            )
            return [kept]
        case SettleEarlyFact():
            if command.fact_id not in state.waiting:
                return []
            return [EarlyFactApplied(contract_number=command.contract_number, fact_id=command.fact_id, at=command.at)]
        case _:
            assert_never(command)


early: Decider[Kept, EarlyCommand, EarlyEvent] = Decider(initial=Kept(), decide=decide, evolve=evolve)
