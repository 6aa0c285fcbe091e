"""A new link for who lost the password: the wish is kept, answered alike for all, and looked at later. Next: ports.py.

See: OWASP Forgot Password Cheat Sheet.
"""

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from kernel.application.cancellation import heed_cancellation
from kernel.application.consume import passing
from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.errors import PortalError
from services.identity.application.ports import (
    Fingerprints,
    Links,
    NewLink,
    NewSecret,
    Said,
)
from services.identity.application.rules import Rules
from services.identity.application.wishes import ResetRequest, ResetRequests
from services.identity.domain.commands import IssueLink
from services.identity.domain.credential import credential

IDLE_SECONDS = 1.0
"""How soon a wish is found that another process took in."""
A_DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """Takes wishes for new links, and grants those of the registered."""

    store: EventStore
    requests: ResetRequests
    links: Links
    fingerprints: Fingerprints
    rules: Rules
    now: Clock
    new_id: NewId
    new_secret: NewSecret
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, said: Said, by: Context) -> None:
        """Keep a wish: the same work for everybody, so that neither answer nor time tells who is known.

        Raises: Busy.
        """
        await self.requests.add(
            ResetRequest(
                request_id=by.command_id or self.new_id(),
                claimed=self.fingerprints.of(said),
                said=said,
                correlation_id=by.correlation_id,
                traceparent=by.traceparent,
                at=self.now(),
            )
        )
        self._news.set()

    async def run(self) -> None:
        """Look at wishes as they come, until cancelled."""
        while True:
            heed_cancellation()
            if not await self.work():
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._news.wait()
                self._news.clear()

    async def work(self) -> bool:
        """Look at one wish; false when none waits. Raises: Unavailable, and the wish is looked at again later."""
        request = await self.requests.take(self.now())
        if request is None:
            return False
        try:
            await self._grant(request)
        except PortalError as error:
            if passing(error):
                raise
            log.warning("reset.refused", error_code=error.code)
        await self.requests.done(request.request_id)
        return True

    async def _grant(self, request: ResetRequest) -> None:
        found = await self.requests.registered(request.claimed.email)
        if found is None or not hmac.compare_digest(bytes(found[1]), bytes(request.claimed)):
            return
        user_id, at = found[0], self.now()
        past = await self.store.load(user_id)
        if not past or await self.links.links_since(user_id, at - A_DAY) >= self.rules.links_a_day:
            return
        # The wish's id is the link's too: looked at twice, it makes one link.
        link = NewLink(
            activation_id=request.request_id,
            user_id=user_id,
            token=self.new_secret(),
            expires_at=at + self.rules.link_life,
            at=at,
            said=request.said,
        )
        await self.links.keep(link)
        asked = IssueLink(user_id=user_id, activation_id=link.activation_id, expires_at=link.expires_at, at=at)
        await execute(self.store, credential, user_id, asked, _by(request, past[0].tenant_id))


def _by(request: ResetRequest, tenant_id: UUID) -> Context:
    return Context(
        tenant_id=tenant_id,
        actor="service:identity",
        correlation_id=request.correlation_id,
        command_id=request.request_id,
        traceparent=request.traceparent,
    )
