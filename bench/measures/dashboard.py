"""P7 and P8: how soon a change is on the dashboard, and how often a dashboard can be read. Next: portal/listener.py."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from bench.figures import percentile, ratios
from bench.lab import Lab
from bench.load.hammer import hammer
from bench.load.models import closed_load, open_load
from bench.load.wire import Wires
from bench.machine import postgres_settings, versions
from bench.outcome import Outcome
from bench.peers.kafka_round_trip import KafkaRoundTrip
from bench.portal.crowd import Crowd
from bench.portal.listener import Listener
from bench.portal.opening import open_portal
from bench.rounds import alternate
from deploy.operator_token import operator_token
from deploy.places import PROJECT
from deploy.ports import Ports

SHARE = 0.3
SATURATING = 16
SATURATE_SECONDS = 3.0
SEEN_SECONDS = 10.0
STATUSES = ("WARNING", "NORMAL")
CONNECTIONS = 16
DASHBOARD = "/api/v1/dashboard"
AWAY = 503
REFUSED = b"HTTP/1.1 503"


@dataclass(slots=True)
class _Contract:
    id: str
    listener: Listener
    look: bytes
    """The request for its tenant's dashboard."""
    turn: int = 0


@dataclass(slots=True)
class _Changes:
    """Changes the status of contracts and times when that is seen; each contract one change at a time."""

    gateway: Wires
    token: str
    idle: deque[_Contract]
    seen: list[float] = field(default_factory=list)
    """Seconds from the answer until the event; 0 when the event came first."""
    whole: list[float] = field(default_factory=list)
    """Seconds from the command until the event."""
    read: list[float] = field(default_factory=list)
    """Seconds from the answer until a dashboard, asked for at the event, had shown it."""

    async def one(self) -> str:
        """Change one, and wait until it is seen."""
        if not self.idle:
            return "all are under way"
        contract = self.idle.popleft()
        try:
            return await self._change(contract)
        finally:
            self.idle.append(contract)

    async def _change(self, contract: _Contract) -> str:
        status = STATUSES[contract.turn % len(STATUSES)]
        contract.turn += 1
        expected = contract.listener.expect(contract.id, status)
        path, headers = f"/api/v1/operator/contracts/{contract.id}/service-status", {"Authorization": self.token}
        begin = time.perf_counter()
        answer = await self.gateway.ask(self.gateway.request("PUT", path, {"serviceStatus": status}, headers))
        answered = time.perf_counter()
        if answer.status != 200:
            return f"change: {answer.status}"
        async with asyncio.timeout(SEEN_SECONDS):
            seen = await expected
        board = (await self.gateway.ask(contract.look)).json()
        shown = {one["contractId"]: one["serviceStatus"] for one in board["contracts"]}
        if shown[contract.id] != status:
            return "the dashboard did not show it"
        self.read.append(time.perf_counter() - answered)
        self.seen.append(max(0.0, seen - answered))
        self.whole.append(seen - begin)
        return "ok"

    def taken(self) -> dict[str, float]:
        """Return the percentiles in ms since the last call."""
        figures = {
            "p50": percentile(self.seen, 0.5),
            "p99": percentile(self.seen, 0.99),
            "from the command, p50": percentile(self.whole, 0.5),
            "read on the dashboard, p50": percentile(self.read, 0.5),
        }
        for times in (self.seen, self.whole, self.read):
            times.clear()
        return {name: value * 1000 for name, value in figures.items()}


