"""What the command prints: bars while it works, a table at the end."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench.goals import GOALS
from bench.report import Report
from bench.table import bound, figure


def progress(console: Console) -> Progress:
    """Return the bars."""
    return Progress(
        TextColumn("{task.fields[goal]:<4}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=console,
    )


def show_goals(console: Console) -> None:
    """Print what can be measured."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("goal", "what", "figure", "floor", "moonshot"):
        table.add_column(title)
    for goal in GOALS:
        for number, line in enumerate(goal.lines):
            first = (goal.name, goal.title) if number == 0 else ("", "")
            bounds = (bound(value, at_most=line.at_most, unit=line.unit) for value in (line.floor, line.moonshot))
            table.add_row(*first, line.says, *bounds)
    console.print(table)


def show_reports(console: Console, several: Sequence[Report]) -> None:
    """Print the figures, and beside them what they should be."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("goal")
    table.add_column("figure")
    for title in ("median", "worst", "floor", "moonshot"):
        table.add_column(title, justify="right")
    table.add_column("held")
    for row in _rows(several):
        table.add_row(*row)
    console.print(table)


def _rows(several: Iterable[Report]) -> Iterable[tuple[str, ...]]:
    for report in several:
        for one in report.judged:
            line = one.line
            held = {True: "[green]yes[/green]", False: "[red]no[/red]", None: "-"}[one.held]
            figures = (figure(one.value, line.unit), figure(one.worst, line.unit))
            bounds = (bound(value, at_most=line.at_most, unit=line.unit) for value in (line.floor, line.moonshot))
            yield (report.goal, line.says, *figures, *bounds, held)
