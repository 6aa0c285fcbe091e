"""What a measurement gives: numbers by round, and what they were taken with. Next stop: report.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The measured rounds of one goal."""

    judged: Mapping[str, Sequence[float]]
    """By the key of a line: its figure in each round, which is a ratio within the round or a figure of its own."""
    raw: Mapping[str, Sequence[float]]
    """The numbers behind, by a name that says the unit."""
    settings: Mapping[str, Any]
    """What it was taken with."""
    notes: Sequence[str] = field(default_factory=tuple)
    """What a reader must know to read it right."""
