"""A person's own second step: which browsers are spared it. Next stop: clients/second_step.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.policy import Operation
from gateway.application.session import Session
from gateway.application.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBrowser:
    """A browser that is spared the second step."""

    browser_id: UUID
    since: datetime
    used_at: datetime
    expires_at: datetime
    client_ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBrowsers:
    """A person's trusted browsers, the one used last first."""

    items: tuple[TrustedBrowser, ...] = ()
    allowed: bool = False
    """Whether the tenant lets browsers be trusted at all."""


class SecondStep(Protocol):
    """Identity, asked by people about their own second step. Its refusals come through with their codes."""

    async def trusted_browsers(self, session: Session, asked: Asked) -> TrustedBrowsers:
        """Return the caller's trusted browsers."""
        ...

    async def forget_browsers(self, session: Session, browser_id: UUID | None, asked: Asked) -> None:
        """Trust one of the caller's browsers no more, or none of them. Raises: NotFound for one that is not trusted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStepJourney:
    """The caller's own second step; nothing here takes the id of a person. Raises, everywhere: Unavailable."""

    identity: SecondStep

    async def trusted_browsers(self, viewer: Viewer, asked: Asked) -> TrustedBrowsers:
        """Return the caller's trusted browsers."""
        policy.demand(viewer, Operation.TRUSTED_BROWSERS)
        return await self.identity.trusted_browsers(viewer.session, asked)

    async def forget_browser(self, viewer: Viewer, browser_id: UUID, asked: Asked) -> None:
        """Ask one of the caller's browsers for a code again. Raises: NotFound, also when it is somebody else's."""
        policy.demand(viewer, Operation.FORGET_BROWSER)
        await self.identity.forget_browsers(viewer.session, browser_id, asked)

    async def forget_browsers(self, viewer: Viewer, asked: Asked) -> None:
        """Ask all of the caller's browsers for a code again."""
        policy.demand(viewer, Operation.FORGET_BROWSERS)
        await self.identity.forget_browsers(viewer.session, None, asked)
