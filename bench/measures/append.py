"""P4 and P5: the log against event stores and against PostgreSQL's own limits. Next stop: ours/append.py, peers/."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from bench.figures import ratios
from bench.lab import Lab
from bench.machine import postgres_settings, versions
from bench.outcome import Outcome
from bench.peers.child import Child
from bench.peers.copy_rows import ROWS, CopiedRows
from bench.peers.emmett_home import emmett
from bench.peers.payload import DATA, PAYLOAD, STREAM_LENGTH
from bench.peers.pgbench import CLIENTS, PROGRAM, pgbench_rate, prepare_pgbench
from bench.rounds import alternate

WRITERS = 16
BATCH = 100
WARM_SECONDS = 1.0
EVENTSOURCING = "bench.peers.eventsourcing_append"

Contestants = dict[str, Callable[[], Awaitable[float]]]


async def single(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P4: one event an append."""
    async with AsyncExitStack() as children:
        ours, theirs = await _stores(lab, children, batch=1)
        node = await children.enter_async_context(emmett(await lab.database("bench_emmett"), WRITERS))
        asked = {"writers": WRITERS, "batch": 1, "data": DATA, "length": STREAM_LENGTH}
        await node.measure(WARM_SECONDS, **asked)
        contestants = {**ours, **theirs, "emmett": lambda: node.rate(lab.plan.seconds, **asked)}
        notes = [_NOTE]
        if PROGRAM.exists():
            url = await lab.database("bench_pgbench")
            script = await prepare_pgbench(url, lab.scratch())
            contestants["pgbench"] = lambda: pgbench_rate(url, script, lab.plan.seconds)
        else:
            notes.append("This PostgreSQL comes without pgbench, so its limit was not measured.")
        raw = await alternate(lab.plan.rounds, contestants, done)
        settings = {**await _settings(lab), **node.about, "pgbench clients": CLIENTS}
    return _outcome(raw, settings, notes)


async def batched(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P5: a hundred events an append."""
    async with AsyncExitStack() as children:
        ours, theirs = await _stores(lab, children, batch=BATCH)
        copied = CopiedRows(await lab.database("bench_copy"))
        await copied.prepare()
        contestants = {**ours, **theirs, "copy": lambda: copied.rate(lab.plan.seconds)}
        raw = await alternate(lab.plan.rounds, contestants, done)
        settings = {**await _settings(lab), "events a transaction": BATCH, "rows a COPY": ROWS}
    return _outcome(raw, settings, [_NOTE])


async def _stores(lab: Lab, children: AsyncExitStack, batch: int) -> tuple[Contestants, Contestants]:
    """Start ours and eventsourcing, warm them, and return how each is measured."""
    url = await lab.log_database("bench_ours")
    secrets = str(lab.stack.plan.places.secrets)
    log = await children.enter_async_context(Child.python("bench.ours.append", url=url, secrets=secrets))
    peer_url = await lab.database("bench_eventsourcing")
    peer = await children.enter_async_context(
        Child.python(EVENTSOURCING, url=peer_url, writers=WRITERS, functions=False)
    )
    asked = {"writers": WRITERS, "batch": batch}
    for child in (log, peer):
        await child.measure(WARM_SECONDS, **asked)
    seconds = lab.plan.seconds
    return {"ours": lambda: log.rate(seconds, **asked)}, {"eventsourcing": lambda: peer.rate(seconds, **asked)}


async def _settings(lab: Lab) -> Mapping[str, Any]:
    postgres = await postgres_settings(lab.postgres_url)
    return {"writers": WRITERS, "bytes an event": len(PAYLOAD), **versions(), **postgres}


def _outcome(raw: Mapping[str, list[float]], settings: Mapping[str, Any], notes: list[str]) -> Outcome:
    judged = {name: ratios(raw["ours"], rates) for name, rates in raw.items() if name != "ours"}
    return Outcome(
        judged=judged,
        raw={f"{name}, events/s": rates for name, rates in raw.items()},
        settings=settings,
        notes=notes,
    )


_NOTE = (
    "Ours is the log as a service uses it: events are encoded, the expected version is checked, each append carries a "
    "command id that makes it happen once, positions are dense. eventsourcing is given bytes that are ready. All write "
    "to databases of the same server, each from one process, one at a time."
)
