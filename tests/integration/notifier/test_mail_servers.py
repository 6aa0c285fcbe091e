"""Mail servers that want TLS or a password."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.notifier.adapters.smtp import MailServer, SmtpPost
from services.notifier.application.ports import Letter, MailNotNow


class Intake:
    """Keeps what comes in, and whether it came inside TLS and by whom."""

    def __init__(self) -> None:
        self.come: list[tuple[bool, object]] = []

    async def handle_DATA(self, _server: SMTP, session: Session, _envelope: Envelope) -> str:  # noqa: N802 - its name
        self.come.append((session.ssl is not None, session.authenticated))
        return "250 OK"


def letter() -> Letter:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content("x")
    return Letter(sender="b-portal@ntt.com", recipient="jane@example.com", message=message)


def knows(_server: object, _session: object, _envelope: object, _way: str, given: Any) -> AuthResult:
    good = isinstance(given, LoginPassword) and (given.login, given.password) == (b"portal", b"right")
    return AuthResult(success=good, handled=False)


@asynccontextmanager
async def server(intake: Intake, *, first: ssl.SSLContext | None = None, **more: Any) -> AsyncIterator[int]:
    """Run a mail server, with TLS from the first byte when *first* is given."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(intake, hostname="localhost", loop=loop, **more), "127.0.0.1", 0, ssl=first
    )
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's certificate for 127.0.0.1, and the file that vouches for it."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context, pem


async def sent(url: str, *, times: int = 1) -> None:
    post = SmtpPost(MailServer.at(url), "localhost")
    for _ in range(times):
        await post.send(letter())
    await post.close()


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls", "smtp"])
async def test_a_mail_goes_inside_tls_to_a_server_that_is_vouched_for(
    scheme: str, certificate: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, vouches = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(vouches))
    intake = Intake()
    tls = {"first": context} if scheme == "smtps" else {"tls_context": context}
    async with server(intake, **tls) as port:
        await sent(f"{scheme}://127.0.0.1:{port}", times=2)
    assert [inside for inside, _ in intake.come] == ([False, False] if scheme == "smtps" else [True, True])


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_a_server_that_nobody_vouches_for_gets_no_mail(
    scheme: str, certificate: tuple[ssl.SSLContext, Path]
) -> None:
    context, _ = certificate
    intake = Intake()
    tls = {"first": context} if scheme == "smtps" else {"tls_context": context}
    async with server(intake, **tls) as port:
        with pytest.raises(MailNotNow):
            await sent(f"{scheme}://127.0.0.1:{port}")
    assert intake.come == []


async def test_without_tls_nothing_is_sent_where_it_was_insisted_on() -> None:
    intake = Intake()
    async with server(intake) as port:
        with pytest.raises(MailNotNow):
            await sent(f"smtp+starttls://127.0.0.1:{port}")
    assert intake.come == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_password_lets_in_and_a_wrong_one_defers_instead_of_failing_the_mail() -> None:
    intake = Intake()
    wants: dict[str, Any] = {"authenticator": knows, "auth_required": True, "auth_require_tls": False}
    async with server(intake, **wants) as port:
        await sent(f"smtp://portal:right@127.0.0.1:{port}")
        assert [who for _, who in intake.come] == [True]
        with pytest.raises(MailNotNow) as wrong:
            await sent(f"smtp://portal:wrong@127.0.0.1:{port}")
        with pytest.raises(MailNotNow) as missing:
            await sent(f"smtp://127.0.0.1:{port}")
    assert (wrong.value.reason, missing.value.reason) == ("SMTP_535", "SMTP_530")
    assert len(intake.come) == 1


async def test_a_connection_that_the_server_has_closed_is_made_again() -> None:
    intake = Intake()
    post: SmtpPost | None = None
    async with server(intake) as port:
        post = SmtpPost(MailServer.at(f"smtp://127.0.0.1:{port}"), "localhost")
        await post.send(letter())
        (client, _), *_ = post._idle  # noqa: SLF001 - what the server does, from this side
        assert client.transport is not None
        client.transport.close()
        await post.send(letter())
        await post.close()
    assert len(intake.come) == 2
