"""Who is at the site: one visit a login, ended when the portal says so. Next stop: pages.py."""

import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

LONGEST_SECONDS = 3600.0
"""A visit lasts an hour; then the portal is asked again, which a person with a live session does not notice."""
IDLE_SECONDS = 1800.0
ASKED_AGAIN_SECONDS = 60.0
"""How long the portal is believed about who is there, in case it could not tell of an end."""
ENDS_KEPT_SECONDS = 8 * 24 * 3600.0
"""Longer than any session of the portal lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A person at the settings of one contract."""

    sid: str
    """The portal's session."""
    sub: str
    name: str
    company: str
    contract_id: str
    contract_number: str
    service: str
    language: str | None
    csrf: str
    access_token: str
    id_token: str
    begun_at: float
    seen_at: float
    asked_at: float


class Visits:
    """All visits, under the hashes of tokens that only browsers have."""

    def __init__(self, database: sqlite3.Connection, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def begin(self, **known: str | None) -> str | None:
        """Return the token of a new visit; None when the portal's session is over already.

        The portal may say so before the browser has come back with its code.
        """
        if self._database.execute("SELECT 1 FROM ended WHERE sid = ?", (known["sid"],)).fetchone():
            return None
        token, now = secrets.token_urlsafe(32), self._now()
        self._database.execute("DELETE FROM visit WHERE begun_at <= ?", (now - LONGEST_SECONDS,))
        values: dict[str, object] = {**known, "token_hash": _hash(token), "csrf": secrets.token_urlsafe(24)}
        values |= {"begun_at": now, "seen_at": now, "asked_at": now}
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self._database.execute(f"INSERT INTO visit ({names}) VALUES ({marks})", values)  # noqa: S608 - our own names
        return token

    def find(self, token: str) -> Visit | None:
        """Return a visit that is not over, and note that it goes on."""
        row = self._database.execute("SELECT * FROM visit WHERE token_hash = ?", (_hash(token),)).fetchone()
        if row is None or self.ended(row["sid"]):
            return None
        visit = Visit(**{name: row[name] for name in row.keys() if name != "token_hash"})  # noqa: SIM118 - a row's names
        now = self._now()
        if visit.begun_at + LONGEST_SECONDS <= now or visit.seen_at + IDLE_SECONDS <= now:
            self.end(token)
            return None
        self._database.execute("UPDATE visit SET seen_at = ? WHERE token_hash = ?", (now, _hash(token)))
        return visit

    def was_ended(self, token: str) -> bool:
        """Return whether a visit is over because the portal said so, which is worth saying to the person."""
        row = self._database.execute("SELECT sid FROM visit WHERE token_hash = ?", (_hash(token),)).fetchone()
        return row is not None and self.ended(row["sid"]) is not None

    def is_to_be_asked_about(self, visit: Visit) -> bool:
        """Return whether the portal is to be asked whether this person may still be here."""
        return visit.asked_at + ASKED_AGAIN_SECONDS <= self._now()

    def asked(self, token: str) -> None:
        """Note that the portal says the person may be here."""
        self._database.execute("UPDATE visit SET asked_at = ? WHERE token_hash = ?", (self._now(), _hash(token)))

    def end(self, token: str) -> None:
        """End one visit."""
        self._database.execute("DELETE FROM visit WHERE token_hash = ?", (_hash(token),))

    def end_session(self, sid: str, how: str) -> None:
        """End every visit of a session of the portal, also those that are yet to begin; again changes nothing."""
        now = self._now()
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute("INSERT OR IGNORE INTO ended VALUES (?, ?, ?)", (sid, how, now))
            self._database.execute("DELETE FROM ended WHERE at < ?", (now - ENDS_KEPT_SECONDS,))

    def ended(self, sid: str) -> str | None:
        """Return how a session of the portal ended, as it was told; None while it has not."""
        row = self._database.execute("SELECT how FROM ended WHERE sid = ?", (sid,)).fetchone()
        return str(row["how"]) if row else None


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
