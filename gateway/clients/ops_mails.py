"""All companies' mails as typed calls, in the name of who operates. Next stop: services/notifier/api/ops.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.mails import Receiver
from gateway.application.ops_mails_ports import (
    Kind,
    MailChoice,
    MailLife,
    MailNow,
    MailReach,
    OpsMail,
    OpsMailsPage,
)
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.credentials import ADMIN
from gateway.clients.ops import DO, record
from gateway.clients.ops_looks import look
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import NOBODY, Context

MAILS = "/internal/ops/mails"
RECEIVERS = (*DO, "messages:receivers")


@dataclass(frozen=True, slots=True)
class OpsMailroomClient:
    """Calls the notifier as the operator who asks."""

    http: ServiceClient

    async def now(self, session: Session, asked: Asked) -> MailNow:
        """Return how mail stands."""
        return read(MailNow, await self._get("/now", session, asked))

    async def page(
        self, session: Session, choice: MailChoice, limit: int, cursor: str | None, asked: Asked
    ) -> OpsMailsPage:
        """Return a part of the mails."""
        query = {"limit": limit, "cursor": cursor, **_said(choice)}
        named = urlencode({name: value for name, value in query.items() if value is not None})
        return read(OpsMailsPage, await self._get(f"?{named}", session, asked))

    async def life(self, session: Session, message_id: UUID, asked: Asked) -> MailLife:
        """Return one mail."""
        return read(MailLife, await self._get(f"/{message_id}", session, asked))

    async def receiver(self, session: Session, message_id: UUID, asked: Asked) -> Receiver:
        """Return to whom it goes, in the clear."""
        answer = await self.http.post(f"{MAILS}/{message_id}/receiver", None, RECEIVERS, _by(session, asked))
        return read(Receiver, answer.body)

    async def resend(self, session: Session, choice: MailChoice, asked: Asked, *, dry_run: bool) -> MailReach:
        """Have mails sent again that reached nobody, or these."""
        return await self._do("resend", {**_said(choice), "dryRun": dry_run}, session, asked)

    async def pause(self, session: Session, kinds: tuple[Kind, ...], reason: str, asked: Asked) -> None:
        """Have mails of these kinds wait."""
        await self.http.post(f"{MAILS}/pause", {"kinds": kinds, "reason": reason}, DO, _by(session, asked))

    async def resume(self, session: Session, kinds: tuple[Kind, ...], asked: Asked) -> None:
        """Have them sent again."""
        await self.http.post(f"{MAILS}/resume", {"kinds": kinds}, DO, _by(session, asked))

    async def drain(self, session: Session, kinds: tuple[Kind, ...], asked: Asked, *, dry_run: bool) -> MailReach:
        """Have those tried now that wait for another try."""
        return await self._do("drain", {"kinds": kinds, "dryRun": dry_run}, session, asked)

    async def _do(self, what: str, body: Mapping[str, Any], session: Session, asked: Asked) -> MailReach:
        return read(MailReach, (await self.http.post(f"{MAILS}/{what}", body, DO, _by(session, asked))).body)

    async def _get(self, path: str, session: Session, asked: Asked) -> Mapping[str, Any]:
        # Looking changes nothing, so it has no key.
        return await look(self.http, MAILS + path, replace(_by(session, asked), command_id=None))


@dataclass(frozen=True, slots=True)
class RecordedMailDeeds:
    """What operators do about mails, as facts of the users service."""

    http: ServiceClient

    async def record(self, session: Session, deed: str, choice: MailChoice, reason: str, asked: Asked) -> bool:
        """Record what is about to be done; false when this very wish was recorded before."""
        said = _said(choice)
        # A mail is a stream of its own, so the one that is named is named as one.
        mails = said.pop("mails", [])
        about = " ".join(f"{name}={value}" for name, value in said.items())
        body = {"deed": deed, "reason": reason, "streams": mails, **({"about": about} if about else {})}
        return await record(self.http, session, body, asked)


@dataclass(frozen=True, slots=True)
class RenewedLinks:
    """Calls identity as the operator who asks, for a person of a company."""

    http: ServiceClient

    async def renew(self, session: Session, mail: OpsMail, asked: Asked) -> None:
        """Have a new link mailed to whom a mail was for; the one before is dead."""
        by = asked.context(f"user:{session.user_id}", mail.tenant_id)
        await self.http.post(f"/credentials/{mail.user_id}/activation", None, ADMIN, by)


def _said(choice: MailChoice) -> dict[str, Any]:
    said = {"state": choice.state, "kind": choice.kind, "tenantId": choice.tenant_id}
    named: dict[str, Any] = {name: str(value) for name, value in said.items() if value is not None}
    return {**named, **({"mails": [str(one) for one in choice.mails]} if choice.mails else {})}


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", NOBODY)
