"""The sessions that have started and not ended, as identity says it. Next stop: application/sessions.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.sources.identity import SessionEnded, SessionStarted
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

SessionFact: TypeAlias = SessionStarted | SessionEnded


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSessionRow:
    """A session that has not ended; a row that is gone although its start was read has ended."""

    session_id: UUID
    user_id: UUID
    method: str
    started_at: datetime


def key(fact: SessionFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.session_id)


def evolve(_row: OpenSessionRow | None, fact: SessionFact, _about: Incoming) -> OpenSessionRow | None:
    """Return the row after *fact*; None removes it."""
    match fact:
        case SessionStarted():
            return OpenSessionRow(
                session_id=fact.session_id, user_id=fact.user_id, method=fact.method, started_at=fact.at
            )
        case SessionEnded():
            return None


def indexes(row: OpenSessionRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in: its person's, oldest first."""
    return [(f"user:{row.user_id}", str(row.session_id), row.started_at.timestamp())]


def touches(row: OpenSessionRow) -> Sequence[str]:
    """Return who is to be told of a change: the person's own pages."""
    return [f"user:{row.user_id}"]


OPEN_SESSION: ReadModel[OpenSessionRow] = ReadModel(
    name="open_session",
    row=OpenSessionRow,
    reads=(SessionStarted, SessionEnded),
    key=key,
    evolve=evolve,
    indexes=indexes,
    touches=touches,
)
