"""`make bench`: measures, beside what it is compared with, and writes the table. Next stop: goals.py.

Figures count only from a quiet machine: stop what else runs (`make down`) and leave it alone meanwhile.
"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import Progress, TaskID

from bench.goals import GOALS
from bench.lab import Lab
from bench.machine import machine
from bench.measures.registry import MEASURES, Measure
from bench.plan import FULL, QUICK
from bench.report import RESULTS, Report, missed
from bench.showing import progress, show_goals, show_reports
from bench.table import write_table
from deploy.places import default_state

QUICK_RESULTS = default_state() / "bench" / "quick"
EPILOG = """
Examples:  python -m bench --list · python -m bench --quick · python -m bench P4 P5 · make bench ARGS="--quick P7"

Everything listens on 127.0.0.1, on free ports, and is deleted at the end. Ends with 1 when a floor does not hold.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
console = Console()


@app.command(epilog=EPILOG)
def bench(
    goals: Annotated[
        list[str] | None, typer.Argument(help="What to measure, such as P4 P5; by default everything.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Three short rounds, written to .portal/bench/quick: does it all work?")
    ] = False,
    show: Annotated[
        bool, typer.Option("--list", help="Only say what can be measured, and how good it must be.")
    ] = False,
) -> None:
    """Measure speed and cost of the portal, each figure beside what it is compared with, round after round in turn."""
    if show:
        show_goals(console)
        return
    known = {one.name for one in GOALS}
    asked = {name.upper() for name in goals or known}
    if unknown := asked - known:
        raise typer.BadParameter(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    folder = QUICK_RESULTS if quick else RESULTS
    chosen = [one for one in MEASURES if one.goal in asked]
    taken = uvloop.run(_measure(chosen, folder, quick=quick))
    page = write_table(folder)
    show_reports(console, taken)
    console.print(f"The table is in {page}", soft_wrap=True)
    if failed := missed(taken):
        console.print(f"[red]{len(failed)} of the floors did not hold[/red]")
        raise typer.Exit(1)


async def _measure(chosen: list[Measure], folder: Path, *, quick: bool) -> list[Report]:
    plan, taken, where = QUICK if quick else FULL, [], machine()
    with progress(console) as bars:
        tasks = {one.goal: bars.add_task("waits", total=one.steps(plan), goal=one.goal, start=False) for one in chosen}
        async with Lab(plan) as lab:
            for one in chosen:
                task = tasks[one.goal]
                lab.say = partial(_describe, bars, task)
                bars.start_task(task)
                lab.say("prepares")
                outcome = await one.run(lab, partial(bars.update, task, advance=1, description="measures"))
                await lab.tidy()
                report = Report.now(one.goal, outcome, where, quick=quick)
                report.write(folder)
                taken.append(report)
                bars.update(task, completed=one.steps(plan), description="done")
    return taken


def _describe(bars: Progress, task: TaskID, text: str) -> None:
    bars.update(task, description=text)


if __name__ == "__main__":
    app()
