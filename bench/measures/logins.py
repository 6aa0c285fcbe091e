"""P2 and P3: full two-factor logins through the gateway. Next stop: portal/person.py."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.figures import ratios
from bench.lab import Lab
from bench.load.models import Load, closed_load, open_load
from bench.load.wire import Wires
from bench.machine import postgres_settings, versions
from bench.outcome import Outcome
from bench.peers.argon2_threads import THREADS, argon2_rate
from bench.portal.crowd import Crowd
from bench.portal.opening import ARGON2_KIB, ARGON2_LANES, ARGON2_PASSES, open_portal
from bench.portal.person import Person
from bench.rounds import alternate

AT_ONCE = 8
"""Browsers that log in at once: enough to keep both threads of the hash and everything around them busy."""
OVERLOAD = 2.0
READS_A_SECOND = 50
READERS = 20
WARM_SECONDS = 2.0
RAMP_SECONDS = 2.0
"""How long a storm blows before it is counted: queues have filled by then."""


async def logins(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P2: what is left of the hash's own rate when everything around it is done too."""
    portal = await open_portal(lab)
    crowd = Crowd(portal.people)
    seconds = lab.plan.logins_seconds
    loads: list[Load] = []

    async def ours() -> float:
        await crowd.rested()
        loads.append(await closed_load(lambda: crowd.log_one_in(portal.gateway), workers=AT_ONCE, seconds=seconds))
        return loads[-1].rate

    async def argon2() -> float:
        parameters = {"kibibytes": ARGON2_KIB, "passes": ARGON2_PASSES, "lanes": ARGON2_LANES}
        return await asyncio.to_thread(argon2_rate, seconds, **parameters)

    lab.say("warms up")
    await crowd.rested()
    await closed_load(lambda: crowd.log_one_in(portal.gateway), workers=AT_ONCE, seconds=WARM_SECONDS)
    raw = await alternate(lab.plan.rounds, {"ours": ours, "argon2": argon2}, done)
    return Outcome(
        judged={"argon2": ratios(raw["ours"], raw["argon2"])},
        raw={
            "ours, full logins/s": raw["ours"],
            f"argon2-cffi on {THREADS} threads, verifications/s": raw["argon2"],
            "ours, p50 ms": [load.wait(0.5) for load in loads],
            "ours, p99 ms": [load.wait(0.99) for load in loads],
        },
        settings={**await _settings(lab, crowd), "browsers at once": AT_ONCE},
        notes=[_LOGIN, *_others(loads)],
    )


async def overload(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P3: what a storm of logins leaves of the logins themselves and of everybody else's dashboard."""
    portal = await open_portal(lab)
    readers = _Readers(portal.gateway, portal.people[:READERS])
    crowd = Crowd(portal.people[READERS:])
    await readers.log_in()
    seconds = lab.plan.logins_seconds
    storms: list[Load] = []
    peaks: list[float] = []

    async def idle() -> _Seen:
        await crowd.rested()
        return _Seen(0, await readers.read(seconds))

    async def peak() -> _Seen:
        await crowd.rested()
        load = await closed_load(lambda: crowd.log_one_in(portal.gateway), workers=AT_ONCE, seconds=seconds)
        peaks.append(load.rate)
        return _Seen(load.rate, None)

    async def storm() -> _Seen:
        await crowd.rested()
        load, reads = await asyncio.gather(
            open_load(
                lambda: crowd.log_one_in(portal.gateway), rate=OVERLOAD * peaks[-1], seconds=seconds, ramp=RAMP_SECONDS
            ),
            readers.read(RAMP_SECONDS + seconds),
        )
        storms.append(load)
        return _Seen(load.rate, reads)

    seen = await alternate(lab.plan.rounds, {"idle": idle, "peak": peak, "storm": storm}, done)
    goodput = [one.logins for one in seen["storm"]]
    stormy, calm = [_p99(one) for one in seen["storm"]], [_p99(one) for one in seen["idle"]]
    return Outcome(
        judged={"goodput": ratios(goodput, peaks), "dashboard": ratios(stormy, calm)},
        raw={
            "peak, logins/s": peaks,
            "storm, begun/s": [OVERLOAD * rate for rate in peaks],
            "storm, logins/s": goodput,
            "dashboard p99 in the storm, ms": stormy,
            "dashboard p99 idle, ms": calm,
        },
        settings={**await _settings(lab, crowd), "dashboards/s": READS_A_SECOND, "their sessions": READERS},
        notes=[_LOGIN, _STORM, *_others(storms)],
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    logins: float
    reads: Load | None


class _Readers:
    """People who are in already and look at their dashboards, evenly."""

    def __init__(self, gateway: Wires, people: Sequence[Person]) -> None:
        self._gateway = gateway
        self._people = people
        self._requests: list[bytes] = []
        self._turn = 0

    async def log_in(self) -> None:
        """Get everybody in."""
        await Crowd(self._people).rested()
        for person in self._people:
            cookie = await person.log_in(self._gateway)
            self._requests.append(self._gateway.request("GET", "/api/v1/dashboard", headers={"Cookie": cookie}))

    async def read(self, seconds: float) -> Load:
        """Read for a while."""
        return await open_load(self._one, rate=READS_A_SECOND, seconds=seconds)

    async def _one(self) -> str:
        self._turn += 1
        answer = await self._gateway.ask(self._requests[self._turn % len(self._requests)])
        return "ok" if answer.status == 200 else f"dashboard: {answer.status}"


def _p99(seen: _Seen) -> float:
    return seen.reads.wait(0.99) if seen.reads else 0.0


def _others(loads: list[Load]) -> list[str]:
    """Say what happened beside what was counted."""
    ends = [{name: count for name, count in load.ends.items() if name != "ok"} for load in loads]
    return [f"Ended otherwise, by round: {ends}."] if any(ends) else []


async def _settings(lab: Lab, crowd: Crowd) -> Mapping[str, Any]:
    postgres = await postgres_settings(lab.postgres_url)
    hashing = f"argon2id {ARGON2_KIB}/{ARGON2_PASSES}/{ARGON2_LANES}"
    return {"hash": hashing, "people": crowd.size, **versions(), **postgres}


_LOGIN = (
    "A login is what a browser does: mail address and password, then the code, both through the gateway; it counts "
    "when the session's cookie is there, its fact durable. Gateway, identity, PostgreSQL, Kafka, Redis and the load "
    "itself share the cores; argon2-cffi has them to itself in its turn."
)
_STORM = (
    "The storm is open: logins begin evenly at twice the peak of the same round, whatever became of earlier ones, and "
    "those that are turned away do not come again; the first two seconds, while queues fill, are not counted. Waits of "
    "dashboards count from when each was due."
)
