"""An operator of the platform: appointed and dismissed by whoever runs it, never by a tenant. Next stop: the relay."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from kernel.domain.decider import Decider
from services.users.domain.commands import AppointOperator, DismissOperator, NoteRefusal, OperatorCommand, RecordDeed
from services.users.domain.errors import OperatorOnly, OperatorUnknown
from services.users.domain.operator_events import (
    OperatorActed,
    OperatorAppointed,
    OperatorDismissed,
    OperatorEvent,
    OperatorRefused,
    OperatorRole,
)

REFUSALS_APART = timedelta(hours=1)
"""How long after a refusal that was noted no other of the same person is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """In which role a person operates the platform; None in none."""

    role: OperatorRole | None = None
    refused_at: datetime | None = None
    """When a refusal was noted last."""


def evolve(state: Operator, event: OperatorEvent) -> Operator:
    """Return the state after *event*."""
    match event:
        case OperatorAppointed(role=role):
            return replace(state, role=role)
        case OperatorDismissed():
            return replace(state, role=None)
        case OperatorActed():
            return state
        case OperatorRefused(at=at):
            return replace(state, refused_at=at)
        case _:
            assert_never(event)


def decide(state: Operator, command: OperatorCommand) -> list[OperatorEvent]:
    """Return the facts *command* leads to; none when it changes nothing. Raises: OperatorUnknown; OperatorOnly."""
    match command:
        case AppointOperator(user_id=user_id, role=role, reason=reason, at=at):
            same = state.role is role
            return [] if same else [OperatorAppointed(user_id=user_id, role=role, reason=reason, at=at)]
        case DismissOperator(user_id=user_id, reason=reason, at=at):
            if state.role is None:
                raise OperatorUnknown
            return [OperatorDismissed(user_id=user_id, reason=reason, at=at)]
        case RecordDeed():
            if state.role is not OperatorRole.OPS:
                raise OperatorOnly
            return [
                OperatorActed(
                    user_id=command.user_id,
                    deed=command.deed,
                    consumer=command.consumer,
                    error=command.error,
                    streams=command.streams,
                    about=command.about,
                    attempt=command.attempt,
                    reason=command.reason,
                    at=command.at,
                )
            ]
        case NoteRefusal(user_id=user_id, company_id=company_id, operation=operation, at=at):
            # Anybody with a session can be refused as often as they like, so the log is kept from growing by it.
            if state.refused_at is not None and at < state.refused_at + REFUSALS_APART:
                return []
            return [OperatorRefused(user_id=user_id, company_id=company_id, operation=operation, at=at)]
        case _:
            assert_never(command)


operator: Decider[Operator, OperatorCommand, OperatorEvent] = Decider(initial=Operator(), decide=decide, evolve=evolve)
