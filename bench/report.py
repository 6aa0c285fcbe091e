"""A goal's measurement as JSON, written and read again. Next stop: table.py."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from bench.figures import Judged, judge
from bench.goals import GOALS, goal
from bench.outcome import Outcome
from deploy.places import PROJECT

RESULTS = PROJECT / "bench" / "results"
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One goal, measured."""

    goal: str
    taken_at: str
    quick: bool
    machine: Mapping[str, Any]
    outcome: Outcome

    @classmethod
    def now(cls, name: str, outcome: Outcome, machine: Mapping[str, Any], *, quick: bool) -> Self:
        """Return the report of what was measured just now."""
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return cls(goal=name, taken_at=at, quick=quick, machine=machine, outcome=outcome)

    @property
    def judged(self) -> list[Judged]:
        """Return the goal's lines with their figures, judged by the floors of today."""
        return [judge(line, self.outcome.judged.get(line.key, ())) for line in goal(self.goal).lines]

    def write(self, folder: Path) -> Path:
        """Write it into *folder* and return the file."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{self.goal.lower()}.json"
        file.write_text(json.dumps(self._members(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return file

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what `write` wrote."""
        kept = json.loads(file.read_text(encoding="utf-8"))
        outcome = Outcome(
            judged={key: line["rounds"] for key, line in kept["lines"].items()},
            raw=kept["raw"],
            settings=kept["settings"],
            notes=kept["notes"],
        )
        return cls(
            goal=kept["goal"],
            taken_at=kept["takenAt"],
            quick=kept["quick"],
            machine=kept["machine"],
            outcome=outcome,
        )

    def _members(self) -> Mapping[str, Any]:
        return {
            "goal": self.goal,
            "title": goal(self.goal).title,
            "takenAt": self.taken_at,
            "quick": self.quick,
            "machine": self.machine,
            "settings": self.outcome.settings,
            "lines": {one.line.key: _line(one) for one in self.judged},
            "raw": {name: _round(values) for name, values in self.outcome.raw.items()},
            "notes": list(self.outcome.notes),
        }


def reports(folder: Path) -> list[Report]:
    """Return what was measured last, in the order of the goals."""
    files = [folder / f"{one.name.lower()}.json" for one in GOALS]
    return [Report.read(file) for file in files if file.exists()]


def missed(reports: Iterable[Report]) -> list[Judged]:
    """Return the lines whose floor does not hold."""
    return [one for report in reports for one in report.judged if one.held is False]


def _line(one: Judged) -> Mapping[str, Any]:
    line = one.line
    return {
        "says": line.says,
        "unit": line.unit,
        "atMost": line.at_most,
        "floor": line.floor,
        "moonshot": line.moonshot,
        "median": None if one.value is None else round(one.value, DIGITS),
        "worst": None if one.worst is None else round(one.worst, DIGITS),
        "held": one.held,
        "reached": one.reached,
        "rounds": _round(one.rounds),
    }


def _round(values: Sequence[float]) -> list[float]:
    return [round(value, DIGITS) for value in values]
