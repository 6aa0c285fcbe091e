"""Runs a service's process: HTTP, background roles, health and metrics, and a clean end. Next stop: http/app.py."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog
import uvloop
from starlette.types import ASGIApp

from kernel.adapters.listening import Listener
from kernel.adapters.management import Check, Management
from kernel.adapters.settings import ServiceSettings
from kernel.adapters.telemetry.logs import configure_logs
from kernel.adapters.telemetry.metrics import ROLE_RESTARTS, watch_loop
from kernel.adapters.telemetry.otlp import export
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.failpoints import arm, crashpoint
from kernel.application.frames import said_of

Role = Callable[[], Awaitable[None]]

ALWAYS = frozenset({"appender"})
"""Roles that run in every process of a service: whatever else runs there may append."""
STEADY_SECONDS = 30.0
"""A role that ran for so long and then ended is started again quickly."""
YOUNG_OBJECTS = 10_000
"""How many new objects make the collector look through them: a request makes hundreds, and nearly all die with it."""
ROLES_END_SECONDS = 2.0
CLOSING_SECONDS = 2.0

log = structlog.get_logger(__name__)


def start(process: Coroutine[Any, Any, None]) -> None:
    """Run a process's main coroutine to its end, on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(process)


async def serve(
    service: str,
    app: ASGIApp,
    settings: ServiceSettings,
    *,
    background: Mapping[str, Role],
    checks: Mapping[str, Check],
    closing: Sequence[Callable[[], Awaitable[object]]] = (),
) -> None:
    """Run until SIGTERM or SIGINT, then drain within 11 s: answer what was asked, end the roles, close the rest."""
    arm(settings.failpoints)
    configure_logs(service)
    crashpoint("C12")
    last_spans = export(service)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    management = Management(checks)
    async with AsyncExitStack() as ends:
        # Ended in the opposite order: HTTP first, then the roles its requests need, then what all of them use.
        if last_spans:
            ends.push_async_callback(last_spans)
        await ends.enter_async_context(Listener(management, settings.http_host, settings.management_port))
        ends.push_async_callback(_close, closing)
        roles = {name: run for name, run in background.items() if name in ALWAYS or settings.runs(name)}
        tasks = {name: asyncio.create_task(keep_running(name, run), name=name) for name, run in roles.items()}
        # What the others still have to write down as they end needs an appender.
        ends.push_async_callback(_end, [task for name, task in tasks.items() if name in ALWAYS])
        others = [task for name, task in tasks.items() if name not in ALWAYS]
        ends.push_async_callback(_end, [*others, asyncio.create_task(watch_loop(), name="loop watch")])
        if settings.runs("http"):
            await ends.enter_async_context(Listener(app, settings.http_host, settings.http_port))
        ends.callback(management.drain)
        # What is alive now mostly stays: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        management.started = True
        log.info("process.started", roles=sorted(roles), http=settings.http_port if settings.runs("http") else None)
        await stop.wait()
        log.info("process.drains")
    log.info("process.ended")


async def keep_running(name: str, run: Role) -> None:
    """Run a background role until cancelled; one that ends by itself or fails is counted and started again."""
    backoff = Backoff(first=0.1, most=5.0)
    clock = asyncio.get_running_loop().time
    ROLE_RESTARTS.labels(name)
    while True:
        heed_cancellation()
        began = clock()
        try:
            await run()
            log.warning("role.ended", role=name)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the role goes on and says so
            log.error("role.failed", role=name, **said_of(failure))  # noqa: TRY400 - a traceback quotes what it met
        ROLE_RESTARTS.labels(name).inc()
        if clock() - began > STEADY_SECONDS:
            backoff.reset()
        await asyncio.sleep(backoff.next())


async def _end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    if not tasks:
        return
    for task in tasks:
        task.cancel()
    _, stuck = await asyncio.wait(tasks, timeout=ROLES_END_SECONDS)
    if stuck:
        log.error("process.roles_stuck", roles=sorted(task.get_name() for task in stuck))


async def _close(closing: Sequence[Callable[[], Awaitable[object]]]) -> None:
    tasks = [asyncio.ensure_future(close()) for close in closing]
    if not tasks:
        return
    done, slow = await asyncio.wait(tasks, timeout=CLOSING_SECONDS)
    for failure in filter(None, (task.exception() for task in done if not task.cancelled())):
        log.warning("process.close_failed", error=repr(failure))
    if slow:
        log.warning("process.close_gave_up", left=len(slow))
