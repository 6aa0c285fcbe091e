"""A read model for the tests of the projector: what happened to each thing, listed by the tenant."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel
from tests.integration.kernel.flow import Happened


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingRow:
    """A thing, and all that happened to it."""

    thing_id: str
    tenant_id: str
    versions: tuple[int, ...] = ()
    total: int = 0
    latest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRow:
    """How much happened in a tenant: many streams fold into one row."""

    tenant_id: str
    count: int = 0
    total: int = 0


def key(_fact: Happened, about: Incoming) -> str:
    return str(about.stream_id)


def evolve(row: ThingRow | None, fact: Happened, about: Incoming) -> ThingRow | None:
    if fact.number < 0:
        return None
    row = row or ThingRow(thing_id=str(about.stream_id), tenant_id=str(about.tenant_id))
    return replace(row, versions=(*row.versions, about.version), total=row.total + fact.number, latest=about.position)


def indexes(row: ThingRow) -> Iterable[tuple[str, str, float]]:
    """List a thing under its tenant, and under whether its total is even, so that it moves between lists."""
    yield f"tenant:{row.tenant_id}", row.thing_id, float(row.latest)
    yield f"even:{row.total % 2 == 0}", row.thing_id, float(row.total)


def touches(row: ThingRow) -> Iterable[str]:
    yield f"tenant:{row.tenant_id}"


def tally(row: TallyRow | None, fact: Happened, about: Incoming) -> TallyRow:
    row = row or TallyRow(tenant_id=str(about.tenant_id))
    return replace(row, count=row.count + 1, total=row.total + fact.number)


def fragile(row: TallyRow | None, fact: Happened, about: Incoming) -> TallyRow:
    if fact.number == 13:
        raise ZeroDivisionError("a mistake of ours")
    return tally(row, fact, about)


THINGS: ReadModel[ThingRow] = ReadModel(
    name="things", row=ThingRow, reads=(Happened,), key=key, evolve=evolve, indexes=indexes, touches=touches
)
TALLY: ReadModel[TallyRow] = ReadModel(
    name="tally", row=TallyRow, reads=(Happened,), key=lambda _fact, about: str(about.tenant_id), evolve=tally
)
FRAGILE: ReadModel[TallyRow] = ReadModel(
    name="fragile", row=TallyRow, reads=(Happened,), key=lambda _fact, about: str(about.stream_id), evolve=fragile
)
MODELS: tuple[ReadModel[Any], ...] = (THINGS, TALLY)
