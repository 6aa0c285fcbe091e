# ruff: noqa: ARG002 - fakes take what the ports give
"""Identity for people about their own second step, small and in memory."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.second_step import TrustedBrowser, TrustedBrowsers
from gateway.application.session import Session
from kernel.domain.errors import NotFound
from tests.unit.gateway.fakes import NOW, USER

BROWSER = UUID("019abcde-0000-7000-8000-000000000071")


class BrowserUnknown(NotFound):
    """As identity says it."""

    code = "trusted-browser-unknown"


@dataclass
class FakeSecondStep:
    """One person's second step."""

    allowed: bool = True
    browsers: list[TrustedBrowser] = field(
        default_factory=lambda: [
            TrustedBrowser(
                browser_id=BROWSER,
                since=NOW - timedelta(days=3),
                used_at=NOW - timedelta(days=1),
                expires_at=NOW + timedelta(days=9),
                client_ip="192.0.2.7",
                user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0",
            )
        ]
    )

    async def trusted_browsers(self, session: Session, asked: Asked) -> TrustedBrowsers:
        mine = self.browsers if session.user_id == USER else []
        return TrustedBrowsers(items=tuple(mine), allowed=self.allowed)

    async def forget_browsers(self, session: Session, browser_id: UUID | None, asked: Asked) -> None:
        mine = {one.browser_id for one in self.browsers} if session.user_id == USER else set()
        if browser_id is not None and browser_id not in mine:
            raise BrowserUnknown
        if session.user_id == USER:
            self.browsers = [one for one in self.browsers if browser_id not in (None, one.browser_id)]
