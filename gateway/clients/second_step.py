"""People about their own second step, as typed calls to identity. Next stop: services/identity/api/second_steps.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.second_step import TrustedBrowsers
from gateway.application.session import Session
from gateway.clients.answers import read
from kernel.adapters.http.client import Answer, ServiceClient

SELF = ("credentials:self",)


@dataclass(frozen=True, slots=True)
class SecondStepClient:
    """Calls identity as the person who asks, about nobody else."""

    http: ServiceClient

    async def trusted_browsers(self, session: Session, asked: Asked) -> TrustedBrowsers:
        """Return the caller's trusted browsers."""
        return read(TrustedBrowsers, (await self._get(session, "trusted-browsers", asked)).body)

    async def forget_browsers(self, session: Session, browser_id: UUID | None, asked: Asked) -> None:
        """Trust one of the caller's browsers no more, or none of them."""
        which = {"browserId": str(browser_id)} if browser_id else {}
        await self._post(session, "trusted-browsers/forget", which, asked)

    async def _get(self, session: Session, what: str, asked: Asked) -> Answer:
        context = replace(asked.context(f"user:{session.user_id}", session.tenant_id), command_id=None)
        return await self.http.get(f"/credentials/{session.user_id}/{what}", SELF, context)

    async def _post(self, session: Session, what: str, body: Mapping[str, Any], asked: Asked) -> Answer:
        context = asked.context(f"user:{session.user_id}", session.tenant_id)
        return await self.http.post(f"/credentials/{session.user_id}/{what}", body, SELF, context)
