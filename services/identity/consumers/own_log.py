"""Reads the service's own log: which sessions are over, so that settings sites hear of it. Next: parting.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from kernel.application.consume import Incoming
from kernel.domain.reads import wire_name
from services.identity.application.site_ports import Ended, Intake
from services.identity.domain.events import (
    CredentialDisabled,
    CredentialLocked,
    EndReason,
    PasswordSet,
    SessionEnded,
    SessionsEnded,
)

READER = "identity.sites"

Ending: TypeAlias = SessionEnded | SessionsEnded | PasswordSet | CredentialLocked | CredentialDisabled
ENDINGS: tuple[type[Any], ...] = (SessionEnded, SessionsEnded, PasswordSet, CredentialLocked, CredentialDisabled)


@dataclass(frozen=True, slots=True)
class Endings:
    """Has every end told."""

    intake: Intake

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(fact): fact for fact in ENDINGS}

    async def __call__(self, fact: Any, about: Incoming, transaction: Any) -> None:
        """Queue what follows from one fact."""
        await self.intake.queue(transaction, _ended(fact, about.traceparent))


def _ended(fact: Ending, traceparent: str | None) -> Ended:
    everywhere = Ended(user_id=fact.user_id, reason=EndReason.SUSPENDED, at=fact.at, traceparent=traceparent)
    match fact:
        case SessionEnded():
            return replace(everywhere, reason=fact.reason, session_id=fact.session_id)
        case SessionsEnded():
            return replace(everywhere, reason=fact.reason, kept_session_id=fact.kept_session_id)
        case PasswordSet():
            return replace(everywhere, reason=EndReason.PASSWORD_RESET)
        case CredentialLocked() | CredentialDisabled():
            return everywhere
