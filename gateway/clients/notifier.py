"""The notifier as typed calls. Next stop: services/notifier/api."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.mails import Mail, MailsPage, MailsWanted
from gateway.application.session import Session
from gateway.clients.answers import read
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import Context

LOOK = ("messages:read", "messages:receivers")
RESEND = ("messages:resend",)


@dataclass(frozen=True, slots=True)
class NotifierClient:
    """Calls the notifier as the administrator who asks; it gives out addresses only to whom they may be shown."""

    http: ServiceClient

    async def mails(
        self, session: Session, wanted: MailsWanted, limit: int, cursor: str | None, asked: Asked
    ) -> MailsPage:
        """Return a part of the list, with whom the mails went to."""
        query = {"userId": wanted.user_id, "state": wanted.state, "limit": limit, "cursor": cursor, "receivers": "true"}
        named = urlencode({name: str(value) for name, value in query.items() if value is not None})
        return read(MailsPage, await self._get(f"/messages?{named}", session, asked))

    async def mail(self, session: Session, message_id: UUID, asked: Asked) -> Mail:
        """Return one mail. Raises: NotFound `message-unknown`."""
        return read(Mail, await self._get(f"/messages/{message_id}?receivers=true", session, asked))

    async def resend(self, session: Session, message_id: UUID, asked: Asked) -> None:
        """Have it mailed again; the list has the new one when this returns."""
        await self.http.post(f"/messages/{message_id}/resend", None, RESEND, _by(session, asked))

    async def _get(self, path: str, session: Session, asked: Asked) -> Mapping[str, Any]:
        # Looking changes nothing, so it has no key: the same page asked for twice is read twice.
        return (await self.http.get(path, LOOK, replace(_by(session, asked), command_id=None))).body


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", session.tenant_id)
