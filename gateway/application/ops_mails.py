"""All companies' mails for who operates: how they stand, and what is done about it. Next: clients/ops_mails.py."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.errors import AlreadyOrdered, AlreadyShown
from gateway.application.mail import NEEDS_NEW_LINK
from gateway.application.mails import Receiver
from gateway.application.ops_mails_ports import (
    ActivationLinks,
    Kind,
    MailChoice,
    MailDeeds,
    MailLife,
    MailNow,
    MailReach,
    OpsMail,
    OpsMailroom,
    OpsMailsPage,
)
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer


class MailDeed(StrEnum):
    """What can be done about mails, as it is recorded."""

    RESEND = "RESEND_MAILS"
    PAUSE = "PAUSE_MAILS"
    RESUME = "RESUME_MAILS"
    DRAIN = "DRAIN_MAILS"
    RECEIVER = "SHOW_RECEIVER"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsMailsJourney:
    """Looks at mails and sees to them; what is done is recorded before. Raises, everywhere: Denied; Unavailable.

    What is done also raises AlreadyOrdered for the same wish sent again: it is on record once, so it is done once.
    """

    mailroom: OpsMailroom
    deeds: MailDeeds
    links: ActivationLinks

    async def now(self, viewer: Viewer, asked: Asked) -> MailNow:
        """Return what waits, what is paused, and what became of mails in the last day."""
        policy.demand(viewer, Operation.OPS_MAILS_NOW)
        return await self.mailroom.now(viewer.session, asked)

    async def page(
        self, viewer: Viewer, choice: MailChoice, asked: Asked, *, limit: int = 50, cursor: str | None = None
    ) -> OpsMailsPage:
        """Return mails, newest first, addresses masked. Raises: Invalid `cursor-unreadable`."""
        policy.demand(viewer, Operation.OPS_MAILS)
        return await self.mailroom.page(viewer.session, choice, limit, cursor, asked)

    async def life(self, viewer: Viewer, message_id: UUID, asked: Asked) -> MailLife:
        """Return one mail and all that happened to it. Raises: NotFound."""
        policy.demand(viewer, Operation.OPS_MAIL)
        return await self.mailroom.life(viewer.session, message_id, asked)

    async def receiver(self, viewer: Viewer, message_id: UUID, reason: str, asked: Asked) -> Receiver:
        """Return to whom a mail goes, in the clear, once: who asked and why is recorded before.

        Raises: NotFound; AlreadyShown for the same wish sent again.
        """
        policy.demand(viewer, Operation.OPS_MAIL_RECEIVER)
        one = MailChoice(mails=(message_id,))
        if not await self.deeds.record(viewer.session, MailDeed.RECEIVER, one, reason, asked):
            raise AlreadyShown
        return await self.mailroom.receiver(viewer.session, message_id, asked)

    async def resend(
        self, viewer: Viewer, choice: MailChoice, reason: str, asked: Asked, *, dry_run: bool = False
    ) -> MailReach:
        """Have mails sent again, one with an activation link with a new one; or say how many it would be.

        Raises: NotFound; Refused and TooManyTries, where identity issues no new link.
        """
        policy.demand(viewer, Operation.OPS_RESEND_MAILS)
        dead = await self._of_dead_link(viewer, choice, asked)
        if not dry_run:
            await self._record(viewer, MailDeed.RESEND, choice, reason, asked)
        if dead is None:
            return await self.mailroom.resend(viewer.session, choice, asked, dry_run=dry_run)
        if not dry_run:
            await self.links.renew(viewer.session, dead, asked)
        return MailReach(mails=1)

    async def pause(
        self, viewer: Viewer, kind: Kind | None, reason: str, asked: Asked, *, dry_run: bool = False
    ) -> MailReach:
        """Have mails of a kind, or all, wait until they are resumed; return how many wait now."""
        policy.demand(viewer, Operation.OPS_PAUSE_MAILS)
        if not dry_run:
            await self._record(viewer, MailDeed.PAUSE, MailChoice(kind=kind), reason, asked)
            await self.mailroom.pause(viewer.session, _kinds(kind), reason, asked)
        return await self._waiting(viewer, kind, asked)

    async def resume(
        self, viewer: Viewer, kind: Kind | None, reason: str, asked: Asked, *, dry_run: bool = False
    ) -> MailReach:
        """Have them sent again; return how many wait now."""
        policy.demand(viewer, Operation.OPS_RESUME_MAILS)
        if not dry_run:
            await self._record(viewer, MailDeed.RESUME, MailChoice(kind=kind), reason, asked)
            await self.mailroom.resume(viewer.session, _kinds(kind), asked)
        return await self._waiting(viewer, kind, asked)

    async def drain(
        self, viewer: Viewer, kind: Kind | None, reason: str, asked: Asked, *, dry_run: bool = False
    ) -> MailReach:
        """Have everything tried now that waits for another try, or say how much that is."""
        policy.demand(viewer, Operation.OPS_DRAIN_MAILS)
        if not dry_run:
            await self._record(viewer, MailDeed.DRAIN, MailChoice(kind=kind), reason, asked)
        return await self.mailroom.drain(viewer.session, _kinds(kind), asked, dry_run=dry_run)

    async def _of_dead_link(self, viewer: Viewer, choice: MailChoice, asked: Asked) -> OpsMail | None:
        """Return the one mail that is named, where it needs a new link: a company's first person has nobody else."""
        if len(choice.mails) != 1:
            return None
        mail = (await self.mailroom.life(viewer.session, choice.mails[0], asked)).mail
        return mail if mail.template == NEEDS_NEW_LINK and mail.ended_at is not None else None

    async def _record(self, viewer: Viewer, deed: MailDeed, choice: MailChoice, reason: str, asked: Asked) -> None:
        if not await self.deeds.record(viewer.session, deed, choice, reason, asked):
            raise AlreadyOrdered

    async def _waiting(self, viewer: Viewer, kind: Kind | None, asked: Asked) -> MailReach:
        found = (await self.mailroom.now(viewer.session, asked)).queue
        return MailReach(mails=sum(one.waiting for one in found if kind in (None, one.kind)))


def _kinds(kind: Kind | None) -> tuple[Kind, ...]:
    return (kind,) if kind else ()
