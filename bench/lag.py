"""Compares our lag with Kafka's own tool a thousand times, and measures what watching costs: `make lag`.

Its short size is in `make test`; the run is in tests/integration/kernel/lag_run.py. Next stop: lag_report.py.
"""

import asyncio
import logging
import random
import shutil
import time
from collections.abc import Sequence
from typing import Annotated

import structlog
import typer
from redis.asyncio import Redis
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.lag_report import Cost, LagReport
from bench.machine import machine
from deploy.places import default_state
from deploy.stack import Stack
from gateway.adapters.flow_archive import RedisFlowArchive
from gateway.application.flow_history import FINE
from kernel.adapters.clock import utc_now
from kernel.adapters.watching.watch import watch_over
from kernel.application.watching import APART_SECONDS
from tests.integration.kernel.lag_run import Compared, LagRun, lag_run

LOOKS = 50


async def compared(samples: int, seed: int, console: Console) -> tuple[list[Compared], list[Compared], LagRun, Cost]:
    """Compare under load until there are so many samples, then at rest, also with a topic made anew; measure looks."""
    state = default_state() / "lag"
    shutil.rmtree(state, ignore_errors=True)
    dice = random.Random(seed)  # noqa: S311 - moments that can be chosen again
    columns = (TextColumn("compares"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Stack(state, temporary=True) as stack, Progress(*columns, console=console) as bar:
        await asyncio.to_thread(stack.start, ["postgres", "kafka", "redis"])
        plan, task = stack.plan, bar.add_task("compares", total=samples)
        jars = plan.places.installed / "kafka"
        async with lag_run(plan.postgres.url, plan.kafka_bootstrap, jars, seed) as run:
            moving: list[Compared] = []
            async with run.loaded():
                while len(moving) < samples:
                    moving += await run.compare()
                    bar.update(task, completed=len(moving))
                    await asyncio.sleep(dice.uniform(0, APART_SECONDS))
                await run.calm()
                standing = list(await run.compare())
                await run.make_anew()
                standing += await run.compare()
            cost = await _cost(run, plan.redis_url)
    return moving, standing, run, cost


async def _cost(run: LagRun, redis_url: str) -> Cost:
    """Measure the processor time of a look, of answering a sample and of keeping it, in a process that does no more."""
    watch = watch_over(run.places, "bench")
    flows = await watch.latest()
    began = time.process_time()
    for _ in range(LOOKS):
        await run.places.readings()
    look = (time.process_time() - began) / LOOKS
    began = time.process_time()
    for _ in range(LOOKS):
        await watch.latest()
    answer = (time.process_time() - began) / LOOKS
    redis = Redis.from_url(redis_url)
    archive, kept = RedisFlowArchive(redis), (*flows,) * 2
    began = time.process_time()
    for number in range(LOOKS):
        await archive.keep(utc_now() + number * FINE.width, kept)
    keep = (time.process_time() - began) / LOOKS
    await redis.aclose()
    return Cost(
        readers=len(flows),
        looks=LOOKS,
        look=look,
        answer=answer,
        keep=keep,
        every=APART_SECONDS,
        sampled_every=FINE.step,
    )


def main(
    samples: Annotated[int, typer.Option(help="Readers in partitions to compare at least.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the load and the moments.")] = 1,
) -> None:
    """Compare the lag that we tell with kafka-consumer-groups, and measure what watching costs."""
    console, where = Console(), machine()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    moving, standing, run, cost = asyncio.run(compared(samples, seed, console))
    report = LagReport.of(moving, standing, run.seconds, cost, where, seed)
    for file in report.write():
        console.print(f"wrote {file}")
    _end(report.findings, console)


def _end(findings: Sequence[object], console: Console) -> None:
    if findings:
        console.print(f"[red]{len(findings)} samples are not what Kafka's tool says[/red]")
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
