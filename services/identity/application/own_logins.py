"""A person's sessions and logins, newest first, those that were refused too. Next stop: domain/session.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from kernel.application.ports import Clock, EventStore
from services.identity.application.ports import Client
from services.identity.application.records import Before, LoginRecord, Outcome, SessionRecords
from services.identity.domain.errors import CredentialUnknown
from services.identity.domain.events import CredentialLocked, CredentialUnlocked, EndReason, Proof
from services.identity.domain.session import ended_with_all, session

LONGEST = timedelta(hours=168)
"""No session lives longer, whatever a tenant sets. See: docs/interfaces.md, tenant policy."""
MOST_OPEN = 100
NOWHERE = Client()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """One login: where it came from, and what became of its session; or a lock, and what undid it."""

    record_id: UUID
    """Of the session, where the login passed."""
    at: datetime
    outcome: Outcome
    method: Proof | None
    client: Client
    ended_at: datetime | None = None
    end_reason: EndReason | None = None

    @property
    def place(self) -> Before:
        """Return where it stands in the list."""
        return self.at, self.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLogins:
    """Reads a person's logins, for themselves and for their administrators.

    Whether a session has ended is told by the log alone.
    """

    store: EventStore
    records: SessionRecords
    now: Clock

    async def open(self, user_id: UUID, tenant_id: UUID) -> Sequence[LoginView]:
        """Return the sessions that have not been ended, newest first, at most a hundred. Raises: CredentialUnknown."""
        past = await self._past(user_id, tenant_id)
        kept = await self.records.latest(user_id, MOST_OPEN, since=self.now() - LONGEST)
        views = [await self._passed(past, one.session_id, one.client) for one in kept]
        return [view for view in views if view and view.ended_at is None]

    async def history(
        self, user_id: UUID, tenant_id: UUID, limit: int, before: Before | None
    ) -> tuple[Sequence[LoginView], Before | None]:
        """Return logins and locks from before a place, newest first, and what to go on from.

        Raises: CredentialUnknown.
        """
        past = await self._past(user_id, tenant_id)
        kept = await self.records.logins(user_id, limit + 1, before)
        views = [view for one in kept if (view := await self._view(past, one))]
        locks = [one for one in _locks(user_id, past) if before is None or one.place < before]
        found = sorted([*views, *locks], key=lambda one: one.place, reverse=True)
        return found[:limit], found[limit - 1].place if len(found) > limit else None

    async def _past(self, user_id: UUID, tenant_id: UUID) -> Sequence[Any]:
        past = await self.store.load(user_id)
        if not past or past[0].tenant_id != tenant_id:
            raise CredentialUnknown
        return [fact.event for fact in past]

    async def _view(self, past: Sequence[Any], kept: LoginRecord) -> LoginView | None:
        if kept.outcome is Outcome.PASSED:
            return await self._passed(past, kept.record_id, kept.client)
        return LoginView(
            record_id=kept.record_id, at=kept.at, outcome=kept.outcome, method=kept.method, client=kept.client
        )

    async def _passed(self, past: Sequence[Any], session_id: UUID, client: Client) -> LoginView | None:
        """Return the login; None for a record that no fact names, left by a crash."""
        state = session.fold(fact.event for fact in await self.store.load(session_id))
        if state.started_at is None or state.method is None:
            return None
        alone = (state.ended_at, state.reason) if state.ended_at else None
        with_all = ended_with_all(past, session_id, state.started_at)
        # What ended with others may be found left alone later: the first end is the one that counts.
        ends = [one for one in (alone, with_all) if one is not None]
        ended_at, reason = min(ends, key=lambda one: one[0], default=(None, None))
        return LoginView(
            record_id=session_id,
            at=state.started_at,
            outcome=Outcome.PASSED,
            method=state.method,
            client=client,
            ended_at=ended_at,
            end_reason=reason,
        )


def _locks(user_id: UUID, past: Sequence[Any]) -> Sequence[LoginView]:
    """Return when too many codes were wrong, and when that was forgiven."""
    outcomes: dict[type[Any], Outcome] = {CredentialLocked: Outcome.LOCKED, CredentialUnlocked: Outcome.UNLOCKED}
    return [
        LoginView(
            record_id=uuid5(user_id, str(version)),
            at=fact.at,
            outcome=outcomes[type(fact)],
            method=None,
            client=NOWHERE,
        )
        for version, fact in enumerate(past, 1)
        if type(fact) in outcomes
    ]
