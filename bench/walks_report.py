"""What `make walks` found, as JSON and as a table. Next stop: docs/proof/walks.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from deploy.places import PROJECT

if TYPE_CHECKING:
    from bench.walks import Walked

FOLDER = PROJECT / "docs" / "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class WalksReport:
    """One run."""

    told: Mapping[str, Any]

    @classmethod
    def of(cls, walked: "Sequence[Walked]", machine: Mapping[str, Any]) -> Self:
        """Return the report of a run."""
        told = {
            "takenAt": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "machine": machine,
            "walks": [_told(one) for one in walked],
        }
        return cls(told=told)

    def write(self, folder: Path = FOLDER) -> list[Path]:
        """Write both files and return them."""
        folder.mkdir(parents=True, exist_ok=True)
        data, table = folder / "walks.json", folder / "walks.md"
        data.write_text(json.dumps(self.told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        table.write_text(self.table(), encoding="utf-8")
        return [data, table]

    def table(self) -> str:
        """Return the run as Markdown."""
        told, walks = self.told, self.told["walks"]
        findings = [(one["kind"], finding) for one in walks for finding in one["findings"]]
        lines = [
            "# Walked at random",
            "",
            f"Written by `make walks` from `walks.json` at {told['takenAt']}.",
            "",
            f"- {sum(one['steps'] for one in walks)} steps on the running portal, **{len(findings)} findings**",
            f"- {told['machine']['processor']}, {told['machine']['cores']} cores",
            "",
            "| walk | steps | seeds | minutes | findings | what a step is |",
            "|---|---:|---|---:|---:|---|",
            *(_row(one) for one in walks),
            "",
            *(line for one in walks for line in _met(one)),
            *(
                ["## Findings", "", *(f"{kind}:\n\n```text\n{finding}\n```" for kind, finding in findings), ""]
                if findings
                else []
            ),
        ]
        return "\n".join(lines)


def _told(one: "Walked") -> Mapping[str, Any]:
    return {
        "kind": one.kind,
        "says": one.says,
        "steps": one.steps,
        "seeds": one.seeds,
        "seconds": round(one.seconds, 1),
        "met": dict(sorted(one.calls.items())),
        "findings": one.findings,
    }


def _row(one: Mapping[str, Any]) -> str:
    seeds, minutes = one["seeds"], one["seconds"] / 60
    named = f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else ", ".join(map(str, seeds))
    return f"| {one['kind']} | {one['steps']} | {named} | {minutes:.1f} | {len(one['findings'])} | {one['says']} |"


def _met(one: Mapping[str, Any]) -> list[str]:
    if not one["met"]:
        return []
    return [f"Met by {one['kind']}: {', '.join(f'{what} {times}' for what, times in one['met'].items())}.", ""]
