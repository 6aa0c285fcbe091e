"""Mails over HTTP, for the gateway to show and to have sent again. Next stop: application/tracking.py, handlers.py."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from kernel.adapters.http.body import Reply
from kernel.adapters.http.commands import Asked, placed
from kernel.domain.context import NOBODY
from services.notifier.api.use import ByReader, ByResender, Use, see_may_know
from services.notifier.application.mails import MailRow, MailsWanted
from services.notifier.application.ports import Recipient
from services.notifier.domain.errors import CursorUnreadable
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import KIND_OF, Kind
from services.notifier.domain.message import Status, may_be_resent

MOST = 100
SHOWN = 20

router = APIRouter(tags=["messages"])


class ReceiverReply(Reply):
    """Whom a mail goes to, in the clear."""

    name: str
    email: str


class MessageReply(Reply):
    """One mail. See: TMF681, CommunicationMessage."""

    message_id: UUID
    user_id: UUID
    template: Template
    kind: Kind
    state: Status
    try_times: int
    queued_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    delayed: str | None
    cause_type: str
    cause_id: str
    correlation_id: UUID
    generation: int
    resend_of: UUID | None
    resent: bool
    may_be_resent: bool
    """Whether asking for it again makes sense as far as its template and state say."""
    receiver: ReceiverReply | None = None

    @classmethod
    def of(cls, row: MailRow, people: Mapping[UUID, Recipient]) -> Self:
        """Return a mail, with whom it goes to where that is known here."""
        known = cls.model_fields.keys() - {"kind", "may_be_resent", "receiver"}
        who = people.get(row.user_id)
        return cls(
            **{name: getattr(row, name) for name in known},
            kind=KIND_OF[row.template],
            may_be_resent=may_be_resent(row.template, row.state, resent=row.resent),
            receiver=ReceiverReply(name=who.name, email=who.email) if who else None,
        )


class MessagesReply(Reply):
    """A part of the list of mails, newest first."""

    items: Sequence[MessageReply]
    next_cursor: str | None


class ResendReply(Reply):
    """Which mail is sent again, and at which version it is."""

    message_id: UUID
    version: int


Receivers = Annotated[bool, Query()]


@router.get("/messages")
async def messages(
    *,
    use: Use,
    by: ByReader,
    user_id: Annotated[UUID | None, Query(alias="userId")] = None,
    state: Status | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    receivers: Receivers = False,
) -> MessagesReply:
    """List what was mailed to the people of the token's tenant, or to one of them."""
    if receivers:
        see_may_know(by)
    wanted, before = MailsWanted(user_id=user_id, state=state), place_of(cursor)
    page = await use.tracking.page(_tenant(by), wanted, limit, before, receivers=receivers)
    items = [MessageReply.of(row, page.receivers) for row in page.items]
    return MessagesReply(items=items, next_cursor=cursor_of(page.next_before))


@router.get("/messages/{message_id}")
async def message(*, message_id: UUID, use: Use, by: ByReader, receivers: Receivers = False) -> MessageReply:
    """Return one mail of the token's tenant."""
    if receivers:
        see_may_know(by)
    page = await use.tracking.one(_tenant(by), message_id, receivers=receivers)
    return MessageReply.of(page.items[0], page.receivers)


@router.post("/messages/{message_id}/resend", status_code=status.HTTP_202_ACCEPTED)
async def resend(*, message_id: UUID, use: Use, by: ByResender, response: Response) -> ResendReply:
    """Have what a mail said mailed again; the new mail is in the list when this answers."""
    done = await use.messages.resend(message_id, by.context())
    placed(response, done.position)
    if done.position is not None:
        for reader in use.readers:
            await reader.reached(done.position.position)
    return ResendReply(message_id=message_id, version=done.version)


def _tenant(by: Asked) -> UUID:
    return by.caller.tenant_id or NOBODY


def cursor_of(before: UUID | None) -> str | None:
    """Return the cursor of a list that goes on after a mail."""
    # It holds nothing but a place in time, so there is nothing in it to hide or to sign.
    return base64.urlsafe_b64encode(before.bytes).decode().rstrip("=") if before else None


def place_of(cursor: str | None) -> UUID | None:
    """Return the mail after which a list goes on. Raises: CursorUnreadable."""
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error):
        raise CursorUnreadable from None
