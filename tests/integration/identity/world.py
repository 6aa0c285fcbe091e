"""Identity over a real database, its HTTP side called in this process, with a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import pyotp

from deploy.secret_files import make_secret_files
from kernel.adapters.clock import new_id
from kernel.adapters.http.tokens import Signer
from kernel.adapters.log import Log, open_log
from kernel.adapters.postgres.migrate import migrate
from kernel.adapters.settings import Secrets
from kernel.application.consume import Incoming
from kernel.domain.context import Context
from kernel.testing.clock import StillClock
from services.identity.adapters.guarded_tenants import keep_rules
from services.identity.application.ports import Said
from services.identity.consumers.policies import PoliciesReaction, TenantPolicyChanged
from services.identity.domain.events import CHOICES, EVENTS, SecondFactor
from services.identity.main import NAME, application
from services.identity.settings import IdentitySettings
from services.identity.ways import Ways, ways

PROJECT = Path(__file__).parents[3]
FOLDERS = [
    PROJECT / "kernel/migrations/log",
    PROJECT / "kernel/migrations/inbox",
    PROJECT / "services/identity/migrations",
]
ROLE = "identity_test"
PASSWORD = "correct horse battery"
TENANT = UUID("0198f000-0000-7000-8000-00000000aaaa")


@dataclass
class World:
    """A running identity service, without Kafka."""

    url: str
    clock: StillClock
    log: Log
    built: Ways
    http: httpx.AsyncClient
    gateway: Signer
    notifier: Signer
    operator: Signer
    settings: IdentitySettings
    secrets: Secrets

    async def call(self, path: str, body: Any = None, *, key: str = "", by: str = "gateway") -> httpx.Response:
        """Call a route as the gateway or the notifier does."""
        signer, scope = (self.gateway, "login") if by == "gateway" else (self.notifier, "links:fetch")
        token = signer.token(NAME, "anonymous", [scope])
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}
        return await self.http.post(path, json=body, headers=headers)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        scope: str = "credentials:admin",
        subject: str = "user:00000000-0000-7000-8000-00000000ad01",
        tenant: UUID = TENANT,
        key: str = "",
    ) -> httpx.Response:
        """Call a route as the gateway does for somebody who is logged in."""
        token = self.gateway.token(NAME, subject, [scope], tenant_id=tenant)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}
        return await self.http.request(method, path, json=body, headers=headers)

    def because(self, number: int = 0) -> Context:
        """Return the circumstances of a fact of users; the same number is the same fact."""
        command_id = UUID(int=number) if number else uuid4()
        return Context(tenant_id=TENANT, actor="service:identity.users", correlation_id=uuid4(), command_id=command_id)

    async def decides(self, tenant: UUID = TENANT, **rules: Any) -> None:
        """Have a tenant's administrators decide something, as read from users' facts."""
        fact = TenantPolicyChanged(**{"trusted_browser": False, "second_factors": CHOICES, **rules})
        async with self.log.pool.acquire() as connection, connection.transaction():
            about = SimpleNamespace(tenant_id=tenant)
            await PoliciesReaction(keep_rules)(fact, cast("Incoming", about), connection)

    async def rows(self, query: str, *values: Any) -> list[Any]:
        return list(await self.log.pool.fetch(query, *values))

    async def facts(self, stream_id: UUID) -> list[Any]:
        return [fact.event for fact in await self.log.store.load(stream_id)]

    async def named(self, kind: str) -> list[Any]:
        """Return the ids of the streams that hold a fact of this name, oldest first."""
        return [
            row["stream_id"]
            for row in await self.rows("SELECT stream_id FROM es.events WHERE type = $1 ORDER BY pos", kind)
        ]

    async def register(self, factor: SecondFactor = SecondFactor.TOTP, language: str = "ja") -> "Person":
        """Have somebody registered and take their link from the notifier's side."""
        person = Person(world=self, factor=factor)
        by = Context(tenant_id=TENANT, actor="service:identity.users", correlation_id=uuid4(), command_id=uuid4())
        await self.built.registration.open(person.user_id, person.said, language, factor, by)
        person.token = await person.newest_link()
        return person

    async def activated(self, factor: SecondFactor = SecondFactor.TOTP) -> "Person":
        """Have somebody who can log in."""
        person = await self.register(factor)
        await person.activate()
        return person


