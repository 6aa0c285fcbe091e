"""A notifier's surroundings: its database, keys, identity and mailbox, and what may be done in them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from aiohttp import ClientSession

from deploy.places import PROJECT
from deploy.secret_files import make_secret_files
from deploy.servers.mailbox import Mailbox
from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.tokens import Signer
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.migrate import migrate
from kernel.adapters.postgres.readers_place import ReadersPlace
from kernel.adapters.settings import Secrets
from kernel.application.consume import Incoming
from services.notifier.adapters.identity import IdentitySecrets
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.adapters.letters import TemplateLetters
from services.notifier.adapters.queue import Bell
from services.notifier.adapters.return_paths import ReturnPaths
from services.notifier.adapters.smtp import MailServer, SmtpPost
from services.notifier.api.use import BOUNCES, READ, RECEIVERS, RESEND
from services.notifier.consumers import own_log
from services.notifier.consumers.identity import (
    ActivationIssued,
    MailCodeIssued,
    Mails,
    PasswordChanged,
    PasswordSet,
)
from services.notifier.consumers.users import NotificationsChosen, Recipients, UserRegistered
from services.notifier.domain.events import EVENTS
from services.notifier.main import application, letterhead, make_sender, own_readers
from services.notifier.settings import NotifierSettings
from tests.integration.notifier.identity import FakeIdentity
from tests.unit.notifier.reports import returned

KERNEL = PROJECT / "kernel" / "migrations"
ROLE = "notifier_test_app"
NOWHERE = "127.0.0.1:1"


@dataclass
class World:
    """One test's notifier."""

    settings: NotifierSettings
    pool: "asyncpg.Pool[Any]"
    keyring: PostgresKeyring
    identity: FakeIdentity
    mailbox: Mailbox
    tenant_id: UUID
    versions: Iterator[int] = field(default_factory=lambda: count(1))

    async def told(self, reaction: Recipients | Mails, fact: Any, about: Incoming) -> None:
        """Have a consumer react to a fact as its reader would, in one transaction."""
        async with self.pool.acquire() as connection, connection.transaction():
            await reaction(fact, about, connection)

    async def person(self, email: str, *, name: str = "佐藤 花子", language: str = "ja") -> UUID:
        """Have a person registered."""
        user_id = new_id()
        await self.registered(user_id, email, name=name, language=language)
        return user_id

    async def registered(self, user_id: UUID, email: str, *, name: str = "佐藤 花子", language: str = "ja") -> None:
        """Have the fact come that a person was registered."""
        sealed = await self.keyring.seal(user_id, {"email": email, "name": name}, stream_id=user_id, version=1)
        fact = UserRegistered(
            user_id=user_id, mail_language=language, timezone="Asia/Tokyo", email=sealed["email"], name=sealed["name"]
        )
        about = self.about("users", user_id)
        await self.told(Recipients(PostgresIntake()), fact, about)

    async def activation(self, user_id: UUID, lives: timedelta = timedelta(days=1), *, times: int = 1) -> UUID:
        """Have the fact come, so many times, that a link was made; return its id."""
        activation_id = new_id()
        fact = ActivationIssued(
            user_id=user_id,
            activation_id=activation_id,
            purpose="ACTIVATION",
            expires_at=datetime.now(UTC) + lives,
        )
        about = self.about("identity", user_id)
        for _ in range(times):
            await self.told(Mails(PostgresIntake(), new_id), fact, about)
        return activation_id

    async def reset_and_set(self, user_id: UUID) -> None:
        """Have the facts come that a link to reset the password was made and used."""
        activation_id, now = new_id(), datetime.now(UTC)
        issued = ActivationIssued(
            user_id=user_id,
            activation_id=activation_id,
            purpose="PASSWORD_RESET",
            expires_at=now + timedelta(days=1),
        )
        done = PasswordSet(user_id=user_id, activation_id=activation_id, at=now)
        for fact in (issued, done):
            await self.told(Mails(PostgresIntake(), new_id), fact, self.about("identity", user_id))

    async def password_changed(self, user_id: UUID) -> None:
        """Have the fact come that a person changed the password."""
        fact = PasswordChanged(user_id=user_id, password_id=new_id(), at=datetime.now(UTC))
        await self.told(Mails(PostgresIntake(), new_id), fact, self.about("identity", user_id))

    async def refused(self, user_id: UUID, *kinds: str) -> None:
        """Have the fact come that a person wants no mail of these kinds."""
        fact = NotificationsChosen(user_id=user_id, refused=kinds)
        await self.told(Recipients(PostgresIntake()), fact, self.about("users", user_id))

    async def listed(self, user_id: UUID, tenant_id: UUID | None = None, query: str = "") -> httpx.Response:
        """Ask over HTTP what was mailed to a person, as the gateway does."""
        return await self.asked("GET", f"/messages?userId={user_id}{query}", tenant_id=tenant_id)

    async def asked(
        self,
        method: str,
        path: str,
        *,
        tenant_id: UUID | None = None,
        issuer: str = "gateway",
        scopes: Sequence[str] = (READ, RECEIVERS, RESEND),
        content: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx.Response:
        """Ask over HTTP; what it leads to is applied to the lists when this returns."""
        secrets = Secrets(self.settings.secrets_dir)
        log = await open_log(self.settings, secrets, "notifier", EVENTS)
        signer = Signer(issuer, secrets.jwk(issuer))
        token = signer.token("notifier", "user:x", scopes, tenant_id=tenant_id or self.tenant_id)
        places = _places(log)
        app = application(secrets, log, ReturnPaths(secrets.pepper, self.settings.mail_return_to), [*places.values()])
        own = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
        try:
            async with (
                _running(log.roles["appender"], *(one.run for one in own_readers(log, places).values())),
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://notifier") as http,
            ):
                head = await self.pool.fetchval("SELECT pos FROM es.head")
                for place in places.values():
                    await place.reached(head)
                return await http.request(method, path, content=content, headers=own | dict(headers))
        finally:
            await log.close()

    async def returned(self, to: str, **report: Any) -> httpx.Response:
        """Have a mail server hand in what came back to an address."""
        return await self.handed_in(returned(to, **report))

    async def handed_in(self, raw: bytes, issuer: str = "operator", kind: str = "message/rfc822") -> httpx.Response:
        """Hand in a mail that came back."""
        kinds = {"Content-Type": kind}
        return await self.asked("POST", "/bounces", issuer=issuer, scopes=[BOUNCES], content=raw, headers=kinds)

    async def code(self, user_id: UUID) -> UUID:
        """Have the fact come that a code was made; return its id."""
        challenge_id = new_id()
        fact = MailCodeIssued(
            user_id=user_id, challenge_id=challenge_id, expires_at=datetime.now(UTC) + timedelta(minutes=10)
        )
        await self.told(Mails(PostgresIntake(), new_id), fact, self.about("identity", new_id()))
        return challenge_id

    def about(self, source: str, stream_id: UUID) -> Incoming:
        """Return the envelope of a fact."""
        return Incoming(
            type="portal.credential.activation-issued.v1",
            stream_id=stream_id,
            version=next(self.versions),
            tenant_id=self.tenant_id,
            source=source,
            partition=0,
            position=1,
            previous=0,
            epoch=1,
            recorded_at=datetime.now(UTC),
            correlation_id=uuid4(),
            causation_id=None,
            traceparent=None,
            data=b"",
        )

    @asynccontextmanager
    async def sending(self, senders: int = 1, **settings: Any) -> AsyncIterator[None]:
        """Run senders, each with its own way to the database, the mail server and identity."""
        async with AsyncExitStack() as ends:
            for _ in range(senders):
                await ends.enter_async_context(_sender(self.settings.model_copy(update=settings)))
            yield

    async def facts(self) -> list[str]:
        """Return the names of the facts, in the order of the log."""
        return [row["type"] for row in await self.pool.fetch("SELECT type FROM es.events ORDER BY pos")]

    async def reasons(self) -> list[str]:
        """Return the reasons that facts name, in the order of the log."""
        rows = await self.pool.fetch(
            "SELECT convert_from(data, 'UTF8')::jsonb ->> 'reason' AS reason FROM es.events ORDER BY pos"
        )
        return [row["reason"] for row in rows if row["reason"]]

    async def forgotten_place(self, reader: str) -> None:
        """Have a reader of the own log begin again with the first fact, as after a crash or to build anew."""
        await self.pool.execute("UPDATE inbox.checkpoint SET next_offset = 0, logpos = 0 WHERE consumer = $1", reader)

    async def ended(self, count: int = 1) -> bool:
        """Tell whether so many mails have left the queue."""
        found = await self.pool.fetchval("SELECT count(*) FROM mail.queue WHERE state = 'ENDED'")
        return bool(found == count)

    async def mails(self, to: str) -> list[dict[str, Any]]:
        """Return the mails to an address, whole."""
        async with ClientSession(self.mailbox.url) as client:
            found = await (await client.get("/api/v1/search", params={"query": f"to:{to}"})).json()
            return [await (await client.get(f"/api/v1/message/{one['ID']}")).json() for one in found["messages"]]

    async def chaos(self, **refused: int) -> None:
        """Have the mailbox refuse, as `Data=451`; nothing is refused any more without arguments."""
        asked = {step: {"ErrorCode": code, "Probability": 100} for step, code in refused.items()}
        async with ClientSession(self.mailbox.url) as client:
            await client.put("/api/v1/chaos", json=asked)

    async def process(self, failpoints: str = "") -> asyncio.subprocess.Process:
        """Start the notifier as a process of its own."""
        told = {
            f"PORTAL_{name.upper()}": str(value)
            for name, value in self.settings.model_dump(include=self.settings.model_fields_set).items()
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.notifier.main",
            cwd=PROJECT,
            env={**os.environ, **told, "PORTAL_FAILPOINTS": failpoints},
        )

    async def killed(self, failpoint: str) -> None:
        """Run the notifier until it dies at a failpoint."""
        process = await self.process(failpoint)
        try:
            async with asyncio.timeout(30):
                assert await process.wait() == -signal.SIGKILL
        finally:
            with suppress(ProcessLookupError):
                process.kill()


@asynccontextmanager
async def _sender(settings: NotifierSettings) -> AsyncIterator[None]:
    secrets = Secrets(settings.secrets_dir)
    log = await open_log(settings, secrets, "notifier", EVENTS)
    identity = ServiceClient(settings.identity_url, Signer("notifier", secrets.jwk("notifier")), "identity")
    post, bell = SmtpPost(MailServer.at(settings.smtp_url), "localhost"), Bell(settings.postgres_url)
    letters = TemplateLetters(letterhead(settings), utc_now, ReturnPaths(secrets.pepper, settings.mail_return_to).of)
    sender = make_sender(settings, log, IdentitySecrets(identity, new_id), post, bell, letters)
    try:
        async with _running(log.roles["appender"], bell.run, sender.run):
            yield
    finally:
        await asyncio.gather(post.close(), identity.close(), log.close())


@asynccontextmanager
async def _running(*roles: Callable[[], Coroutine[Any, Any, None] | Awaitable[None]]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(role()) for role in roles]
    try:
        yield
        assert not any(task.done() for task in tasks), "a role ended by itself"
    finally:
        for task in reversed(tasks):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _places(log: Log) -> dict[str, ReadersPlace]:
    return {name: ReadersPlace(log.pool, name, "notifier") for name in (own_log.BOARD, own_log.RESENDING)}


@asynccontextmanager
async def made(postgres_url: str, mailbox: Mailbox, folder: Path) -> AsyncIterator[World]:
    """Make the surroundings, and drop the databases afterwards."""
    base, name = postgres_url.rpartition("/")[0], f"notifier_{uuid4().hex[:10]}"
    admin = await asyncpg.connect(postgres_url)
    async with AsyncExitStack() as ends:
        ends.push_async_callback(admin.close)
        for role in (ROLE, "keys_reader"):
            if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'app'")
        await admin.execute(f"GRANT keys_reader TO {ROLE}")
        for database, folders in (
            (name, [KERNEL / "log", KERNEL / "inbox", PROJECT / "services/notifier/migrations"]),
            (f"{name}_keys", [KERNEL / "keys"]),
        ):
            await admin.execute(f"CREATE DATABASE {database}")
            ends.push_async_callback(admin.execute, f"DROP DATABASE {database} WITH (FORCE)")
            await migrate(f"{base}/{database}", folders, ROLE if database == name else "keys_reader")
        make_secret_files(folder)
        identity = FakeIdentity(folder)
        runner = await identity.start()
        ends.push_async_callback(runner.cleanup)
        app = f"postgresql://{ROLE}:app@{base.rpartition('@')[2]}"
        settings = NotifierSettings(
            http_port=0,
            management_port=0,
            postgres_url=f"{app}/{name}",
            keys_url=f"{app}/{name}_keys",
            kafka_bootstrap=NOWHERE,
            secrets_dir=folder,
            public_url="http://portal.test:8080",
            identity_url=identity.url,
            smtp_url=mailbox.smtp_url,
            mail_lease_seconds=2,
        )
        pool = await ends.enter_async_context(asyncpg.create_pool(settings.postgres_url, min_size=1, max_size=3))
        # Writing keys is the users service's right, not the notifier's: the test does it as the owner.
        keys = await ends.enter_async_context(asyncpg.create_pool(f"{base}/{name}_keys", min_size=1, max_size=1))
        keyring = PostgresKeyring(keys, Secrets(folder).kek)
        yield World(settings, pool, keyring, identity, mailbox, new_id())
