"""Takes mails in over SMTP, or refuses them where that was asked for. Next stop: api.py."""

import random
from dataclasses import dataclass, field
from functools import partial

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.mailbox.store import MailStore

LARGEST = 10 * 1024 * 1024
SURE = 100


@dataclass(slots=True)
class Refusals:
    """Answers that senders get instead of 250, for trying what then happens; each with its chance in percent."""

    sender: tuple[int, int] = (451, 0)
    recipient: tuple[int, int] = (451, 0)
    data: tuple[int, int] = (451, 0)
    chance: random.Random = field(default_factory=random.Random)

    def answer(self, step: str) -> str | None:
        """Return the refusal of a step, or None when it goes well."""
        code, percent = getattr(self, step)
        if self.chance.randrange(SURE) >= percent:
            return None
        return f"{code} Refused on purpose"


class Intake:
    """What happens at each step of a delivery."""

    def __init__(self, store: MailStore, refusals: Refusals) -> None:
        self._store = store
        self._refusals = refusals

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender."""
        if refused := self._refusals.answer("sender"):
            return refused
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        if refused := self._refusals.answer("recipient"):
            return refused
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail; it is on disk before the sender is told so."""
        if refused := self._refusals.answer("data"):
            return refused
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        kept = self._store.add(envelope.mail_from or "", envelope.rcpt_tos, raw)
        return f"250 OK kept as {kept}"


def smtp_protocol(intake: Intake) -> "partial[SMTP]":
    """Return what makes the protocol of one connection."""
    return partial(SMTP, intake, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="mailbox.localhost")
