"""A person's own sessions and logins, newest first. Next stop: domain/session.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from kernel.application.ports import Clock, EventStore
from services.identity.application.ports import Client
from services.identity.application.records import SessionRecord, SessionRecords
from services.identity.domain.errors import CredentialUnknown
from services.identity.domain.events import EndReason, Proof
from services.identity.domain.session import ended_with_all, session

LONGEST = timedelta(hours=168)
"""No session lives longer, whatever a tenant sets. See: docs/interfaces.md, tenant policy."""
MOST_OPEN = 100


class Outcome(StrEnum):
    """What came of a login."""

    PASSED = "PASSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """One login: where it came from, and what became of its session."""

    session_id: UUID
    at: datetime
    outcome: Outcome
    method: Proof
    client: Client
    ended_at: datetime | None
    end_reason: EndReason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLogins:
    """Reads a person's sessions; whether one has ended is told by the log alone."""

    store: EventStore
    records: SessionRecords
    now: Clock

    async def open(self, user_id: UUID, tenant_id: UUID) -> Sequence[LoginView]:
        """Return the sessions that have not been ended, newest first, at most a hundred. Raises: CredentialUnknown."""
        past = await self._past(user_id, tenant_id)
        kept = await self.records.latest(user_id, MOST_OPEN, since=self.now() - LONGEST)
        return [view for view in [await self._view(past, one) for one in kept] if view and view.ended_at is None]

    async def history(
        self, user_id: UUID, tenant_id: UUID, limit: int, before: UUID | None
    ) -> tuple[Sequence[LoginView], UUID | None]:
        """Return logins before the one named, newest first, and what to go on from. Raises: CredentialUnknown."""
        past = await self._past(user_id, tenant_id)
        kept = await self.records.latest(user_id, limit + 1, before=before)
        views = [await self._view(past, one) for one in kept[:limit]]
        return [view for view in views if view], kept[limit - 1].session_id if len(kept) > limit else None

    async def _past(self, user_id: UUID, tenant_id: UUID) -> Sequence[Any]:
        past = await self.store.load(user_id)
        if not past or past[0].tenant_id != tenant_id:
            raise CredentialUnknown
        return [fact.event for fact in past]

    async def _view(self, past: Sequence[Any], kept: SessionRecord) -> LoginView | None:
        """Return the login; None for a record that no fact names, left by a crash."""
        state = session.fold(fact.event for fact in await self.store.load(kept.session_id))
        if state.started_at is None or state.method is None:
            return None
        ended = (state.ended_at, state.reason) if state.ended else None
        with_all = ended_with_all(past, kept.session_id, state.started_at)
        ended_at, reason = ended or with_all or (None, None)
        return LoginView(
            session_id=kept.session_id,
            at=state.started_at,
            outcome=Outcome.PASSED,
            method=state.method,
            client=kept.client,
            ended_at=ended_at,
            end_reason=reason,
        )
