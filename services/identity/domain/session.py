"""A session from its start to its end, and the codes of a login. Next stop: application/login.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.identity.domain.commands import EndSession, IssueMailCode
from services.identity.domain.errors import SessionUnknown
from services.identity.domain.events import MailCodeIssued, SessionEnded, SessionEvent, SessionStarted


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the facts of one session add up to."""

    user_id: UUID | None = None
    ended: bool = False


def evolve(state: Session, event: SessionEvent) -> Session:
    """Return the state after *event*."""
    match event:
        case SessionStarted():
            return replace(state, user_id=event.user_id)
        case SessionEnded():
            return replace(state, ended=True)
        case _:
            assert_never(event)


def decide(state: Session, command: EndSession) -> Sequence[SessionEvent]:
    """Return the facts *command* leads to. Raises: SessionUnknown, also for the session of somebody else."""
    if state.user_id is None or state.user_id != command.user_id:
        raise SessionUnknown
    if state.ended:
        return []
    return [SessionEnded(session_id=command.session_id, user_id=command.user_id, reason=command.reason, at=command.at)]


session = Decider(initial=Session(), decide=decide, evolve=evolve)


def _count(codes: int, _event: MailCodeIssued) -> int:
    return codes + 1


def _name_code(_codes: int, command: IssueMailCode) -> Sequence[MailCodeIssued]:
    return [
        MailCodeIssued(
            user_id=command.user_id,
            challenge_id=command.challenge_id,
            expires_at=command.expires_at,
            at=command.at,
        )
    ]


login = Decider(initial=0, decide=_name_code, evolve=_count)
