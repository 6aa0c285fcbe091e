"""What guards those who show again that it is them must do. Next stop: adapters/guarded_step_ups.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.identity.application.ports import Code, Judged, RecoveryKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStepUp:
    """A proof that was begun in a session: the password was right."""

    step_up_id: UUID
    session_id: UUID
    user_id: UUID
    challenge_id: UUID | None
    code_key: bytes | None
    tries: int
    started_at: datetime
    expires_at: datetime
    proven_at: datetime | None
    """When the second factor was right too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTry:
    """One try of the second factor."""

    step_up: KeptStepUp
    right: bool
    step: int | None = None
    recovery: RecoveryKey | None = None
    at: datetime
    until: datetime
    """How long a right one counts."""


class StepUps(Protocol):
    """Guards proofs given in a session; a session has one at a time."""

    async def begin(self, step_up: KeptStepUp, code: Code | None) -> Judged:
        """Keep a proof, and its code before the fact that names it; the session's proof of before is over."""
        ...

    async def find(self, session_id: UUID, user_id: UUID) -> KeptStepUp | None:
        """Return the proof of a person's session."""
        ...

    async def judge(self, tried: OwnTry) -> Judged:
        """Decide about one try: wrong ones count with those of the login."""
        ...

    async def seed(self, step_up: KeptStepUp, enrolment_id: UUID, fresh: str, at: datetime) -> str:
        """Return the seed pending for a proof; *fresh* when there was none."""
        ...

    async def pending_seed(self, step_up: KeptStepUp) -> tuple[UUID, str] | None:
        """Return the enrolment and seed pending for a proof."""
        ...

    async def first_code(self, step_up: KeptStepUp, step: int | None, at: datetime, most: int) -> int | None:
        """Judge a new app's first code (step None is wrong); None after a right one, else the tries left."""
        ...
