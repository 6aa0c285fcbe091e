"""What the tests of relay, readers and projector share: a log to write to, a topic to look into, facts to read."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
from pydantic import TypeAdapter, ValidationError

from kernel.adapters.postgres.migrate import migrate
from kernel.domain.errors import Unavailable, Unreadable

MIGRATIONS = Path(__file__).parents[3] / "kernel" / "migrations"
ROLE = "portal_flow_app"
HAPPENED = "portal.thing.happened.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """The one fact that these tests read."""

    number: int


class JsonFacts:
    """Decodes the facts of these tests."""

    def __init__(self) -> None:
        self.types: dict[str, type[Any]] = {HAPPENED: Happened}
        self._adapter = TypeAdapter(Happened)

    async def prepare(self, batch: Iterable[tuple[str, bytes]]) -> None:
        """Nobody's texts are in these facts."""

    async def read(self, wire_type: str, data: bytes) -> Any:
        if wire_type not in self.types:
            raise Unreadable(wire_type)
        try:
            return self._adapter.validate_json(data)
        except ValidationError as broken:
            raise Unreadable("not what happened") from broken


class Bell:
    """A log's wake-up that is rung by hand; without it readers look ten times a second."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def after(
        self,
        position: int,  # noqa: ARG002 - the shape of the port
        timeout: float,  # noqa: ASYNC109 - the shape of the port
        *,
        ahead: bool = False,  # noqa: ARG002 - the shape of the port
    ) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._rung.wait()


@dataclass
class Database:
    """A fresh database with the kernel's tables, and a log that is written to directly."""

    owner_url: str
    url: str
    pool: "asyncpg.Pool[Any]"
    bell: Bell = field(default_factory=Bell)
    tenant_id: UUID = field(default_factory=uuid4)

    async def write(
        self,
        streams: Sequence[UUID],
        *,
        data: Callable[[int], bytes] | None = None,
        kind: str = "thing.happened",
        schema: int = 1,
        public: bool = True,
        meta: object = None,
    ) -> None:
        """Write one fact to each of *streams*, in that order; the log stays dense as the real append keeps it."""
        told = {"actor": "service:test", "correlationId": str(uuid4()), "traceparent": "00-1-2-01"}
        kept = json.dumps(told if meta is None else meta)
        async with self.pool.acquire() as connection, connection.transaction():
            head = await connection.fetchval("SELECT pos FROM es.head FOR UPDATE")
            versions: dict[UUID, int] = {}
            rows = await connection.fetch(
                "SELECT stream_id, max(version) AS v FROM es.events WHERE stream_id = ANY($1) GROUP BY 1",
                list(set(streams)),
            )
            versions.update({row["stream_id"]: row["v"] for row in rows})
            records = []
            for position, stream in enumerate(streams, start=head + 1):
                versions[stream] = versions.get(stream, 0) + 1
                made = data(position) if data else json.dumps({"number": position}).encode()
                records.append((position, stream, versions[stream], self.tenant_id, kind, schema, public, made, kept))
            await connection.executemany(
                "INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb)",
                records,
            )
            await connection.execute("UPDATE es.head SET pos = $1", head + len(records))
        self.bell.ring()


@asynccontextmanager
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """Make a database and drop it afterwards."""
    name = f"flow_{uuid4().hex[:12]}"
    await _told(
        postgres_url,
        f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD 'flow'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    )
    await _told(postgres_url, f'CREATE DATABASE "{name}"')
    owner = _with(postgres_url, path=name)
    await migrate(owner, [MIGRATIONS / "log", MIGRATIONS / "inbox"], ROLE)
    app = _with(owner, user=f"{ROLE}:flow")
    async with asyncpg.create_pool(app, min_size=1, max_size=4) as pool:
        yield Database(owner, app, pool)
    await _told(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _told(url: str, statement: str) -> None:
    # A connection for each statement: the test in between may have killed the server.
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _with(url: str, *, path: str | None = None, user: str | None = None) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        parts._replace(netloc=f"{user}@{host}" if user else parts.netloc, path=f"/{path}" if path else parts.path)
    )


@asynccontextmanager
async def running(*roles: Awaitable[None]) -> AsyncIterator[None]:
    """Run background roles for as long as the block lasts; one that fails fails the test."""
    tasks = [asyncio.ensure_future(role) for role in roles]
    try:
        yield
    finally:
        ended = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()
        assert not ended, "a role ended by itself"


async def until(true: Callable[[], Awaitable[bool] | bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            answer = true()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


def down() -> Unavailable:
    return Unavailable("down for the test")


def streams(count: int) -> list[UUID]:
    return [uuid4() for _ in range(count)]


async def killed(script: str, failpoints: str, **given: str) -> None:
    """Run one of the roles as a process of its own until its failpoint kills it."""
    process = await start(script, failpoints, **given)
    try:
        async with asyncio.timeout(30):
            assert await process.wait() == -signal.SIGKILL
    finally:
        with suppress(ProcessLookupError):
            process.kill()


async def start(script: str, failpoints: str, **given: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.integration.kernel.{script}",
        json.dumps(given),
        env={**os.environ, "PORTAL_FAILPOINTS": failpoints},
        cwd=MIGRATIONS.parents[1],
    )


async def connect(url: str) -> Any:
    return await asyncpg.connect(url)
