"""Finishes what a crash left between a kept password and its fact. Next stop: ports.py."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog

from kernel.application.cancellation import heed_cancellation
from kernel.application.ports import Clock, EventStore
from kernel.domain.errors import Unavailable
from services.identity.application.password_ports import Passwords
from services.identity.application.records import Enrolments
from services.identity.domain.credential import credential

REST_SECONDS = 5.0
BEING_SET = timedelta(seconds=30)
"""How long a request may take from keeping a password to its fact."""
LEFT_OVER = timedelta(days=1)
"""How long a password that no fact names is kept all the same."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Looks after passwords and seeds of which it is not known whether they count."""

    store: EventStore
    passwords: Passwords
    enrolments: Enrolments
    now: Clock

    async def run(self) -> None:
        """Settle until cancelled; what is away is met again later."""
        while True:
            heed_cancellation()
            try:
                await self.settle()
                await self.settle_enrolments()
            except Unavailable as trouble:
                log.warning("settling.tries_later", error=repr(trouble))
            await asyncio.sleep(REST_SECONDS)

    async def settle(self) -> None:
        """Have every named password count for all it is worth, and throw away the others when they are old."""
        now = self.now()
        for kept in await self.passwords.unsettled(now - BEING_SET):
            state = credential.fold(fact.event for fact in await self.store.load(kept.user_id))
            if state.password_id == kept.password_id:
                await self.passwords.settle(kept.user_id, kept.password_id, state.password_set_at or kept.at)
            elif kept.at < now - LEFT_OVER:
                await self.passwords.discard(kept.password_id)

    async def settle_enrolments(self) -> None:
        """Keep the seeds that a first code confirmed, and throw away those whose link ended without one."""
        for kept in await self.enrolments.unsettled(self.now() - LEFT_OVER):
            state = credential.fold(fact.event for fact in await self.store.load(kept.user_id))
            if state.enrolment_id == kept.enrolment_id:
                await self.enrolments.settle(kept.enrolment_id)
            else:
                await self.enrolments.discard(kept.enrolment_id)
