"""Where it is measured: servers of its own, durable ones, the same for ours and for theirs. Next: measures/."""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bench.plan import Plan
from deploy.databases import MIGRATIONS
from deploy.places import default_state
from deploy.stack import Stack
from kernel.adapters.postgres.migrate import migrate

if TYPE_CHECKING:
    from bench.portal.opening import Portal

JAVA = ("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC")
"""More than the development's: the second stage of the compiler, and memory that needs no collecting all the time."""
ROLE = "bench"


class Lab:
    """A stack of servers on free ports, made for one run and deleted after it."""

    def __init__(self, plan: Plan, say: Callable[[str], None] = lambda _: None) -> None:
        """Plan the stack; *say* is told what happens."""
        self.plan = plan
        self.say = say
        self.closing = AsyncExitStack()
        """What is closed before the servers are."""
        self.portal: Portal | None = None
        """The whole portal with people in it, once a measurement has needed it."""
        self._scratch: list[str] = []
        self._password = token_hex(16)
        """One for all databases: several are open at once."""
        self.folder = default_state() / "bench" / f"run-{os.getpid()}-{token_hex(3)}"
        self.stack = Stack(self.folder, java_options=JAVA, temporary=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.closing.aclose()
        finally:
            if error is not None and self.stack.plan.places.logs.exists():
                kept = self.folder.parent / "failed"
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(self.stack.plan.places.logs, kept)
                self.say(f"what servers and services said is kept in {kept}")
            await asyncio.to_thread(self.stack.stop)
            # The process that cleans up after us may still be at it, which is as well.
            await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)

    async def start(self, *parts: str) -> None:
        """Start servers, and return when they answer; those that run stay."""
        await asyncio.to_thread(self.stack.start, list(parts))

    @property
    def postgres_url(self) -> str:
        """Return PostgreSQL's address as its superuser."""
        return self.stack.plan.postgres.url

    def scratch(self) -> Path:
        """Return a folder for files of the run."""
        folder = self.folder / "scratch"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def database(self, name: str) -> str:
        """Make an empty database on the server that all share, and return its address as its owner."""
        await self.start("postgres")
        await self._told(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await self._told(f"CREATE DATABASE {name}")
        self._scratch.append(name)
        return urlunsplit(urlsplit(self.postgres_url)._replace(path=f"/{name}"))

    async def tidy(self) -> None:
        """Drop the databases that were made: millions of rows would be vacuumed while something else is measured."""
        while self._scratch:
            await self._told(f"DROP DATABASE IF EXISTS {self._scratch.pop()} WITH (FORCE)")

    async def log_database(self, name: str) -> str:
        """Make a database with a log as every service has, and return its address as a service's role sees it."""
        owner = await self.database(name)
        await self._told(f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        await self._told(f"ALTER ROLE {ROLE} PASSWORD '{self._password}'")
        await migrate(owner, [MIGRATIONS / "log", MIGRATIONS / "inbox"], ROLE)
        where = urlsplit(owner)
        return urlunsplit(where._replace(netloc=f"{ROLE}:{self._password}@{where.hostname}:{where.port}"))

    async def _told(self, statement: str) -> None:
        connection = await asyncpg.connect(self.postgres_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
