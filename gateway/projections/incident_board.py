"""The incidents, one row each, with their story. Next stop: adapters/boards.py."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.projections.scopes import EVERYBODY, listed, scopes
from gateway.sources.contracts import Affected
from gateway.sources.operations import IncidentContractFound, IncidentOpened, IncidentUpdated
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

IncidentFact: TypeAlias = IncidentOpened | IncidentUpdated | IncidentContractFound

OVER = frozenset({"RESOLVED", "CLOSED"})
ALL, OPEN = "all", "open"
"""Kinds of lists: every incident, and those that are not over."""

MOST_NEWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNews:
    """What was said at one time."""

    at: datetime
    status: str
    text: str
    clears_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident as it is shown, of whichever companies its contracts are."""

    incident_id: UUID
    incident_number: str
    title: str
    category: str
    contracts: tuple[Affected, ...]
    status: str
    clears_at: datetime | None
    started_at: datetime
    told_at: datetime
    news: tuple[IncidentNews, ...]
    """In the order of the moments, whatever order they were told in; the opening among them."""
    version: int = 1


def key(fact: IncidentFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.incident_id)


def evolve(row: IncidentRow | None, fact: IncidentFact, about: Incoming) -> IncidentRow | None:
    """Return the row after *fact*."""
    match fact, row:
        case IncidentOpened(), _:
            return IncidentRow(
                incident_id=fact.incident_id,
                incident_number=fact.incident_number,
                title=fact.title,
                category=fact.category,
                contracts=fact.contracts,
                status=fact.status,
                clears_at=fact.clears_at,
                started_at=fact.at,
                told_at=fact.at,
                news=(_news(fact),),
            )
        case IncidentUpdated(), IncidentRow():
            place = bisect_right(row.news, fact.at, key=lambda one: one.at)
            news = (*row.news[:place], _news(fact), *row.news[place:])[-MOST_NEWS:]
            latest = news[-1]
            return replace(
                row,
                news=news,
                status=latest.status,
                clears_at=_clears_at(news),
                told_at=latest.at,
                version=about.version,
            )
        case IncidentContractFound(), IncidentRow() if fact.contract not in row.contracts:
            return replace(row, contracts=(*row.contracts, fact.contract), version=about.version)
        case _:
            return row


def _clears_at(news: Sequence[IncidentNews]) -> datetime | None:
    """Return when it is expected to be over: the latest word of it, until it is over."""
    if news[-1].status in OVER:
        return None
    return next((one.clears_at for one in reversed(news) if one.clears_at is not None), None)


def _news(fact: IncidentOpened | IncidentUpdated) -> IncidentNews:
    return IncidentNews(at=fact.at, status=fact.status, text=fact.text, clears_at=fact.clears_at)


def indexes(row: IncidentRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in, by when it began; one about the portal concerns everybody."""
    kinds = (ALL,) if row.status in OVER else (ALL, OPEN)
    where = [EVERYBODY] if row.category == "PORTAL" else scopes(row.contracts)
    member, at = str(row.incident_id), row.started_at.timestamp()
    return [(listed(kind, scope), member, at) for scope in where for kind in kinds]


def touches(row: IncidentRow) -> Sequence[str]:
    """Return who is to be told of a change."""
    if row.category == "PORTAL":
        return [f"{EVERYBODY}#incident/{row.incident_id}"]
    return [f"tenant:{one}#incident/{row.incident_id}" for one in sorted({one.tenant_id for one in row.contracts})]


INCIDENT_BOARD: ReadModel[IncidentRow] = ReadModel(
    name="incident_board",
    row=IncidentRow,
    reads=(IncidentOpened, IncidentUpdated, IncidentContractFound),
    key=key,
    evolve=evolve,
    indexes=indexes,
    touches=touches,
)
