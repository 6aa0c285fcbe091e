"""Walks the running portal at random, for long, and writes whether it agreed with its models: `make walks`.

The short size of the same walks is in `make test`; the pieces are in tests/e2e/walks. Next stop: walks_report.py.
"""

import asyncio
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.machine import machine
from bench.walks_report import WalksReport
from deploy.places import default_state
from deploy.stack import SERVERS, Stack
from tests.e2e.portal import Portal
from tests.e2e.walks.access_walk import AccessWalk
from tests.e2e.walks.administration_run import administer
from tests.e2e.walks.api_walk import ApiWalk
from tests.e2e.walks.test_access_walks import COMPANIES, SEQUENCES, walk
from tests.e2e.walks.two_companies import TwoCompanies

SETTINGS = {"PORTAL_TRIES_A_MINUTE": "0"}
"""One machine is everybody here, so how often an address may try is not counted."""
CALLERS = ("administrator", "general user", "operator")
LONGEST_FINDING = 4000


@dataclass(slots=True)
class Walked:
    """One kind of walk, and what came of it."""

    kind: str
    says: str
    steps: int = 0
    seeds: list[int] = field(default_factory=list)
    seconds: float = 0.0
    calls: "Counter[str]" = field(default_factory=Counter)
    """How often each outcome was met."""
    findings: list[str] = field(default_factory=list)


Tell = Callable[[int], None]


async def access(portal: Portal, rounds: int, first: int, tell: Tell) -> Walked:
    """Walk random changes of access, each looked at by the sessions from before."""
    walked = Walked(
        "access", "changes of access, seen by the very next requests of the old sessions and on open streams"
    )
    for seed in range(first, first + rounds):
        walked.seeds.append(seed)
        for done in await _each(walked, [walk(portal, number, SEQUENCES, seed) for number in range(COMPANIES)]):
            walked.steps += len(done.done)
            walked.calls.update(step.what for step in done.done)
            walked.calls["requests"] += done.asked
        tell(1)
    return walked


async def _each(walked: Walked, walks: "list[Awaitable[AccessWalk]]") -> "list[AccessWalk]":
    done = await asyncio.gather(*walks, return_exceptions=True)
    walked.findings += [_finding(one) for one in done if isinstance(one, BaseException)]
    return [one for one in done if isinstance(one, AccessWalk)]


async def administration(portal: Portal, steps: int, first: int, tell: Tell) -> Walked:
    """Walk as four clients of two companies who administer users and groups and log in and out."""
    walked = Walked("administration", "steps of four clients of two companies over users, groups and logins")
    world = TwoCompanies(portal, asyncio.get_running_loop())
    try:
        walked.steps, walked.seeds = await asyncio.to_thread(
            lambda: administer(world, steps, first=first, shrinks=True, tell=tell)
        )
    except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - whatever broke the walk off is a finding
        walked.findings.append(_finding(error))
    finally:
        with suppress(Exception):
            await world.close()
    return walked


async def api(portal: Portal, examples: int, first: int, tell: Tell) -> Walked:
    """Walk the whole API by its description, as everybody who may call it."""
    walked = Walked("api", "calls made from the description alone, right and wrong, by schemathesis")
    for who in CALLERS:
        one = ApiWalk(portal, asyncio.get_running_loop(), who)
        try:
            await asyncio.to_thread(lambda one=one: one.run(examples=examples, walks=examples * 5, first=first))  # type: ignore[misc]
        except (Exception, BaseExceptionGroup) as error:  # noqa: BLE001 - as above; several come as a group
            walked.findings.append(f"{who}: {_finding(error)}")
        finally:
            await one.close()
        walked.steps += sum(one.calls.values())
        for (_, status), times in one.calls.items():
            walked.calls[str(status)] += times
        walked.calls[f"operations that did something for the {who}"] = len(one.successes())
        tell(1)
    walked.seeds.append(first)
    return walked


async def walks(rounds: int, steps: int, examples: int, first: int, console: Console) -> list[Walked]:
    """Walk everything on a stack of its own."""
    state = default_state() / "walks"
    shutil.rmtree(state, ignore_errors=True)
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    done = []
    with Stack(state, temporary=True) as stack, Progress(*columns, console=console) as bar:
        await asyncio.to_thread(stack.start, SERVERS)
        await asyncio.to_thread(lambda: stack.start_services(**SETTINGS))
        portal = Portal(stack.plan)
        kinds: list[tuple[str, int, Callable[[Tell], Awaitable[Walked]]]] = [
            ("access", rounds, lambda tell: access(portal, rounds, first, tell)),
            ("administration", steps, lambda tell: administration(portal, steps, first, tell)),
            ("api", len(CALLERS), lambda tell: api(portal, examples, first, tell)),
        ]
        for name, size, run in kinds:
            task, began = bar.add_task(name, total=size), time.monotonic()
            walked = await run(lambda more, task=task: bar.update(task, advance=more))  # type: ignore[misc]
            walked.seconds = time.monotonic() - began
            done.append(walked)
        await portal.close()
    return done


def _finding(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))[-LONGEST_FINDING:]


def main(
    steps: Annotated[int, typer.Option(help="Of the four clients who administer.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="Of a hundred sequences of changes of access each.")] = 3,
    examples: Annotated[int, typer.Option(help="Of each operation, right and wrong.")] = 20,
    first: Annotated[int, typer.Option(help="The first seed; give one to see its walk again.")] = 1,
) -> None:
    """Walk the running portal at random, and see that it agrees with its models."""
    console, before = Console(), machine()
    done = asyncio.run(walks(rounds, steps, examples, first, console))
    for file in WalksReport.of(done, before).write():
        console.print(f"wrote {file}")
    findings = [finding for one in done for finding in one.findings]
    for finding in findings:
        console.print(finding, style="red", markup=False)
    console.print(f"{len(findings)} findings in {sum(one.steps for one in done)} steps")
    raise typer.Exit(1 if findings else 0)


if __name__ == "__main__":
    typer.run(main)