async def until_seen(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P7: from the answer to a command until the tenant's browser has heard of it."""
    portal = await open_portal(lab)
    people = portal.people[: lab.plan.streams]
    await Crowd(people).rested()
    async with AsyncExitStack() as closing:
        contracts: deque[_Contract] = deque()
        for person in people:
            cookie = await person.log_in(portal.gateway)
            listener = await closing.enter_async_context(Listener(portal.gateway.host, cookie))
            look = portal.gateway.request("GET", DASHBOARD, headers={"Cookie": cookie})
            contracts.extend(_Contract(one, listener, look) for one in person.contract_ids)
        token = await asyncio.to_thread(operator_token, lab.stack.plan, "contracts:write")
        changes = _Changes(portal.gateway, f"Bearer {token}", contracts)
        bare = await closing.enter_async_context(KafkaRoundTrip(lab.stack.plan.kafka_bootstrap))
        lab.say("finds out what saturates")
        most = await closed_load(changes.one, workers=SATURATING, seconds=SATURATE_SECONDS)
        changes.taken()
        rate, seconds, ends = SHARE * most.rate, lab.plan.seconds, []

        async def ours() -> dict[str, float]:
            ends.append(dict((await open_load(changes.one, rate=rate, seconds=seconds)).ends))
            return changes.taken()

        async def theirs() -> dict[str, float]:
            return await bare.measure(rate, seconds)

        await bare.measure(rate, 1)
        seen = await alternate(lab.plan.rounds, {"ours": ours, "bare": theirs}, done)
    raw = {f"{whose}, {name} ms": [one[name] for one in rounds] for whose, rounds in seen.items() for name in rounds[0]}
    return Outcome(
        judged={name: ratios(raw[f"ours, {name} ms"], raw[f"bare, {name} ms"]) for name in ("p50", "p99")},
        raw=raw,
        settings={
            "changes/s": round(rate, 1),
            "saturating changes/s": round(most.rate, 1),
            "open streams": len(people),
            **versions(),
            **await postgres_settings(lab.postgres_url),
        },
        notes=[_SEEN, f"How changes ended, by round: {ends}."],
    )


async def reads(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P8: dashboards a second against the same number of bytes that need no thought; and without Redis."""
    portal = await open_portal(lab)
    person = portal.people[0]
    await Crowd([person]).rested()
    cookie = await person.log_in(portal.gateway)
    request = portal.gateway.request("GET", DASHBOARD, headers={"Cookie": cookie})
    size = len((await portal.gateway.ask(request)).body)
    async with static_answers(size) as (port, static_request):
        seconds, gateway_port = lab.plan.seconds, lab.stack.plan.ports.gateway
        ours = partial(hammer, gateway_port, request, connections=CONNECTIONS, seconds=seconds)
        contestants = {
            "ours": ours,
            "static": partial(hammer, port, static_request, connections=CONNECTIONS, seconds=seconds),
        }
        for contestant in contestants.values():
            await contestant()  # once to warm up
        raw = await alternate(lab.plan.rounds, contestants, done)
        lab.say("does without Redis")
        await asyncio.to_thread(lab.stack.kill, "redis")
        try:
            await _told(portal.gateway, request, AWAY)
            contestants["ours"] = partial(ours, expected=REFUSED)
            down = await alternate(lab.plan.rounds, contestants, done)
        finally:
            await asyncio.to_thread(lab.stack.restart, "redis")
        await _told(portal.gateway, portal.gateway.request("GET", "/api/v1/health"), 200, b'"status":"UP"')
    return Outcome(
        judged={"static": ratios(raw["ours"], raw["static"]), "down": ratios(down["ours"], down["static"])},
        raw={
            "dashboards/s": raw["ours"],
            "static answers/s": raw["static"],
            "answers/s without Redis": down["ours"],
            "static answers/s meanwhile": down["static"],
        },
        settings={"bytes": size, "connections": CONNECTIONS, **versions()},
        notes=[_READS, _DOWN],
    )


@asynccontextmanager
async def static_answers(size: int) -> AsyncIterator[tuple[int, bytes]]:
    """Give the port of the peer that keeps an answer of so many bytes ready, and how to ask for it."""
    port = Ports.free().gateway
    command = [sys.executable, "-m", "bench.peers.static_answer", str(port), str(size)]
    process = await asyncio.create_subprocess_exec(*command, cwd=PROJECT)
    wires = Wires(port)
    try:
        request = wires.request("GET", "/static")
        await _told(wires, request, 200)
        yield port, request
    finally:
        wires.close()
        process.terminate()
        await process.wait()


async def _told(wires: Wires, request: bytes, status: int, says: bytes = b"") -> None:
    """Return when an answer is as expected; until then it is asked for again."""
    async with asyncio.timeout(SEEN_SECONDS):
        while True:
            try:
                answer = await wires.ask(request)
                if answer.status == status and says in answer.body:
                    return
            except OSError:
                pass  # Nobody listens yet.
            await asyncio.sleep(0.05)


_SEEN = (
    "The back office changes the status of a contract through the gateway; counted is the time from its 2xx until the "
    "event is in the open stream of the tenant's browser (0 when it is there first). At the event the dashboard is "
    "read as JSON and must show it. Changes begin evenly, whatever became of earlier ones. The bare round trip sends a "
    "record of the same size with acks=all and waits until a consumer in the same process has it, at the same rate."
)
_READS = (
    "One session reads its dashboard over 16 connections; the peer is FastAPI with bytes kept ready, on one uvicorn "
    "with uvloop and httptools like the gateway."
)
_DOWN = (
    "Without Redis nobody's session can be known, so nothing is shown: counted are the refusals that say when to come "
    "again. They must cost little, for everybody asks at once; afterwards the portal must be well by itself."
)
