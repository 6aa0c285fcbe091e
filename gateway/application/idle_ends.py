"""Sessions that nobody uses any more end for the record too. Next stop: clients/identity.py.

Only the gateway knows when a session was used last; identity keeps what began and ended. So it is told of ends that
nobody asked for. See: docs/decisions/0034-an-idle-session-is-ended-by-who-knows-it.md.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from gateway.application import session_rules as rules
from gateway.application.asked import Asked
from gateway.application.board_ports import Boards
from gateway.application.identity_ports import Identity
from gateway.application.session import LeftAlone, Session
from gateway.application.session_ports import Endings
from gateway.application.viewer import IDLE
from gateway.projections.tenant_policy import TenantPolicyRow
from kernel.application.cancellation import heed_cancellation
from kernel.application.ports import Clock, NewId
from kernel.domain.errors import NotFound, Unavailable

REST_SECONDS = 20.0
AT_ONCE = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleEnds:
    """Ends what was left alone for too long, wherever it was opened."""

    endings: Endings
    boards: Boards
    identity: Identity
    now: Clock
    new_id: NewId
    idle: timedelta = IDLE
    """How long a session may be left alone where the tenant decided nothing."""

    async def run(self) -> None:
        """End sessions until cancelled; what is away is met again later."""
        while True:
            heed_cancellation()
            try:
                while await self.work() == AT_ONCE:
                    continue
            except Unavailable as trouble:
                log.warning("idle_ends.tries_later", error=repr(trouble))
            await asyncio.sleep(REST_SECONDS)

    async def work(self) -> int:
        """Look at what may be over now, and return how many sessions that were. Raises: Unavailable."""
        due = await self.endings.due(AT_ONCE)
        for one in due:
            goes_on_until = await self._goes_on_until(one)
            if goes_on_until is not None:
                await self.endings.put_off(one, goes_on_until)
                continue
            try:
                await self.identity.expire_session(one, self._nobody_asked())
            except NotFound:
                # A session that identity never began, left by a crash: there is nothing to end.
                log.info("idle_ends.unknown_session", session_id=str(one.session_id))
            await self.endings.ended(one)
        return len(due)

    async def _goes_on_until(self, one: LeftAlone) -> datetime | None:
        """Return until when a session goes on at least, by what its tenant says now; None when it is over."""
        session = one.session
        if session is None:
            return None
        policy = (await self.boards.standing(one.tenant_id, one.user_id, one.session_id)).policy
        until = self._until(session, policy)
        return until if until > self.now() else None

    def _until(self, session: Session, policy: TenantPolicyRow | None) -> datetime:
        seen = session.seen_at or session.started_at
        return min(seen + rules.idle_of(policy, self.idle), rules.end_of(session, policy))

    def _nobody_asked(self) -> Asked:
        return Asked(key=str(self.new_id()), correlation_id=self.new_id(), client_ip="", user_agent="")
