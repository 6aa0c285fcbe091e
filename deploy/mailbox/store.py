"""Mails on disk, newest first. Next stop: reading.py."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail(
  n integer PRIMARY KEY AUTOINCREMENT, id text UNIQUE NOT NULL, received_at text NOT NULL,
  sender text NOT NULL, recipients text NOT NULL, raw blob NOT NULL, seen integer NOT NULL DEFAULT 0)
"""
COLUMNS = "id, received_at, sender, recipients, raw, seen"


@dataclass(frozen=True, slots=True, eq=False)
class Mail:
    """One mail as it came, with the addresses of its envelope; the same when its id is."""

    id: str
    received_at: datetime
    sender: str
    recipients: list[str]
    raw: bytes
    seen: bool

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mail) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)


class MailStore:
    """Keeps mails in one SQLite file, so that a restart loses none."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(self, sender: str, recipients: Sequence[str], raw: bytes) -> str:
        """Keep a mail, and return its id."""
        made = uuid4().hex
        self._db.execute(
            "INSERT INTO mail(id, received_at, sender, recipients, raw) VALUES (?,?,?,?,?)",
            (made, datetime.now(UTC).isoformat(), sender, "\n".join(recipients), raw),
        )
        return made

    def get(self, mail: str) -> Mail | None:
        """Return a mail by its id; `latest` is the newest."""
        if mail == "latest":
            return next(iter(self.page(0, 1)), None)
        row = self._db.execute(f"SELECT {COLUMNS} FROM mail WHERE id=?", (mail,)).fetchone()  # noqa: S608 - a constant
        return _mail(row) if row else None

    def page(self, start: int, limit: int) -> list[Mail]:
        """Return *limit* mails from *start* on."""
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM mail ORDER BY n DESC LIMIT ? OFFSET ?",  # noqa: S608 - a constant
            (limit, start),
        )
        return [_mail(row) for row in rows]

    def count(self) -> tuple[int, int]:
        """Return how many mails there are, and how many were not read."""
        total, unread = self._db.execute("SELECT count(*), count(*) FILTER (WHERE NOT seen) FROM mail").fetchone()
        return total, unread

    def mark(self, mails: Iterable[str] | None, *, seen: bool) -> None:
        """Note that mails were read or not; None means all."""
        if mails is None:
            self._db.execute("UPDATE mail SET seen=?", (seen,))
        else:
            self._db.executemany("UPDATE mail SET seen=? WHERE id=?", [(seen, one) for one in mails])

    def delete(self, mails: Iterable[str] | None) -> None:
        """Delete mails; None means all."""
        if mails is None:
            self._db.execute("DELETE FROM mail")
        else:
            self._db.executemany("DELETE FROM mail WHERE id=?", [(one,) for one in mails])


def _mail(row: tuple[str, str, str, str, bytes, int]) -> Mail:
    name, received, sender, recipients, raw, seen = row
    return Mail(name, datetime.fromisoformat(received), sender, recipients.splitlines(), raw, bool(seen))
