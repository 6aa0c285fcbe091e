"""What comes of the two steps of a login: password, then code. Next stop: first_step.py, second_step.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.domain.context import Context
from kernel.domain.recorded import LogPosition
from services.identity.domain.events import Proof, SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A login whose password was right: not a session."""

    login: str
    method: SecondFactor
    expires_at: datetime
    tries_left: int
    passkeys: bool = False
    """Whether the person has a passkey; then no code is mailed until it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A login that became a session."""

    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    method: Proof
    started_at: datetime
    position: LogPosition | None


def of_person(user_id: UUID, tenant_id: UUID, by: Context) -> Context:
    """Return the circumstances of what a person does on their own way in.

    From where is kept beside the login and its session already; a second copy would have each login wait for the keys.
    """
    return replace(by, tenant_id=tenant_id, actor=f"user:{user_id}", client=None)


def keyless(user_id: UUID, tenant_id: UUID, by: Context) -> Context:
    """Return the same without the command's id: what is asked for again is another deed."""
    return replace(of_person(user_id, tenant_id, by), command_id=None, content=None)
