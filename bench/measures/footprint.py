"""P12: memory of the services, and how soon each is ready. Next stop: portal/memory.py."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import Callable

from bench.lab import Lab
from bench.load.hammer import hammer
from bench.load.models import closed_load
from bench.load.wire import Wires
from bench.machine import versions
from bench.measures.dashboard import DASHBOARD
from bench.measures.logins import AT_ONCE
from bench.outcome import Outcome
from bench.portal.crowd import Crowd
from bench.portal.memory import by_service, largest, sampled_memory
from bench.portal.opening import Portal, open_portal
from deploy.places import PROJECT
from deploy.ports import Ports
from deploy.services import NAMES, modules

READY_SECONDS = 60.0
LOOK_SECONDS = 0.01
END_SECONDS = 15.0


async def footprint(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P12."""
    portal = await open_portal(lab)
    lab.say("loads")
    await _load(lab, portal)
    loaded = await sampled_memory(lab.stack)
    done()
    starts: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(lab.plan.rounds):
        for name in NAMES:
            starts[name].append(await _cold_start(lab, name))
            done()
    slowest = [max(starts[name][number] for name in NAMES) for number in range(lab.plan.rounds)]
    idle = portal.idle
    return Outcome(
        judged={"idle": largest(idle), "loaded": largest(loaded), "cold": slowest},
        raw={
            **{f"{name}, idle MB": values for name, values in by_service(idle).items()},
            **{f"{name}, loaded MB": values for name, values in by_service(loaded).items()},
            **{f"{name}, cold start s": values for name, values in starts.items()},
        },
        settings={"people": len(portal.people), **versions()},
        notes=[_NOTE],
    )


async def _load(lab: Lab, portal: Portal) -> None:
    crowd = Crowd(portal.people)
    await crowd.rested()
    await closed_load(lambda: crowd.log_one_in(portal.gateway), workers=AT_ONCE, seconds=lab.plan.logins_seconds)
    await crowd.rested()
    cookie = await portal.people[0].log_in(portal.gateway)
    request = portal.gateway.request("GET", DASHBOARD, headers={"Cookie": cookie})
    await hammer(lab.stack.plan.ports.gateway, request, connections=16, seconds=lab.plan.seconds)


async def _cold_start(lab: Lab, name: str) -> float:
    """Start one more process of a service beside the one that runs, and return the seconds until it is ready."""
    ports = Ports.free()
    environment = {
        **os.environ,
        **lab.stack.environment(name),
        "PORTAL_HTTP_PORT": str(ports.gateway),
        "PORTAL_MANAGEMENT_PORT": str(ports.gateway_management),
    }
    health = Wires(ports.gateway_management)
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", modules(name), cwd=PROJECT, env=environment, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        await _ready(health, name)
        return time.perf_counter() - begin
    finally:
        health.close()
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(END_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _ready(health: Wires, name: str) -> None:
    request = health.request("GET", "/health/ready")
    try:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                try:
                    if (await health.ask(request)).status == 200:
                        return
                except OSError:
                    pass  # Nobody listens yet.
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise TimeoutError(f"{name} was not ready within {READY_SECONDS:.0f} s") from None


_NOTE = (
    "Memory is the proportional share (PSS) of each service's process with all its roles: idle when it had just "
    "started, loaded after everything that was measured before and a round of logins and dashboards. A cold start is "
    "one more process beside the running one, from its start until it says that it is ready, with servers running and "
    "compiled modules on the disk."
)
