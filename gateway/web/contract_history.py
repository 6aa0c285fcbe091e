"""What changed of a contract, as people read it: one click or post is one row. Next: services/history.html."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gateway.application.lookback import NamedChange
from gateway.web.history import Change, Moment
from gateway.web.words import Words

LABELS: Mapping[str, str] = {
    "life": "contract.life",
    "serviceStatus": "contract.status",
    "optionType": "contract.option-type",
    "distinguishName": "contract.name",
    "site": "contract.site",
    "vpnGroupId": "contract.vpn",
    "extensionIds": "contract.extensions",
    "externalNumbers": "contract.external-numbers",
    "channels": "contract.channels",
    "options": "contract.options",
    "memo": "contract.memo",
}
"""The words that name a field, by its name in the API."""

_VALUES: Mapping[str, str] = {"life": "contract.life.", "serviceStatus": "status."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as people read it."""

    label: str
    value: str


def fields(words: Words, says: Mapping[str, str | None]) -> Sequence[Field]:
    """Return what a contract said, field by field."""
    return [Field(label=words(LABELS[name]), value=_value(words, name, says[name])) for name in LABELS if name in says]


def moments(words: Words, found: Sequence[NamedChange]) -> Sequence[Moment]:
    """Return the changes in the order they came, those of the same time and person together."""
    return [
        Moment(
            at=at,
            by=name or _nameless(words, actor),
            # Who looks is no administrator of who did it: from where is not theirs to know.
            address="",
            browser="",
            changes=[_change(words, one) for one in together],
        )
        for (at, actor, name), together in groupby(
            found, key=lambda one: (one.change.at, one.change.actor, one.by_name)
        )
    ]


def _change(words: Words, of: NamedChange) -> Change:
    one = of.change
    label = words(LABELS[one.field]) if one.field in LABELS else one.field
    return Change(field=label, old=_value(words, one.field, one.old), new=_value(words, one.field, one.new))


def _value(words: Words, name: str, value: str | None) -> str:
    key = f"{_VALUES.get(name, '')}{value}"
    return words(key) if name in _VALUES and words.knows(key) else value or ""


def _nameless(words: Words, actor: str) -> str:
    kind = actor.partition(":")[0]
    return words(f"history.by.{kind if kind in ('user', 'operator') else 'system'}")
