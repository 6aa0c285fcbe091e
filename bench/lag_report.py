"""What `make lag` found, as JSON and as a table. Next stop: docs/proof/lag.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Self

from deploy.places import PROJECT

if TYPE_CHECKING:
    from tests.integration.kernel.lag_run import Compared

FOLDER = PROJECT / "docs" / "proof"
MILLI = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor time of watching, in seconds."""

    readers: int
    """Of topics with six partitions each, and the relay."""
    looks: int
    look: float
    """A service's own look at places and heads."""
    answer: float
    """Telling the gateway of that look."""
    keep: float
    """Keeping the readers of two such services in the gateway."""
    every: float
    sampled_every: float

    @property
    def service(self) -> float:
        """Return the share of a core that a service spends while nobody looks."""
        return self.look / self.every + self.answer / self.sampled_every

    @property
    def gateway(self) -> float:
        """Return the share of a core that keeping takes."""
        return self.keep / self.sampled_every


@dataclass(frozen=True, slots=True, kw_only=True)
class LagReport:
    """One run."""

    told: Mapping[str, Any]

    @classmethod
    def of(  # noqa: PLR0917 - all that a run gives
        cls,
        moving: "Sequence[Compared]",
        standing: "Sequence[Compared]",
        seconds: Sequence[float],
        cost: Cost,
        machine: Mapping[str, Any],
        seed: int,
    ) -> Self:
        """Return the report of a run."""
        wrong = [one for one in moving if not one.holds]
        wrong += [one for one in standing if (one.tool.current, one.tool.end) != (one.after.place, one.after.head)]
        readers, partitions = {one.key[0] for one in moving}, {one.key[1:] for one in moving}
        told = {
            "takenAt": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "machine": machine,
            "seed": seed,
            "underLoad": {
                "samples": len(moving),
                "calls": len(moving) // (len(readers) * len(partitions)),
                "readers": len(readers),
                "partitions": len(partitions),
                "lagging": sum(one.tool.lag > 0 for one in moving),
                "moved": sum(one.outcome == "between" for one in moving),
                "mostLag": max(one.tool.lag for one in moving),
                "between": sum(one.holds for one in moving),
            },
            "atRest": {"samples": len(standing), "lagging": sum(one.tool.lag > 0 for one in standing)},
            "secondsBetweenLooks": {"median": round(median(seconds), 2), "most": round(max(seconds), 2)},
            "cost": {**asdict(cost), "serviceShare": cost.service, "gatewayShare": cost.gateway},
            "findings": [asdict(one) for one in wrong],
        }
        return cls(told=told)

    @property
    def findings(self) -> Sequence[object]:
        """Return the samples that are not what the tool says."""
        found: Sequence[object] = self.told["findings"]
        return found

    def write(self, folder: Path = FOLDER) -> list[Path]:
        """Write both files and return them."""
        folder.mkdir(parents=True, exist_ok=True)
        data, table = folder / "lag.json", folder / "lag.md"
        data.write_text(json.dumps(self.told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        table.write_text(self.table(), encoding="utf-8")
        return [data, table]

    def table(self) -> str:
        """Return the run as Markdown."""
        told, load, rest, cost = self.told, self.told["underLoad"], self.told["atRest"], self.told["cost"]
        apart = told["secondsBetweenLooks"]
        lines = [
            "# Lag beside Kafka's own tool",
            "",
            f"Written by `make lag` from `lag.json` at {told['takenAt']}; seed {told['seed']}.",
            "",
            (
                f"- {load['samples']} samples under load in {load['calls']} calls of `kafka-consumer-groups`, each of"
                f" {load['readers']} readers in {load['partitions']} partitions; **{len(self.findings)} differ**"
            ),
            f"- {told['machine']['processor']}, {told['machine']['cores']} cores",
            "",
            (
                "Place and end of a partition only grow, so what the tool says between two looks of ours must lie"
                f" between their figures. The looks were {apart['median']} s apart in the middle, {apart['most']} s at"
                f" most; a service looks every {cost['every']:.0f} s by itself."
            ),
            "",
            "| | samples | behind | moved between our looks | most lag | as the tool says |",
            "|---|---:|---:|---:|---:|---:|",
            (
                f"| under load | {load['samples']} | {load['lagging']} | {load['moved']} | {load['mostLag']}"
                f" | {load['between']} |"
            ),
            f"| at rest, exactly the same | {rest['samples']} | {rest['lagging']} | 0 | | {rest['samples']} |",
            "",
            "## What watching costs",
            "",
            f"Processor time with {cost['readers']} readers of a service, mean of {cost['looks']}:",
            "",
            "| what | how often | ms | share of a core |",
            "|---|---|---:|---:|",
            (
                f"| a service looks at places and heads | every {cost['every']:.0f} s | {cost['look'] * MILLI:.2f}"
                f" | {cost['look'] / cost['every']:.3%} |"
            ),
            (
                f"| it tells the gateway of that look | every {cost['sampled_every']:.0f} s |"
                f" {cost['answer'] * MILLI:.2f} | {cost['answer'] / cost['sampled_every']:.3%} |"
            ),
            (
                f"| the gateway keeps two services | every {cost['sampled_every']:.0f} s | {cost['keep'] * MILLI:.2f}"
                f" | {cost['gatewayShare']:.3%} |"
            ),
            f"| **a service, while nobody looks** | | | **{cost['serviceShare']:.3%}** |",
            "",
        ]
        if self.findings:
            lines += ["## Findings", "", "```json", json.dumps(self.findings, indent=1), "```", ""]
        return "\n".join(lines)
