"""Brings a database's tables up to date: SQL files in order, each once, never changed afterwards."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg

_MADE = """
CREATE TABLE IF NOT EXISTS public.migration (
    name text PRIMARY KEY, digest bytea NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())
"""
_LOCK = "SELECT pg_advisory_lock(hashtextextended('migrate', 0))"
_ROLE = re.compile(r"[a-z_][a-z0-9_]*")


class MigrationChanged(Exception):
    """A file differs from what was run under its name: changes belong into a new file."""


async def migrate(owner_url: str, folders: Sequence[Path], role: str) -> list[str]:
    """Run what was not run yet, and return the names; `{role}` in a file stands for *role*, which gets the grants.

    Raises: MigrationChanged; what the database raises, and then nothing of that file was done.
    """
    if not _ROLE.fullmatch(role):
        raise ValueError(f"not the plain name of a role: {role}")
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        # Two processes that start at once must not run the same file; the lock ends with the connection.
        await connection.execute(_LOCK)
        await connection.execute(_MADE)
        done = {row["name"]: row["digest"] for row in await connection.fetch("SELECT name, digest FROM migration")}
        return [
            name for name, text in _files(folders) if await _run(connection, name, text.replace("{role}", role), done)
        ]
    finally:
        await connection.close()


def _files(folders: Sequence[Path]) -> list[tuple[str, str]]:
    files = [file for folder in folders for file in sorted(folder.glob("*.sql"))]
    return [(f"{file.parent.name}/{file.name}", file.read_text(encoding="utf-8")) for file in files]


async def _run(connection: "asyncpg.Connection[Any]", name: str, text: str, done: dict[str, bytes]) -> bool:
    digest = sha256(text.encode()).digest()
    if name in done:
        if done[name] != digest:
            raise MigrationChanged(f"{name} was changed after it was run, or is run for another role")
        return False
    async with connection.transaction():
        await connection.execute(text)
        await connection.execute("INSERT INTO public.migration (name, digest) VALUES ($1, $2)", name, digest)
    return True
