"""What `make faults` found, as JSON and as a table. Next stop: docs/proof/faults.md."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Self

from deploy.places import PROJECT
from tests.faults.points import MEANING, POINTS, pairs

if TYPE_CHECKING:
    from bench.faults import Tally

FOLDER = PROJECT / "docs" / "proof"
DIGITS = 2
MEDIAN_WITHIN, WORST_WITHIN = 2.0, 5.0
"""Seconds until a killed service answers again, most of them Python's start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsReport:
    """One run."""

    told: Mapping[str, Any]

    @classmethod
    def of(cls, tally: "Tally", machine: Mapping[str, Any], *, took: float) -> Self:
        """Return the report of a run that took so many seconds."""
        backs = [death.back for death in tally.deaths]
        told = {
            "takenAt": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "machine": machine,
            "minutes": round(took / 60, 1),
            "seeds": tally.seeds,
            "pairs": [_pair(tally, service, point) for service, point in pairs()],
            "serversKilled": dict(sorted(tally.kills.items())),
            "backSeconds": {"median": _middle(backs), "worst": round(max(backs, default=0), DIGITS)},
            "journeys": tally.journeys,
            "acknowledgedCommands": tally.acknowledged,
            "mails": tally.mails,
            "violations": tally.violations,
        }
        return cls(told=told)

    @property
    def faults(self) -> int:
        """Return how many faults there were."""
        deaths = [pair["deaths"] for pair in self.told["pairs"]]
        return int(sum(deaths) + sum(self.told["serversKilled"].values()))

    @property
    def recovers(self) -> bool:
        """Return whether killed services answered again soon enough."""
        back = self.told["backSeconds"]
        return (back["median"] or 0) <= MEDIAN_WITHIN and back["worst"] <= WORST_WITHIN

    def write(self, folder: Path = FOLDER) -> list[Path]:
        """Write both files and return them."""
        folder.mkdir(parents=True, exist_ok=True)
        data, table = folder / "faults.json", folder / "faults.md"
        data.write_text(json.dumps(self.told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        table.write_text(self.table(), encoding="utf-8")
        return [data, table]

    def table(self) -> str:
        """Return the run as Markdown."""
        told, counts = self.told, {(pair["service"], pair["point"]): pair["deaths"] for pair in self.told["pairs"]}
        services = list(POINTS)
        back = told["backSeconds"]
        lines = [
            "# Killed at every place",
            "",
            f"Written by `make faults` from `faults.json` at {told['takenAt']}.",
            "",
            f"- {self.faults} faults in {told['minutes']} minutes, {len(told['seeds'])} seeds",
            f"- **{len(told['violations'])} violations** of V1 to V8 and I1 to I13",
            f"- {told['journeys']} journeys, {told['acknowledgedCommands']} commands answered, {told['mails']} mails",
            "- a killed service answered again after",
            f"  {back['median']} s (median; goal {MEDIAN_WITHIN:g}),",
            f"  {back['worst']} s at worst (goal {WORST_WITHIN:g})",
            f"- {told['machine']['processor']}, {told['machine']['cores']} cores",
            "",
            f"| point | where | {' | '.join(services)} |",
            f"|---|---|{'---:|' * len(services)}",
            *(_row(point, where, [counts.get((one, point)) for one in services]) for point, where in MEANING.items()),
            "",
            f"Servers killed while people travelled: {_listed(told['serversKilled'])}.",
            *(["", "## Violations", "", *(f"- {what}" for what in told["violations"])] if told["violations"] else []),
            "",
        ]
        return "\n".join(lines)


def _pair(tally: "Tally", service: str, point: str) -> Mapping[str, Any]:
    deaths = [death for death in tally.deaths if (death.service, death.point) == (service, point)]
    count = tally.cuts[service] if point == "C2" else len(deaths)
    return {"service": service, "point": point, "deaths": count, "backMedian": _middle([one.back for one in deaths])}


def _middle(values: list[float]) -> float | None:
    return round(median(values), DIGITS) if values else None


def _row(point: str, where: str, counts: list[int | None]) -> str:
    return f"| {point} | {where} | {' | '.join('' if count is None else str(count) for count in counts)} |"


def _listed(kills: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count} times" for name, count in kills.items()) or "none"
