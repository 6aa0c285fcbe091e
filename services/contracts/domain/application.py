"""An application: taken in once, whatever is sent again, and its work only goes on. Next: consumers/applications.py."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.contracts.domain.affected import Affected
from services.contracts.domain.commands import (
    ApplicationCommand,
    ChangeApplicationState,
    PlaceApplication,
    ReceiveApplication,
)
from services.contracts.domain.errors import (
    ApplicationDiffers,
    ApplicationGoesBack,
    ApplicationOver,
    ApplicationUnknown,
)
from services.contracts.domain.events import (
    ApplicationEvent,
    ApplicationPlaced,
    ApplicationReceived,
    ApplicationStateChanged,
    OrderState,
    OrderStatus,
    OrderType,
    TenantOpened,
)
from services.contracts.domain.form import OrderedContract

OVER = frozenset({OrderState.COMPLETED, OrderState.REJECTED, OrderState.CANCELLED, OrderState.FAILED})
"""States that nothing follows; PARTIAL is none of them, for the rest may still be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What came of an application: the ids that everybody is told, what it said, and how far it is."""

    application_id: UUID
    tenant_id: UUID
    company_name: str
    administrator_id: UUID | None
    """The first administrator; None when the company was a tenant already."""
    order_type: OrderType
    contracts: tuple[OrderedContract, ...]
    about: tuple[Affected, ...] = ()
    fingerprint: str
    state: OrderState = OrderState.ACKNOWLEDGED
    order_status: OrderStatus = OrderStatus.ACCEPTED
    offer_plan_on: date | None = None

    @property
    def contract_ids(self) -> tuple[UUID, ...]:
        """Return the contracts it is about, whether they are in force or not."""
        return (*(one.contract_id for one in self.contracts), *(one.contract_id for one in self.about))


Application: TypeAlias = Received | None


def evolve(state: Application, event: ApplicationEvent) -> Application:
    """Return the state after *event*."""
    match event:
        case ApplicationReceived():
            return Received(
                application_id=event.application_id,
                tenant_id=event.tenant_id,
                company_name=event.customer.company_name,
                administrator_id=event.administrator.user_id,
                order_type=OrderType.NEW,
                contracts=event.contracts,
                fingerprint=event.fingerprint,
            )
        case ApplicationPlaced():
            return Received(
                application_id=event.application_id,
                tenant_id=event.tenant_id,
                company_name=event.company_name,
                administrator_id=None,
                order_type=event.order_type,
                contracts=event.contracts,
                about=event.about,
                fingerprint=event.fingerprint,
                offer_plan_on=event.offer_plan_on,
            )
        case ApplicationStateChanged():
            return state and replace(
                state, state=event.state, order_status=event.order_status, offer_plan_on=event.offer_plan_on
            )
        case TenantOpened():
            return state
        case _:
            assert_never(event)


def decide(state: Application, asked: ApplicationCommand) -> list[ApplicationEvent]:
    """Return the facts a wish leads to; none when it would change nothing.

    Raises: ApplicationDiffers, ApplicationUnknown, ApplicationGoesBack, ApplicationOver.
    """
    if isinstance(asked, ChangeApplicationState):
        return _go_on(state, asked)
    if state is not None:
        if state.fingerprint != asked.fingerprint:
            raise ApplicationDiffers
        return []
    match asked:
        case ReceiveApplication():
            return _receive(asked)
        case PlaceApplication():
            return [_placed(asked)]
        case _:
            assert_never(asked)


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


def _placed(asked: PlaceApplication) -> ApplicationPlaced:
    return ApplicationPlaced(
        application_id=asked.application_id,
        application_number=asked.application_number,
        tenant_id=asked.tenant_id,
        company_name=asked.company_name,
        order_type=asked.order_type,
        contracts=asked.contracts,
        about=asked.about,
        offer_plan_on=asked.offer_plan_on,
        fingerprint=asked.fingerprint,
        at=asked.at,
    )


def _go_on(state: Application, asked: ChangeApplicationState) -> list[ApplicationEvent]:
    if state is None:
        raise ApplicationUnknown
    order_status = asked.order_status or (OrderStatus.COMPLETE if asked.state is OrderState.COMPLETED else None)
    order_status = order_status or state.order_status
    after = asked.state or _state_at(order_status)
    offer_plan_on = asked.offer_plan_on or state.offer_plan_on
    if (after, order_status, offer_plan_on) == (state.state, state.order_status, state.offer_plan_on):
        return []
    if state.state in OVER:
        raise ApplicationOver
    goes_back = after is OrderState.ACKNOWLEDGED and state.state is not OrderState.ACKNOWLEDGED
    if goes_back or order_status < state.order_status:
        raise ApplicationGoesBack
    changed = ApplicationStateChanged(
        application_id=asked.application_id,
        state=after,
        order_status=order_status,
        note=asked.note,
        offer_plan_on=offer_plan_on,
        at=asked.at,
    )
    return [changed]


def _state_at(order_status: OrderStatus) -> OrderState:
    """Return the state that follows from the operator's number alone."""
    match order_status:
        case OrderStatus.ACCEPTED:
            return OrderState.ACKNOWLEDGED
        case OrderStatus.COMPLETE:
            return OrderState.COMPLETED
        case _:
            return OrderState.IN_PROGRESS


application: Decider[Application, ApplicationCommand, ApplicationEvent] = Decider(
    initial=None, decide=decide, evolve=evolve
)