@dataclass
class Person:
    """Somebody on the way in."""

    world: World
    factor: SecondFactor
    user_id: UUID = field(default_factory=new_id)
    token: str = ""
    seed: str = ""
    password: str = PASSWORD

    @property
    def email(self) -> str:
        return f"hanako-{self.user_id.hex[-8:]}@example.co.jp"

    @property
    def said(self) -> Said:
        return Said(email=self.email, name="佐藤 花子", phone="03-1234-5678")

    @property
    def who(self) -> dict[str, str]:
        return {"email": self.email, "name": self.said.name, "contactPhoneNumber": self.said.phone}

    async def newest_link(self) -> str:
        """Fetch the newest link as the notifier does."""
        issued = [fact for fact in await self.world.facts(self.user_id) if hasattr(fact, "expires_at")]
        answer = await self.world.call(f"/activations/{issued[-1].activation_id}/link", by="notifier")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])

    async def step(self, name: str, /, **body: Any) -> httpx.Response:
        return await self.world.call(f"/activations/{name}", {"token": self.token, **body})

    async def confirm(self, **other: str) -> httpx.Response:
        return await self.step("confirmation", **{**self.who, **other})

    async def activate(self) -> None:
        """Walk all steps of the link."""
        assert (await self.confirm()).status_code == 200
        assert (await self.step("password", password=self.password)).status_code == 200
        if self.factor is SecondFactor.TOTP:
            self.seed = (await self.step("totp")).json()["secret"]
            done = await self.step("totp-confirmation", code=self.totp())
            assert done.json()["state"] == "DONE", done.text
        # The first code used up its step of the clock.
        self.world.clock.advance(timedelta(seconds=30))

    def totp(self, steps: int = 0) -> str:
        """Return the app's code, now or some steps away."""
        return pyotp.TOTP(self.seed).generate_otp(int(self.world.clock().timestamp()) // 30 + steps)

    async def own(self, method: str, path: str, body: Any = None, *, key: str = "") -> httpx.Response:
        """Call a route about oneself."""
        return await self.world.ask(
            method,
            f"/credentials/{self.user_id}/{path}",
            body,
            scope="credentials:self",
            subject=f"user:{self.user_id}",
            key=key,
        )

    async def administered(self, path: str, *, method: str = "POST", key: str = "") -> httpx.Response:
        """Have an administrator call a route about this person."""
        return await self.world.ask(method, f"/credentials/{self.user_id}{path}", key=key)

    async def look(self) -> dict[str, Any]:
        """Return what an administrator sees."""
        answer = await self.administered("", method="GET")
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    async def session(self) -> str:
        """Log in and return the session's id; a code of the app takes half a minute."""
        login = await self.login()
        answer = await self.code(login, await self.right())
        assert answer.status_code == 200, answer.text
        if self.factor is SecondFactor.TOTP:
            self.world.clock.advance(timedelta(seconds=30))
        return str(answer.json()["sessionId"])

    async def begin(self, password: str = "", ip: str = "192.0.2.7") -> httpx.Response:
        body = {"email": self.email, "password": password or self.password, "client": {"ip": ip, "userAgent": "test"}}
        return await self.world.call("/logins", body)

    async def login(self) -> str:
        """Give the first proof and return the login's token."""
        answer = await self.begin()
        assert answer.status_code == 200, answer.text
        return str(answer.json()["login"])

    async def code(self, login: str, code: str, key: str = "") -> httpx.Response:
        return await self.world.call("/logins/code", {"login": login, "code": code}, key=key)

    async def mailed(self) -> str:
        """Fetch the code of the newest challenge as the notifier does."""
        answer = await self.mailed_again(await self.challenge())
        assert answer.status_code == 200, answer.text
        return str(answer.json()["code"])

    async def mailed_again(self, challenge_id: UUID) -> httpx.Response:
        return await self.world.call(f"/challenges/{challenge_id}/code", by="notifier")

    async def challenge(self) -> UUID:
        stream = (await self.world.named("challenge.mail-code-issued"))[-1]
        found: UUID = (await self.world.facts(stream))[-1].challenge_id
        return found

    async def right(self) -> str:
        """Return the code that would be right now."""
        return await self.mailed() if self.factor is SecondFactor.MAIL_OTP else self.totp()

    async def wrong(self) -> str:
        """Return a code that is wrong now."""
        right = {await self.right(), *(self.totp(n) for n in (-1, 0) if self.seed)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)

    async def reset(self, **other: str) -> httpx.Response:
        """Ask for a new link and have the wish looked at."""
        answer = await self.world.call("/password-resets", {**self.who, **other})
        while await self.world.built.reset.work():
            pass
        return answer


@asynccontextmanager
async def world(database: str, folder: Path, **settings: Any) -> AsyncIterator[World]:
    """Run identity over an empty database."""
    await _role(database)
    await migrate(database, FOLDERS, ROLE)
    url = _as(database, ROLE)
    make_secret_files(folder)
    secrets = Secrets(folder)
    cheap = {"argon2_kib": 64, "argon2_passes": 1}
    told = IdentitySettings(
        http_port=0, management_port=0, postgres_url=url, keys_url=url, secrets_dir=folder, **{**cheap, **settings}
    )
    async with started(told, secrets) as made:
        yield made


@asynccontextmanager
async def started(told: IdentitySettings, secrets: Secrets, clock: StillClock | None = None) -> AsyncIterator[World]:
    """Start the service's parts, as after a restart."""
    clock = clock or StillClock(datetime.now(UTC))
    log = await open_log(told, secrets, NAME, EVENTS)
    built = ways(told, secrets, log, clock)
    roles = [asyncio.ensure_future(log.roles["appender"]())]
    transport = httpx.ASGITransport(application(built, secrets, log))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://identity") as http:
            yield World(
                url=told.postgres_url,
                clock=clock,
                log=log,
                built=built,
                http=http,
                gateway=Signer("gateway", secrets.jwk("gateway")),
                notifier=Signer("notifier", secrets.jwk("notifier")),
                operator=Signer("operator", secrets.jwk("operator")),
                settings=told,
                secrets=secrets,
            )
    finally:
        for role in roles:
            role.cancel()
        await asyncio.gather(*roles, return_exceptions=True)
        await built.hasher.close()
        await log.close()


async def _role(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD 'test'; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    finally:
        await connection.close()


def _as(url: str, role: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}:test@{parts.netloc.rpartition('@')[2]}"))
