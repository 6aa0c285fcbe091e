"""What changed, as people read it: one click is one row, its fields under each other. Next: templates/users/."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from gateway.application.directory import HistoryEntry
from gateway.web.fields import label, shown
from gateway.web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field, before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one person did at one time."""

    at: datetime
    by: str
    changes: Sequence[Change]


def moments(words: Words, entries: Sequence[HistoryEntry]) -> Sequence[Moment]:
    """Return the history in the order it came, entries of the same time and person together."""
    return [
        Moment(at=at, by=name or _nameless(words, actor), changes=[_change(words, one) for one in together])
        for (at, actor, name), together in groupby(entries, key=lambda one: (one.at, one.by, one.by_name))
    ]


def _change(words: Words, one: HistoryEntry) -> Change:
    return Change(
        field=label(words, one.field), old=shown(words, one.field, one.old), new=shown(words, one.field, one.new)
    )


def _nameless(words: Words, actor: str) -> str:
    """Return what to call an actor without a name: a person who was forgotten, the operator, or a service."""
    kind = actor.partition(":")[0]
    return words(f"history.by.{kind if kind in ('user', 'operator') else 'system'}")
