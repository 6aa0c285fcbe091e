"""An application form: received once, whatever is sent again. Next stop: consumers/applications.py."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.contracts.domain.commands import ReceiveApplication
from services.contracts.domain.errors import ApplicationDiffers
from services.contracts.domain.events import ApplicationEvent, ApplicationReceived, TenantOpened


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of a form: the ids that everybody is told, and what it said."""

    application_id: UUID
    tenant_id: UUID
    administrator_id: UUID
    contract_ids: tuple[UUID, ...]
    fingerprint: str


Application: TypeAlias = Received | None


def evolve(state: Application, event: ApplicationEvent) -> Application:
    """Return the state after *event*."""
    match event:
        case ApplicationReceived():
            return Received(
                application_id=event.application_id,
                tenant_id=event.tenant_id,
                administrator_id=event.administrator.user_id,
                contract_ids=tuple(ordered.contract_id for ordered in event.contracts),
                fingerprint=event.fingerprint,
            )
        case TenantOpened():
            return state
        case _:
            assert_never(event)


def decide(state: Application, asked: ReceiveApplication) -> list[ApplicationEvent]:
    """Return the facts a form leads to; none when the same one was received before. Raises: ApplicationDiffers."""
    if state is None:
        return _receive(asked)
    if state.fingerprint != asked.fingerprint:
        raise ApplicationDiffers
    return []


def _receive(asked: ReceiveApplication) -> list[ApplicationEvent]:
    received = ApplicationReceived(
        application_id=asked.application_id,
        application_number=asked.application_number,
        tenant_id=asked.tenant_id,
        customer=asked.customer,
        administrator=asked.administrator,
        contracts=asked.contracts,
        fingerprint=asked.fingerprint,
        at=asked.at,
    )
    opened = TenantOpened(
        tenant_id=asked.tenant_id,
        company_name=asked.customer.company_name,
        customer_number=asked.customer.customer_number,
        at=asked.at,
    )
    return [received, opened]


application: Decider[Application, ReceiveApplication, ApplicationEvent] = Decider(
    initial=None, decide=decide, evolve=evolve
)
