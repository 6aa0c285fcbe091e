"""Reads the notifier's facts: whose mails come back. Next stop: adapters/mailboxes.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.domain.reads import reads, wire_name
from services.users.application.ports import Mailboxes

READER = "users.notifier"


@reads("portal.message.sent.v1")
class MessageSent:
    """A mail server took a mail over."""

    user_id: UUID
    at: datetime


@reads("portal.message.failed.v1")
class MessageFailed:
    """A mail server refused a mail for good."""

    user_id: UUID
    reason: str
    at: datetime


@reads("portal.message.bounced.v1")
class MessageBounced:
    """A mail came back."""

    user_id: UUID
    status: str
    at: datetime


Fact: TypeAlias = MessageSent | MessageFailed | MessageBounced


@dataclass(frozen=True, slots=True)
class Mails:
    """Shows to whom mail cannot be delivered."""

    mailboxes: Mailboxes

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(fact): fact for fact in (MessageSent, MessageFailed, MessageBounced)}

    async def __call__(self, fact: Fact, about: Incoming, transaction: Any) -> None:
        """Show one fact."""
        match fact:
            case MessageSent(user_id=user_id, at=at):
                await self.mailboxes.sent(transaction, user_id, about.tenant_id, at)
            case MessageFailed(user_id=user_id, reason=reason, at=at):
                await self.mailboxes.bounced(transaction, user_id, about.tenant_id, at, reason)
            case MessageBounced(user_id=user_id, status=status, at=at):
                # The notifier's own list has the same word for it.
                await self.mailboxes.bounced(transaction, user_id, about.tenant_id, at, f"DSN_{status}")
