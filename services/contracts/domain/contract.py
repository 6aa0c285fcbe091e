"""A contract: in force from an application until it is terminated. Next stop: the relay, kernel/adapters/kafka."""

from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum, auto
from typing import assert_never

from kernel.domain.decider import Decider
from services.contracts.domain.commands import (
    ActivateContract,
    ChangeContract,
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
    terms: Terms = field(default_factory=Terms)
    service_status: ServiceStatus = ServiceStatus.UNKNOWN


def evolve(state: Contract, event: ContractEvent) -> Contract:
    """Return the state after *event*."""
    match event:
        case ContractActivated():
            return Contract(life=Life.IN_FORCE, terms=_terms(event), service_status=event.service_status)
        case ContractChanged():
            return replace(state, terms=_terms(event))
        case ServiceStatusChanged(service_status=status):
            return replace(state, service_status=status)
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
        case TerminateContract():
            return [ContractTerminated(contract_id=command.contract_id, at=command.at)]
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
    if asked.service_status is state.service_status:
        return []
    return [ServiceStatusChanged(contract_id=asked.contract_id, service_status=asked.service_status, at=asked.at)]


def _terms(of: Terms) -> Terms:
    """Return the terms alone of something that also says them."""
    return Terms(**{term.name: getattr(of, term.name) for term in fields(Terms)})


contract: Decider[Contract, ContractCommand, ContractEvent] = Decider(initial=Contract(), decide=decide, evolve=evolve)
