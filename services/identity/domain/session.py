"""A session from its start to its end, and the codes of a login. Next stop: application/opening.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from kernel.domain.decider import Decider
from services.identity.domain.commands import EndSession, EnterSite, IssueMailCode, SessionCommand
from services.identity.domain.errors import SessionUnknown
from services.identity.domain.events import (
    CredentialEvent,
    EndReason,
    MailCodeIssued,
    PasswordSet,
    Proof,
    SessionEnded,
    SessionEvent,
    SessionsEnded,
    SessionStarted,
    SiteEntered,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What the facts of one session add up to."""

    user_id: UUID | None = None
    method: Proof | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reason: EndReason | None = None

    @property
    def ended(self) -> bool:
        """Tell whether it was ended by itself."""
        return self.ended_at is not None


def evolve(state: Session, event: SessionEvent) -> Session:
    """Return the state after *event*."""
    match event:
        case SessionStarted():
            return replace(state, user_id=event.user_id, method=event.method, started_at=event.at)
        case SessionEnded():
            return replace(state, ended_at=event.at, reason=event.reason)
        case SiteEntered():
            return state
        case _:
            assert_never(event)


def decide(state: Session, command: SessionCommand) -> Sequence[SessionEvent]:
    """Return the facts *command* leads to. Raises: SessionUnknown, also for the session of somebody else."""
    if state.user_id is None or state.user_id != command.user_id:
        raise SessionUnknown
    match command:
        case EndSession():
            return [] if state.ended else [_ended(command)]
        case EnterSite():
            return [_entered(state, command)]
        case _:
            assert_never(command)


def _ended(asked: EndSession) -> SessionEnded:
    return SessionEnded(session_id=asked.session_id, user_id=asked.user_id, reason=asked.reason, at=asked.at)


def _entered(state: Session, asked: EnterSite) -> SiteEntered:
    if state.ended:
        raise SessionUnknown
    return SiteEntered(
        session_id=asked.session_id,
        user_id=asked.user_id,
        client_id=asked.client_id,
        contract_id=asked.contract_id,
        at=asked.at,
    )


_AMR: Mapping[Proof, tuple[str, ...]] = {
    Proof.TOTP: ("pwd", "otp", "mfa"),
    Proof.MAIL_OTP: ("pwd", "otp", "mfa"),
    Proof.PASSKEY: ("pwd", "pop", "mfa"),
    Proof.TRUSTED_BROWSER: ("pwd",),
}


def amr(method: Proof) -> tuple[str, ...]:
    """Return what a login with this second proof has shown. See: RFC 8176, section 2."""
    return _AMR[method]


session = Decider(initial=Session(), decide=decide, evolve=evolve)


def ended_with_all(
    past: Iterable[CredentialEvent], session_id: UUID, started_at: datetime
) -> tuple[datetime, EndReason] | None:
    """Return when and why a session was ended together with the person's others, from the facts of the credential."""
    for fact in past:
        match fact:
            case PasswordSet(at=at) if started_at < at:
                return at, EndReason.PASSWORD_RESET
            case SessionsEnded(at=at, reason=reason) if started_at < at and fact.kept_session_id != session_id:
                return at, reason
    return None


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
