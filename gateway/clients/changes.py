"""What changed, as a service tells it. Next stop: application/directory.py."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway.application.directory import HistoryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change: *by* is the person's name where there is one, else the *actor*."""

    at: datetime
    by: str
    actor: str
    address: str | None
    agent: str | None
    field: str
    old: str | None
    new: str | None
    cause: str | None
    correlation_id: UUID
    fact: str

    def told(self) -> HistoryEntry:
        """Return it as the public API tells it."""
        name = None if self.by == self.actor else self.by
        return HistoryEntry(
            at=self.at,
            by=self.actor,
            by_name=name,
            client_ip=self.address,
            user_agent=self.agent,
            field=self.field,
            old=self.old,
            new=self.new,
            cause=self.cause,
            fact=self.fact,
            correlation_id=self.correlation_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A part of what changed, newest first."""

    items: tuple[Entry, ...]
    next_cursor: str | None
