"""A contract: in force from an application until it is terminated. Next stop: the relay, kernel/adapters/kafka."""

from bisect import bisect_right
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from enum import Enum, auto
from typing import assert_never

from kernel.domain.decider import Decider
from services.contracts.domain.commands import (
    ActivateContract,
    ChangeContract,
    ChangeMemo,
    ChangeServiceStatus,
    ContractCommand,
    TerminateContract,
)
from services.contracts.domain.errors import ContractNotInForce, ContractUnknown
from services.contracts.domain.events import (
    ContractActivated,
    ContractChanged,
    ContractEvent,
    ContractTerminated,
    MemoChanged,
    ServiceStatus,
    ServiceStatusChanged,
)
from services.contracts.domain.form import Terms


class Life(Enum):
    """Where a contract stands in its life."""

    ABSENT = auto()
    IN_FORCE = auto()
    TERMINATED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What must be known of a contract to decide about it."""

    life: Life = Life.ABSENT
    contract_number: str = ""
    service_name: str = ""
    terms: Terms = field(default_factory=Terms)
    memo: str = ""
    statuses: tuple[tuple[datetime, ServiceStatus], ...] = ()
    """How the service ran from which moment on, in the order of the moments, whatever order they were told in."""

    @property
    def service_status(self) -> ServiceStatus:
        """Return how the service runs."""
        return self.statuses[-1][1] if self.statuses else ServiceStatus.UNKNOWN

    def ran(self, at: datetime) -> ServiceStatus:
        """Return how the service ran at a moment."""
        place = bisect_right(self.statuses, at, key=_moment)
        return self.statuses[place - 1][1] if place else ServiceStatus.UNKNOWN


def evolve(state: Contract, event: ContractEvent) -> Contract:
    """Return the state after *event*."""
    match event:
        case ContractActivated():
            return Contract(
                life=Life.IN_FORCE,
                contract_number=event.contract_number,
                service_name=event.service_name,
                terms=_terms(event),
                statuses=((event.at, event.service_status),),
            )
        case ContractChanged():
            return replace(state, terms=_terms(event))
        case ServiceStatusChanged():
            return replace(state, statuses=_told(state.statuses, event))
        case MemoChanged(memo=memo):
            return replace(state, memo=memo)
        case ContractTerminated():
            return replace(state, life=Life.TERMINATED)
        case _:
            assert_never(event)


def decide(state: Contract, command: ContractCommand) -> list[ContractEvent]:
    """Return the facts *command* leads to; none when it would change nothing.

    Raises: ContractUnknown, ContractNotInForce.
    """
    if isinstance(command, ActivateContract):
        return _activate(state, command)
    if state.life is Life.ABSENT:
        raise ContractUnknown
    if state.life is Life.TERMINATED:
        raise ContractNotInForce
    match command:
        case ChangeContract():
            return _change(state, command)
        case ChangeServiceStatus():
            return _change_status(state, command)
        case ChangeMemo():
            return _note(state, command)
        case TerminateContract():
            return [ContractTerminated(contract_id=command.contract_id, at=_not_before(state, command.at))]
        case _:
            assert_never(command)


def _activate(state: Contract, asked: ActivateContract) -> list[ContractEvent]:
    if state.life is not Life.ABSENT:
        return []
    # Nobody has looked at the service yet, so nobody can say how it runs.
    return [ContractActivated(**asdict(asked.order), service_status=ServiceStatus.UNKNOWN, at=asked.at)]


def _change(state: Contract, asked: ChangeContract) -> list[ContractEvent]:
    terms = replace(state.terms, **asked.changes)
    if terms == state.terms:
        return []
    return [ContractChanged(**asdict(terms), contract_id=asked.contract_id, at=asked.at)]


def _change_status(state: Contract, asked: ChangeServiceStatus) -> list[ContractEvent]:
    at = _not_before(state, asked.at)
    if state.ran(at) is asked.service_status:
        return []
    return [ServiceStatusChanged(contract_id=asked.contract_id, service_status=asked.service_status, at=at)]


def _note(state: Contract, asked: ChangeMemo) -> list[ContractEvent]:
    if asked.memo == state.memo:
        return []
    return [MemoChanged(contract_id=asked.contract_id, memo=asked.memo, at=asked.at)]


def _not_before(state: Contract, at: datetime) -> datetime:
    # Before it was in force a contract had no service that could run or end; what was said of that time holds from
    # then on.
    return max(at, state.statuses[0][0])


def _told(
    statuses: tuple[tuple[datetime, ServiceStatus], ...], event: ServiceStatusChanged
) -> tuple[tuple[datetime, ServiceStatus], ...]:
    place = bisect_right(statuses, event.at, key=_moment)
    return (*statuses[:place], (event.at, event.service_status), *statuses[place:])


def _moment(of: tuple[datetime, ServiceStatus]) -> datetime:
    return of[0]


def _terms(of: Terms) -> Terms:
    """Return the terms alone of something that also says them."""
    return Terms(**{term.name: getattr(of, term.name) for term in fields(Terms)})


contract: Decider[Contract, ContractCommand, ContractEvent] = Decider(initial=Contract(), decide=decide, evolve=evolve)
