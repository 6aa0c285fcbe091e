"""Makes databases and roles: one database a service, and no service sees another's. Next stop: topics.py."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.places import PROJECT
from deploy.scram import scram_verifier
from kernel.adapters.postgres.migrate import migrate

SERVICES = ("identity", "users", "contracts", "notifier")
KEYS = "keys"
READERS = (*SERVICES, "gateway")
WRITERS = ("users", "contracts")
MIGRATIONS = PROJECT / "kernel" / "migrations"


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases of one stack on one server."""

    admin_url: str
    password: Callable[[str], str]

    def url(self, service: str) -> str:
        """Return a service's own database, as its role without rights on tables but those that migrations give."""
        return self._url(service, service)

    def owner_url(self, name: str) -> str:
        """Return a database as the role that owns and migrates it."""
        return self._url(f"{name}_owner", name)

    def keys_url(self, service: str) -> str:
        """Return the database of personal-data keys, as *service*."""
        return self._url(service, KEYS)

    async def make(self) -> None:
        """Make roles and databases; what is there stays, and passwords are set to the known ones."""
        admin = await asyncpg.connect(self.admin_url, timeout=10)
        try:
            for role in (*READERS, *(f"{name}_owner" for name in (*SERVICES, KEYS))):
                await self._role(admin, role)
            for role in ("keys_reader", "keys_writer"):
                await _group(admin, role)
            await admin.execute(f"GRANT keys_reader TO {', '.join(READERS)}")
            await admin.execute(f"GRANT keys_writer TO {', '.join(WRITERS)}")
            for name in SERVICES:
                await _database(admin, name, guests=[name])
            await _database(admin, KEYS, guests=["keys_reader", "keys_writer"])
        finally:
            await admin.close()

    async def migrate(self) -> list[str]:
        """Bring every database's tables up to date, and return what was run."""
        own = [(name, [MIGRATIONS / "log", MIGRATIONS / "inbox", _folder(name)], name) for name in SERVICES]
        jobs = [
            migrate(self.owner_url(name), [folder for folder in folders if folder.is_dir()], role)
            for name, folders, role in [*own, (KEYS, [MIGRATIONS / KEYS], "keys_writer")]
        ]
        return [name for done in await asyncio.gather(*jobs) for name in done]

    async def _role(self, admin: asyncpg.Connection, role: str) -> None:
        await _group(admin, role)
        verifier = scram_verifier(self.password(f"postgres {role}"))
        await admin.execute(f"ALTER ROLE {role} LOGIN PASSWORD '{verifier}'")

    def _url(self, role: str, database: str) -> str:
        given = urlsplit(self.admin_url)
        password = quote(self.password(f"postgres {role}"), safe="")
        host = given.netloc.rpartition("@")[2]
        return urlunsplit(given._replace(netloc=f"{role}:{password}@{host}", path=f"/{database}"))


def _folder(service: str) -> Path:
    return PROJECT / "services" / service / "migrations"


async def _group(admin: asyncpg.Connection, role: str) -> None:
    if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await admin.execute(f"CREATE ROLE {role}")


async def _database(admin: asyncpg.Connection, name: str, guests: list[str]) -> None:
    owner = f"{name}_owner"
    if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        # Only a member may give a database to a role, unless it is a superuser.
        await admin.execute(f"GRANT {owner} TO CURRENT_USER")
        await admin.execute(f"CREATE DATABASE {name} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0")
        await admin.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    await admin.execute(f"GRANT CONNECT ON DATABASE {name} TO {', '.join(guests)}")
