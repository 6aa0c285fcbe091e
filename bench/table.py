"""The table of all results, made from their JSON and never typed."""

from collections.abc import Sequence
from pathlib import Path

from bench.figures import Judged
from bench.goals import goal
from bench.report import Report, reports

HEAD = """\
# What was measured

Made by `make bench` from the JSON beside it; nothing here is typed. Each figure is a ratio to something else that was
measured in the same run, on the same machine, in turn with ours; the median of the rounds counts, and the worst stands
beside it. A floor must hold, a moonshot is aimed at. How each is taken: [bench/README.md](../README.md).

| goal | figure | median | worst | floor | held | moonshot | reached |
|---|---|---|---|---|---|---|---|
"""
QUICK = "\nThis was a quick run, which shows that the measurements work and says little about speed.\n"
SAID = {True: "yes", False: "**no**", None: "-"}


def table(several: Sequence[Report]) -> str:
    """Return the whole page."""
    rows = [_row(report.goal, one) for report in several for one in report.judged]
    page = HEAD + "".join(rows)
    if any(report.quick for report in several):
        page += QUICK
    return page + "".join(_details(report) for report in several)


def write_table(folder: Path) -> Path:
    """Write the page of what lies in *folder* beside it, and return the file."""
    file = folder / "README.md"
    file.write_text(table(reports(folder)), encoding="utf-8")
    return file


def figure(value: float | None, unit: str) -> str:
    """Return a figure as people read it."""
    if value is None:
        return "not measured"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}x" if unit == "x" else f"{value:.{digits}f} {unit}"


def bound(value: float | None, *, at_most: bool, unit: str) -> str:
    """Return a floor or a moonshot as people read it."""
    if value is None:
        return "-"
    sign = "≤" if at_most else "≥"
    return f"{sign} {value:g}x" if unit == "x" else f"{sign} {value:g} {unit}"


def _row(name: str, one: Judged) -> str:
    line = one.line
    cells = [
        name,
        line.says,
        figure(one.value, line.unit),
        figure(one.worst, line.unit),
        bound(line.floor, at_most=line.at_most, unit=line.unit),
        SAID[one.held],
        bound(line.moonshot, at_most=line.at_most, unit=line.unit),
        SAID[one.reached] if one.reached is not False else "no",
    ]
    return f"| {' | '.join(cells)} |\n"


def _details(report: Report) -> str:
    title = goal(report.goal).title
    where = ", ".join(f"{name} {value}" for name, value in report.machine.items())
    lines = [f"\n## {report.goal}: {title}\n", f"Taken {report.taken_at} on: {where}.\n"]
    lines += ["| raw | by round |", "|---|---|"]
    lines += [
        f"| {name} | {', '.join(f'{value:g}' for value in values)} |" for name, values in report.outcome.raw.items()
    ]
    settings = "; ".join(f"{name} {value}" for name, value in report.outcome.settings.items())
    lines += ["", f"With {settings}."] if settings else []
    lines += [f"\n{note}" for note in report.outcome.notes]
    return "\n".join(lines) + "\n"
