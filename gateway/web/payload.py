"""What an event says, as rows of a table: one a member, covered ones by what covers them. Next: ops/event.html."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kernel.application.browsing import Covered, Shown, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a payload."""

    name: str
    """Its way from the event, in dots."""
    value: str
    covered: Covered | None = None


def members(told: Told) -> Sequence[Member]:
    """Return all members, in the order in which the event says them."""
    covered = {one.path: one for one in told.covered}
    return [
        Member(name=path.lstrip("/").replace("/", ".") or "―", value=_text(value), covered=covered.get(path))
        for path, value in _leaves(told.data)
    ]


def pretty(told: Told) -> str:
    """Return it as JSON that people read; covered texts are null."""
    return json.dumps(told.data, ensure_ascii=False, indent=2)


def masked(told: Told) -> int:
    """Return how many texts a reason would show."""
    return sum(one.shown is Shown.MASKED for one in told.covered)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}/{number}")
    else:
        yield path, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
