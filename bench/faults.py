"""Breaks everything at every place, many times over, and writes what the auditor found: `make faults`.

The short size of the same runs with `make test`; the pieces are in tests/faults. Next stop: faults_report.py.
"""

import asyncio
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench.faults_report import FaultsReport
from bench.machine import machine
from deploy.places import default_state
from deploy.stack import Stack
from tests.faults.campaign import Campaign, campaign
from tests.faults.points import POINTS, pairs
from tests.faults.reaper import Death, Reaper, cut_append

SEEDS_A_STACK = 5
"""After so many a fresh stack follows, so that an audit does not read ever longer logs."""
SERVERS = ("kafka", "postgres", "redis")
FIXED = frozenset({"C11", "C12"})
"""Points that one life passes only once."""
LATEST = 5
DOWN_SECONDS = 2.0


@dataclass(slots=True)
class Tally:
    """What was broken, and what came of it."""

    deaths: list[Death] = field(default_factory=list)
    kills: "Counter[str]" = field(default_factory=Counter)
    cuts: "Counter[str]" = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    journeys: int = 0
    acknowledged: int = 0
    mails: int = 0
    seeds: list[int] = field(default_factory=list)


async def faults(seeds: list[int], minutes: float, bar: Progress, task: TaskID) -> Tally:
    """Run the seeds one after another until they or the minutes are used up."""
    tally, until = Tally(), time.monotonic() + minutes * 60
    for first in range(0, len(seeds), SEEDS_A_STACK):
        state = default_state() / "faults"
        shutil.rmtree(state, ignore_errors=True)
        with Stack(state, temporary=True) as stack:
            async with campaign(stack) as fire:
                for seed in seeds[first : first + SEEDS_A_STACK]:
                    if time.monotonic() > until:
                        return tally
                    with _counted(tally, fire):
                        await _seed(fire, seed, tally, bar, task)
    return tally


async def _seed(fire: Campaign, seed: int, tally: Tally, bar: Progress, task: TaskID) -> None:
    """Lead every service through all its deaths in an order of the seed's own, with servers dying in between."""
    chance = random.Random(seed)  # noqa: S311 - an order that can be had again, no secret

    def said(death: Death) -> None:
        tally.deaths.append(death)
        bar.update(task, advance=1, description=f"seed {seed}: {death.service} {death.point}")

    plan = {
        service: [
            (point, 1 if point in FIXED else chance.randint(1, LATEST)) for point in chance.sample(points, len(points))
        ]
        for service, points in POINTS.items()
    }
    fire.mails_may_repeat = True
    try:
        async with fire.traffic():
            for service in (service for service, points in POINTS.items() if "C1" in points):
                await cut_append(fire.stack, service)
                tally.cuts[service] += 1
                bar.update(task, advance=1, description=f"seed {seed}: {service} C2")
            await Reaper(fire.stack, said).reap(plan)
            server = chance.choice(SERVERS)
            await asyncio.to_thread(fire.stack.kill, server)
            await asyncio.sleep(DOWN_SECONDS)
            await asyncio.to_thread(fire.stack.restart, server)
            tally.kills[server] += 1
        found = [str(violation) for violation in await fire.settled()]
    except* Exception as group:  # noqa: BLE001 - whatever broke the run off is a finding
        found = [f"seed {seed} broke off: {error!r}"[:500] for error in group.exceptions]
    tally.violations += [f"seed {seed}: {what}" for what in found]
    tally.seeds.append(seed)


@contextmanager
def _counted(tally: Tally, fire: Campaign) -> Iterator[None]:
    """Add what the block did to the tally."""
    journeys, acknowledged = fire.journal.finished, len(fire.journal.acknowledged)
    mails = len(fire.earlier.mails) if fire.earlier else 0
    yield
    tally.journeys += fire.journal.finished - journeys
    tally.acknowledged += len(fire.journal.acknowledged) - acknowledged
    tally.mails += (len(fire.earlier.mails) if fire.earlier else 0) - mails


def main(
    minutes: Annotated[float, typer.Option(help="Begin no seed after so many minutes.")] = 120,
    seeds: Annotated[int, typer.Option(help="How often every service dies at every point.")] = 25,
    first: Annotated[int, typer.Option(help="The first seed; give one to see its run again.")] = 1,
) -> None:
    """Break everything at every place, and see that nothing is lost."""
    console = Console()
    before = machine()
    columns = (TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    began = time.monotonic()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("starting", total=seeds * len(pairs()))
        tally = asyncio.run(faults(list(range(first, first + seeds)), minutes, bar, task))
    report = FaultsReport.of(tally, before, took=time.monotonic() - began)
    for file in report.write():
        console.print(f"wrote {file}")
    for violation in tally.violations:
        console.print(f"[red]{violation}[/red]")
    console.print(f"{len(tally.violations)} violations in {report.faults} faults")
    if not report.recovers:
        console.print("[red]killed services did not answer again soon enough[/red]")
    raise typer.Exit(1 if tally.violations or not tally.seeds or not report.recovers else 0)


if __name__ == "__main__":
    typer.run(main)
