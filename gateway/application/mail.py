"""What was mailed to the people of a tenant, and mailing it again. Next stop: clients/notifier.py."""

from dataclasses import dataclass
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.mails import Mail, Mailroom, MailsPage, MailState, MailsWanted
from gateway.application.people import PeopleJourney
from gateway.application.people_ports import Directory
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer

NEEDS_NEW_LINK = "ACTIVATION"
"""What this mail carries is issued anew, so that the link in the mail before is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailJourney:
    """Lists mails and sends them again. Raises, everywhere: Denied for who is no administrator; Unavailable."""

    mailroom: Mailroom
    directory: Directory
    people: PeopleJourney

    async def page(
        self,
        viewer: Viewer,
        asked: Asked,
        state: MailState | None = None,
        *,
        limit: int = 50,
        cursor: str | None = None,
    ) -> MailsPage:
        """Return the tenant's mails after *cursor*, newest first. Raises: Invalid `cursor-unreadable`."""
        policy.demand(viewer, Operation.MESSAGES)
        return await self.mailroom.mails(viewer.session, MailsWanted(state=state), limit, cursor, asked)

    async def of_person(
        self, viewer: Viewer, user_id: UUID, asked: Asked, *, limit: int = 50, cursor: str | None = None
    ) -> MailsPage:
        """Return a person's mails after *cursor*, newest first. Raises: NotFound; Invalid."""
        policy.demand(viewer, Operation.USER_MESSAGES)
        # The notifier knows no people: of whom nobody is, it would say that they got no mail.
        await self.directory.person(viewer.session, user_id, asked)
        return await self.mailroom.mails(viewer.session, MailsWanted(user_id=user_id), limit, cursor, asked)

    async def one(self, viewer: Viewer, message_id: UUID, asked: Asked) -> Mail:
        """Return one mail. Raises: NotFound, also when it is another tenant's."""
        policy.demand(viewer, Operation.MESSAGE)
        return await self.mailroom.mail(viewer.session, message_id, asked)

    async def resend(self, viewer: Viewer, token: str, message_id: UUID, asked: Asked) -> Mail:
        """Have a mail sent again, one with an activation link with a new one; return the mail as it was.

        Raises: NotFound; Refused, also with what identity refuses; TooManyTries.
        """
        policy.demand(viewer, Operation.RESEND_MESSAGE)
        mail = await self.mailroom.mail(viewer.session, message_id, asked)
        if mail.template == NEEDS_NEW_LINK:
            await self.people.resend_activation(viewer, token, mail.user_id, asked)
        else:
            await self.mailroom.resend(viewer.session, message_id, asked)
        return mail
