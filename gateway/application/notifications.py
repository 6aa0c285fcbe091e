"""Which mails people want: of oneself, and, for administrators, of others. Next stop: clients/users.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.effects import Effects
from gateway.application.notification_ports import MailWishes, Notifications
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
        self, viewer: Viewer, token: str, refused: Sequence[str], asked: Asked, *, if_match: str | None = None
    ) -> Notifications:
        """Say which mails the caller does not want, all of them. Raises: Invalid `mail-not-refusable`."""
        policy.demand(viewer, Operation.CHANGE_OWN_NOTIFICATIONS)
        done = await self.wishes.choose_own_notifications(viewer.session, refused, if_match, asked)
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
        refused: Sequence[str],
        asked: Asked,
        *,
        if_match: str | None = None,
    ) -> Notifications:
        """Say which mails a person does not want, all of them.

        Raises: Denied; NotFound; Invalid `mail-not-refusable`; PreconditionFailed.
        """
        policy.demand(viewer, Operation.CHANGE_USER_NOTIFICATIONS)
        done = await self.wishes.choose_notifications(viewer.session, user_id, refused, if_match, asked)
        await self.effects.show(token, done.positions)
        return await self.wishes.notifications(viewer.session, user_id, asked)
