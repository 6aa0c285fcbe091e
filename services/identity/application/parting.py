"""Tells settings sites that a session is over, until they took it. Next stop: site_claims.py, adapters/telling.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from kernel.application.ports import Clock
from services.identity.application.site_claims import (
    BY_PERSON,
    EVENT_TOKEN,
    LOGOUT_TOKEN,
    logout_claims,
    revoked_claims,
)
from services.identity.application.site_ports import Notice, NoticeKind, Notices, Site, Sites, Tell, Told
from services.identity.application.site_signing import SiteSigning
from services.identity.domain.events import EndReason

PATIENCE = timedelta(days=7)
"""How long a site is told again that was away: no session of a site should live longer."""
FIRST_WAIT, LONGEST_WAIT = timedelta(milliseconds=500), timedelta(minutes=5)


def kinds(site: Site, reason: EndReason) -> Sequence[NoticeKind]:
    """Return how a site is told of an end: as a logout, and as revoked when the person did not wish for it.

    A site that takes one of the two gets that one for every end.
    """
    told = [NoticeKind.LOGOUT] if site.logout_uri else []
    if site.events_uri and (reason not in BY_PERSON or not site.logout_uri):
        told.append(NoticeKind.REVOKED)
    return told


def wait(tries: int) -> timedelta:
    """Return how long a site is left alone after so many tries: twice as long each time."""
    return min(FIRST_WAIT * (1 << min(tries, 20)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Sends what waits."""

    sites: Sites
    notices: Notices
    signing: SiteSigning
    tell: Tell
    issuer: str
    now: Clock

    async def send(self, notice: Notice) -> Told:
        """Tell one site once, and note what came of it. Raises: Unavailable."""
        address = self._address(notice)
        if address is None:
            # The site was taken out, or no longer wishes to be told.
            await self.notices.close(notice.notice_id, "UNWANTED", self.now())
            return Told.REFUSED
        told = await self.tell(address, notice.kind, await self._token(notice))
        if told is Told.AWAY and self.now() < notice.not_after:
            await self.notices.put_off(notice.notice_id, self.now() + wait(notice.tries))
        else:
            await self.notices.close(notice.notice_id, told, self.now())
        return told

    def _address(self, notice: Notice) -> str | None:
        site = self.sites.get(notice.client_id)
        if site is None:
            return None
        return site.logout_uri if notice.kind is NoticeKind.LOGOUT else site.events_uri

    async def _token(self, notice: Notice) -> str:
        if notice.kind is NoticeKind.LOGOUT:
            return await self.signing.signed(logout_claims(self.issuer, notice, self.now()), LOGOUT_TOKEN)
        return await self.signing.signed(revoked_claims(self.issuer, notice, self.now()), EVENT_TOKEN)
