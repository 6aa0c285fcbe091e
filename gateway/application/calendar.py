"""A person's calendar feed: its address, and what it shows to whoever holds it. Next stop: api/calendar.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gateway.application import session_rules as rules
from gateway.application.access import NOTHING
from gateway.application.asked import Asked
from gateway.application.board_ports import Boards
from gateway.application.contract_ports import OwnContracts
from gateway.application.errors import CalendarUnknown
from gateway.application.maintenances import MaintenancesJourney
from gateway.application.ports import Limits
from gateway.application.session import Session
from gateway.application.sessions import DEFAULT_TIMEZONE
from gateway.application.steps import Proof
from gateway.application.viewer import Role, Viewer
from gateway.projections.maintenance_board import MaintenanceRow
from gateway.projections.person import ACTIVE
from kernel.application.ports import Clock
from kernel.domain.errors import NotFound

BEFORE, AFTER = timedelta(days=31), timedelta(days=366)
NO_SESSION = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a calendar shows, and in whose language."""

    language: str
    timezone: str
    items: Sequence[MaintenanceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarJourney:
    """Gives out, opens and takes back calendar feeds; a feed shows what its person may see at that moment."""

    own: OwnContracts
    boards: Boards
    maintenances: MaintenancesJourney
    limits: Limits
    now: Clock

    async def has(self, viewer: Viewer, asked: Asked) -> bool:
        """Return whether there is a feed. Raises: Unavailable."""
        return await self.own.has_calendar(viewer.session, asked)

    async def issue(self, viewer: Viewer, asked: Asked) -> str:
        """Return the secret of a new feed, told to this wish alone; the one before ends.

        Raises: Refused when the wish was granted before, and the feed ended since; Unavailable.
        """
        return await self.own.issue_calendar(viewer.session, asked)

    async def revoke(self, viewer: Viewer, asked: Asked) -> None:
        """End the feed. Raises: Unavailable."""
        await self.own.revoke_calendar(viewer.session, asked)

    async def open(self, secret: str, asked: Asked) -> Feed:
        """Return what a feed shows. Raises: CalendarUnknown; TooManyTries; Unavailable."""
        await self.limits.count("calendar", asked.client_ip)
        try:
            user_id, tenant_id = await self.own.open_calendar(secret, asked)
        except NotFound:
            raise CalendarUnknown from None
        viewer = await self._viewer(user_id, tenant_id, asked)
        items = await self.maintenances.between(viewer, self.now() - BEFORE, self.now() + AFTER)
        return Feed(language=viewer.language or viewer.mail_language, timezone=viewer.timezone, items=items)

    async def _viewer(self, user_id: UUID, tenant_id: UUID, asked: Asked) -> Viewer:
        standing = await self.boards.standing(tenant_id, user_id, NO_SESSION)
        person, credential = standing.person, standing.credential
        if person is None or person.tenant_id != tenant_id or person.status != ACTIVE:
            raise CalendarUnknown
        if credential is None or credential.locked or credential.disabled:
            raise CalendarUnknown
        if not rules.lets_in(standing.policy, asked.client_ip):
            raise CalendarUnknown
        now = self.now()
        session = Session(
            session_id=NO_SESSION,
            user_id=user_id,
            tenant_id=tenant_id,
            method=Proof.TOTP,
            started_at=now,
            ends_at=now,
            csrf_token="",
        )
        return Viewer(
            user_id=user_id,
            tenant_id=tenant_id,
            name="",
            email="",
            role=Role.GENERAL_USER,
            origin=None,
            language=person.screen_language,
            timezone=person.timezone or DEFAULT_TIMEZONE,
            csrf_token="",
            session=session,
            access=rules.access_in(standing.groups, tenant_id) if standing.groups else NOTHING,
            mail_language=person.mail_language,
        )


def calendar_path(secret: str) -> str:
    """Return where a calendar is read."""
    return f"/calendar/{secret}.ics"
