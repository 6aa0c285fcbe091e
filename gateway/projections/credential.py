"""Who may still be here: one row a credential, read with every request. Next stop: application/sessions.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.sources.identity import (
    CredentialActivated,
    CredentialDisabled,
    CredentialEnabled,
    CredentialLocked,
    CredentialOpened,
    CredentialUnlocked,
    PasswordSet,
    SessionsEnded,
)
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

CredentialFact: TypeAlias = (
    CredentialOpened
    | PasswordSet
    | CredentialActivated
    | CredentialLocked
    | CredentialUnlocked
    | CredentialDisabled
    | CredentialEnabled
    | SessionsEnded
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRow:
    """What a session must be measured against."""

    user_id: UUID
    active: bool = False
    locked: bool = False
    disabled: bool = False
    password_set_at: datetime | None = None
    """Sessions that started before this moment are over."""
    ended_at: datetime | None = None
    """Sessions that started before this moment are over too, but for the kept one."""
    kept_session_id: UUID | None = None

    def ends(self, session_id: UUID, started_at: datetime) -> bool:
        """Return whether the session of then is over, for all that this row knows."""
        if self.locked or self.disabled:
            return True
        if self.password_set_at is not None and started_at < self.password_set_at:
            return True
        return self.ended_at is not None and started_at < self.ended_at and session_id != self.kept_session_id


def key(fact: CredentialFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.user_id)


def evolve(row: CredentialRow | None, fact: CredentialFact, _about: Incoming) -> CredentialRow:  # noqa: PLR0911 - one return a fact
    """Return the row after *fact*; a fact that comes before the opening makes the row."""
    row = row or CredentialRow(user_id=fact.user_id)
    match fact:
        case CredentialOpened():
            return row
        case PasswordSet():
            return replace(row, password_set_at=fact.at)
        case CredentialActivated():
            return replace(row, active=True)
        case CredentialLocked():
            return replace(row, locked=True)
        case CredentialUnlocked():
            return replace(row, locked=False)
        case CredentialDisabled():
            return replace(row, disabled=True)
        case CredentialEnabled():
            return replace(row, disabled=False)
        case SessionsEnded():
            return replace(row, ended_at=fact.at, kept_session_id=fact.kept_session_id)


def touches(row: CredentialRow) -> Sequence[str]:
    """Return who is to be told of a change: the person's own pages."""
    return [f"user:{row.user_id}"]


CREDENTIAL: ReadModel[CredentialRow] = ReadModel(
    name="credential",
    row=CredentialRow,
    reads=(
        CredentialOpened,
        PasswordSet,
        CredentialActivated,
        CredentialLocked,
        CredentialUnlocked,
        CredentialDisabled,
        CredentialEnabled,
        SessionsEnded,
    ),
    key=key,
    evolve=evolve,
    touches=touches,
)
