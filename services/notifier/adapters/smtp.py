"""Hands mails to a mail server over a few connections that stay open. The walk ends in the person's mailbox."""

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPSenderRefused,
)
from opentelemetry.trace import SpanKind

from kernel.adapters.telemetry import trace
from kernel.application.failpoints import crashpoint
from services.notifier.application.ports import Letter, MailNotNow, MailRefused

TIMEOUT_SECONDS = 10.0
IDLE_SECONDS = 20.0
LASTING = 500
OUR_FAULT = frozenset({530, 534, 535, 538})
"""Answers to a wrong login of ours (RFC 4954, section 6): the mail itself is not refused."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in, and how."""

    host: str
    port: int
    tls: bool = False
    """TLS from the first byte. See: RFC 8314, section 3."""
    start_tls: bool | None = None
    """None takes STARTTLS when it is offered, True insists on it."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """Read `smtp://`, `smtp+starttls://` or `smtps://`, with user and password where needed. Raises: ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("PORTAL_SMTP_URL must be smtp://, smtp+starttls:// or smtps:// and name a host")
        must = parts.scheme == "smtp+starttls"
        # A password goes over the wire only inside TLS, unless the server is this very machine.
        if parts.username and parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
            must = True
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            tls=parts.scheme == "smtps",
            start_tls=True if must else False if parts.scheme == "smtps" else None,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class SmtpPost:
    """Hands mails in; a connection serves one mail after another."""

    def __init__(self, server: MailServer, our_name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._our_name = our_name
        self._timeout = timeout
        self._idle: list[tuple[SMTP, float]] = []

    async def send(self, letter: Letter) -> None:
        """Return when the server has taken it over. Raises: MailNotNow, MailRefused."""
        told: trace.Attributes = {"server.address": self._server.host, "server.port": self._server.port}
        with trace.following(trace.current(), "smtp send", SpanKind.CLIENT, told):
            await self._send(letter)

    async def _send(self, letter: Letter) -> None:
        client: SMTP | None = None
        try:
            client = await self._connection()
            await _hand_in(client, letter)
        except (SMTPSenderRefused, SMTPRecipientRefused, SMTPDataError) as answer:
            reason = f"SMTP_{answer.code}"
            if answer.code >= LASTING and answer.code not in OUR_FAULT:
                raise MailRefused(reason) from answer
            raise MailNotNow(reason) from answer
        except SMTPAuthenticationError as answer:
            raise MailNotNow(f"SMTP_{answer.code}") from answer
        except SMTPNotSupported as lacking:
            raise MailNotNow("SMTP_LACKS_WHAT_IS_NEEDED") from lacking
        except (SMTPException, OSError, TimeoutError, ssl.SSLError) as trouble:
            raise MailNotNow("SMTP_CONNECTION") from trouble
        else:
            self._idle.append((client, _now()))
            client = None
        finally:
            if client is not None:
                client.close()

    async def close(self) -> None:
        """Take leave of the server."""
        while self._idle:
            self._idle.pop()[0].close()

    async def _connection(self) -> SMTP:
        while self._idle:
            client, since = self._idle.pop()
            if _now() - since < IDLE_SECONDS and await _answers(client):
                return client
            client.close()
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls,
            start_tls=server.start_tls,
            # Looking up our own name could take seconds where there is no name server.
            local_hostname=self._our_name,
            timeout=self._timeout,
        )
        await client.connect()
        return client


async def _answers(client: SMTP) -> bool:
    try:
        await client.noop()
    except (SMTPException, OSError, TimeoutError):
        return False
    return True


async def _hand_in(client: SMTP, letter: Letter) -> None:
    content = letter.message.as_bytes()
    options, encoding = [f"SIZE={len(content)}"], "ascii"
    if not letter.recipient.isascii():
        if not client.supports_extension("smtputf8"):
            raise MailRefused("SMTPUTF8_MISSING")
        options, encoding = [*options, "SMTPUTF8", "BODY=8BITMIME"], "utf-8"
    if not client.supports_extension("size"):
        options = options[1:]
    await client.mail(letter.sender, options=options, encoding=encoding)
    await client.rcpt(letter.recipient, encoding=encoding)
    crashpoint("C9")
    await client.data(content)


def _now() -> float:
    return asyncio.get_running_loop().time()
