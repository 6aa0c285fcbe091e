"""What changed, as people read it: one click is one row, its fields under each other. Next: templates/parts/."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from gateway.application.directory import HistoryEntry, HistoryKind
from gateway.web.contract_fields import CONTRACT_LABELS, CONTRACT_VALUES
from gateway.web.devices import device
from gateway.web.fields import LABELS, VALUES, Labels, Values, label, shown
from gateway.web.words import Words

PERSON = "user:"

_LABELS: Mapping[HistoryKind, Labels] = {
    HistoryKind.USER: LABELS,
    HistoryKind.GROUP: {
        "life": "group.life",
        "name": "group.name",
        "description": "group.description",
        "permissions": "group.permissions",
        "members": "group.members",
    },
    HistoryKind.SETTINGS: {
        "sessionIdleMinutes": "company.idle",
        "sessionAbsoluteHours": "company.absolute",
        "allowedNetworks": "company.networks.list",
        "trustedBrowser": "company.trusted-browser",
        "secondFactors": "company.factors.list",
        "image": "company.image",
    },
    HistoryKind.CONTRACT: CONTRACT_LABELS,
}
_VALUES: Mapping[HistoryKind, Values] = {
    HistoryKind.USER: VALUES,
    HistoryKind.GROUP: {"life": "group.life."},
    HistoryKind.SETTINGS: {"trustedBrowser": "company.trusted-browser.", "secondFactors": "factor."},
    HistoryKind.CONTRACT: CONTRACT_VALUES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field, before and after."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What one person did at one time, and from where."""

    at: datetime
    by: str
    address: str
    browser: str
    changes: Sequence[Change]


def moments(
    words: Words,
    entries: Sequence[HistoryEntry],
    kind: HistoryKind = HistoryKind.USER,
    named: Mapping[str, str] | None = None,
) -> Sequence[Moment]:
    """Return the history in the order it came, entries of the same time and person together.

    *named* says what people call that which a value names by its id.
    """
    return [
        Moment(
            at=at,
            by=name or _nameless(words, actor),
            address=address or "",
            browser=device(agent) if agent else "",
            changes=[_change(words, one, kind, named or {}) for one in together],
        )
        for (at, actor, name, address, agent), together in groupby(
            entries, key=lambda one: (one.at, one.by, one.by_name, one.client_ip, one.user_agent)
        )
    ]


def _change(words: Words, one: HistoryEntry, kind: HistoryKind, named: Mapping[str, str]) -> Change:
    old, new = (_value(words, one.field, value, kind, named) for value in (one.old, one.new))
    return Change(field=label(words, one.field, _LABELS[kind]), old=old, new=new)


def _value(words: Words, field: str, value: str | None, kind: HistoryKind, named: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if field == "members" and value.startswith(PERSON):
        return words("history.by.user")
    if field == "permissions":
        for name, called in named.items():
            value = value.replace(name, called)
    if field == "secondFactors":
        return ", ".join(shown(words, field, one, _VALUES[kind]) for one in value.split(", "))
    return shown(words, field, value, _VALUES[kind])


def _nameless(words: Words, actor: str) -> str:
    """Return what to call an actor without a name: a person who was deleted, the operator, or a service."""
    kind = actor.partition(":")[0]
    return words(f"history.by.{kind if kind in ('user', 'operator') else 'system'}")
