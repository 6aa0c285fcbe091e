"""What became of mails, for administrators. Next stop: adapters/mailbag.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifier.application.mails import MailRow, MailsWanted
from services.notifier.application.ports import AddressBook, Mailbag, Recipient
from services.notifier.domain.errors import MessageUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class MailsPage:
    """A part of the list, newest first."""

    items: Sequence[MailRow]
    receivers: Mapping[UUID, Recipient]
    """Who they went to, by user; empty unless that was asked for."""
    next_before: UUID | None
    """The mail after which the list goes on."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """Looks at mails, within one tenant."""

    mailbag: Mailbag
    people: AddressBook

    async def page(
        self, tenant_id: UUID, wanted: MailsWanted, most: int, before: UUID | None, *, receivers: bool
    ) -> MailsPage:
        """Return mails, newest first, at most so many."""
        # One more than asked for tells whether the list goes on.
        found = await self.mailbag.page(tenant_id, wanted, most + 1, before)
        items = found[:most]
        return MailsPage(
            items=items,
            receivers=await self._people(items) if receivers else {},
            next_before=items[-1].message_id if len(found) > most else None,
        )

    async def one(self, tenant_id: UUID, message_id: UUID, *, receivers: bool) -> MailsPage:
        """Return one mail. Raises: MessageUnknown, also for another tenant's."""
        row = await self.mailbag.one(tenant_id, message_id)
        if row is None:
            raise MessageUnknown
        return MailsPage(items=[row], receivers=await self._people([row]) if receivers else {}, next_before=None)

    async def _people(self, rows: Sequence[MailRow]) -> Mapping[UUID, Recipient]:
        return await self.people.all({row.user_id for row in rows})
