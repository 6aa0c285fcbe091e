"""What guards trusted browsers must do. Next stop: adapters/guarded_browsers.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.identity.application.ports import Client
from services.identity.application.remembering import Known


class BrowserTrust(StrEnum):
    """What an administrator decided for one person; it goes before what holds for everybody."""

    AS_COMPANY = "AS_COMPANY"
    ALLOWED = "ALLOWED"
    FORBIDDEN = "FORBIDDEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBrowser:
    """A browser that skips the second step."""

    browser_id: UUID
    """The id of the session whose login had it trusted."""
    since: datetime
    used_at: datetime
    expires_at: datetime
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A second step that a browser wants to skip, and what is kept of the login when it may."""

    browser: str
    """The token that the browser holds."""
    keys: tuple[bytes, ...]
    known: Known
    login_id: UUID
    login: str
    session_id: UUID
    client: Client
    at: datetime
    until: datetime
    expires_at: datetime


class TrustedBrowsers(Protocol):
    """Guards the tokens of trusted browsers, and whose may be trusted."""

    async def decide(self, user_id: UUID, trust: BrowserTrust) -> None:
        """Keep what was decided for a person; where their browsers may be trusted no more, none of them is."""
        ...

    async def allowed(self, user_id: UUID, tenant_id: UUID) -> bool:
        """Tell whether a person's browsers may be trusted."""
        ...

    async def keep(self, session_id: UUID, tenant_id: UUID, token: str, since: datetime, until: datetime) -> None:
        """Trust the browser of a session; again under the same session, the token before is dead."""
        ...

    async def skip(self, skip: Skip) -> bool:
        """Let a login pass when the browser is trusted for this person now, and put off when that ends."""
        ...

    async def latest(self, user_id: UUID, after: datetime | None, now: datetime) -> Sequence[TrustedBrowser]:
        """Return a person's browsers that have been trusted since *after*, the one used last first."""
        ...

    async def forget(self, user_id: UUID, browser_id: UUID | None) -> bool:
        """Trust a person's browser no more, or none of them; false when there was none."""
        ...
