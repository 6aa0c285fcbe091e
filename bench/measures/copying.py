"""P11: how fast the log is copied to Kafka, and how fast read models are folded again. Next stop: ours/copying.py."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

from bench.figures import ratios
from bench.lab import Lab
from bench.load.models import open_load
from bench.machine import postgres_settings, versions
from bench.measures.append import BATCH, WRITERS
from bench.measures.dashboard import DASHBOARD
from bench.outcome import Outcome
from bench.peers.child import Child
from bench.portal.crowd import Crowd
from bench.portal.opening import open_portal
from bench.rounds import alternate
from deploy.topics import SERVICES, topic

FILL_SECONDS = 6.0
READS_A_SECOND = 50
OK = 200
FOLD_DATABASE = "5"
"""Of the server that the gateway uses too, beside its own."""


async def copying(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P11."""
    portal = await open_portal(lab)
    await Crowd(portal.people[:1]).rested()
    cookie = await portal.people[0].log_in(portal.gateway)
    # A read that waits for something cannot be answered from memory.
    request = portal.gateway.request("GET", DASHBOARD, headers={"Cookie": cookie, "Prefer": "wait=1"})
    lab.say("fills a log")
    url = await lab.log_database("bench_ours")
    secrets = str(lab.stack.plan.places.secrets)
    async with Child.python("bench.ours.append", url=url, secrets=secrets) as log:
        await log.measure(FILL_SECONDS, writers=WRITERS, batch=BATCH)
    plan = lab.stack.plan
    redis = f"{plan.redis_url.rpartition('/')[0]}/{FOLD_DATABASE}"
    topics = [topic(service, plan.topic_prefix) for service in SERVICES]
    told = {"url": url, "bootstrap": plan.kafka_bootstrap, "redis": redis}
    async with Child.python("bench.ours.copying", **told) as child:

        def asking(what: str) -> Callable[[], Awaitable[float]]:
            return lambda: child.rate(lab.plan.seconds, what=what, topic=f"bench-{uuid4().hex[:8]}", topics=topics)

        async def one() -> str:
            status = (await portal.gateway.ask(request)).status
            return "ok" if status == OK else f"dashboard: {status}"

        async def calm() -> float:
            return (await open_load(one, rate=READS_A_SECOND, seconds=lab.plan.seconds)).wait(0.99)

        async def busy() -> float:
            _, p99 = await asyncio.gather(asking("projector")(), calm())
            return p99

        names = ("relay", "producer", "projector", "getmany")
        contestants = {name: asking(name) for name in names} | {"calm": calm, "busy": busy}
        raw = await alternate(lab.plan.rounds, contestants, done)
    return Outcome(
        judged={
            "relay": ratios(raw["relay"], raw["producer"]),
            "projector": ratios(raw["projector"], raw["getmany"]),
            "reads": ratios(raw["busy"], raw["calm"]),
        },
        raw={
            **{f"{name}, events/s": raw[name] for name in names},
            "dashboard p99 during a rebuild, ms": raw["busy"],
            "dashboard p99 idle, ms": raw["calm"],
        },
        settings={**versions(), **await postgres_settings(lab.postgres_url)},
        notes=[_NOTE],
    )


_NOTE = (
    "The relay reads the log, makes the envelopes, sends with acks=all and marks how far it came; the bare producer "
    "sends records of the same size that lie ready. A rebuild folds all facts of the portal into an empty Redis "
    "database, timed from the first batch to the last; getmany only fetches the same topics. Meanwhile, and in a turn "
    "of their own, dashboards are read past every memory, evenly."
)
