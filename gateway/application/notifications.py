"""Which mails people want: of oneself, and, for administrators, of others. Next stop: clients/users.py."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.effects import Effects
from gateway.application.notification_ports import MailWishes, Notifications, Wishes
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer


class MailKind(StrEnum):
    """What a mail is for."""

    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    SECURITY = "SECURITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsJourney:
    """Shows and changes wishes. Raises, everywhere: Unavailable."""

    wishes: MailWishes
    effects: Effects

    async def own(self, viewer: Viewer, asked: Asked) -> Notifications:
        """Return which mails the caller wants."""
        policy.demand(viewer, Operation.OWN_NOTIFICATIONS)
        return await self.wishes.own_notifications(viewer.session, asked)

    async def choose_own(
        self, viewer: Viewer, token: str, wishes: Wishes, asked: Asked, *, if_match: str | None = None
    ) -> Notifications:
        """Say which mails the caller wants, and which once a day. Raises: Invalid `mail-not-refusable`."""
        policy.demand(viewer, Operation.CHANGE_OWN_NOTIFICATIONS)
        done = await self.wishes.choose_own_notifications(viewer.session, wishes, if_match, asked)
        await self.effects.show(token, done.positions)
        return await self.wishes.own_notifications(viewer.session, asked)

    async def of_person(self, viewer: Viewer, user_id: UUID, asked: Asked) -> Notifications:
        """Return which mails a person wants. Raises: Denied; NotFound."""
        policy.demand(viewer, Operation.USER_NOTIFICATIONS)
        return await self.wishes.notifications(viewer.session, user_id, asked)

    async def choose(
        self,
        viewer: Viewer,
        token: str,
        user_id: UUID,
        wishes: Wishes,
        asked: Asked,
        *,
        if_match: str | None = None,
    ) -> Notifications:
        """Say which mails a person wants, and which of them once a day.

        Raises: Denied; NotFound; Invalid `mail-not-refusable`; PreconditionFailed.
        """
        policy.demand(viewer, Operation.CHANGE_USER_NOTIFICATIONS)
        done = await self.wishes.choose_notifications(viewer.session, user_id, wishes, if_match, asked)
        await self.effects.show(token, done.positions)
        return await self.wishes.notifications(viewer.session, user_id, asked)
