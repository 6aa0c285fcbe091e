"""P11: how fast the log is copied to Kafka, and how fast read models are folded again. Next stop: ours/copying.py."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from bench.figures import ratios
from bench.lab import Lab
from bench.machine import postgres_settings, versions
from bench.measures.append import BATCH, WRITERS
from bench.outcome import Outcome
from bench.peers.child import Child
from bench.portal.opening import open_portal
from bench.rounds import alternate
from deploy.topics import SERVICES, topic

FILL_SECONDS = 6.0
FOLD_DATABASE = "5"
"""Of the server that the gateway uses too, beside its own."""


async def copying(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P11."""
    await open_portal(lab)
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

        names = ("relay", "producer", "projector", "getmany")
        raw = await alternate(lab.plan.rounds, {name: asking(name) for name in names}, done)
    return Outcome(
        judged={
            "relay": ratios(raw["relay"], raw["producer"]),
            "projector": ratios(raw["projector"], raw["getmany"]),
        },
        raw={f"{name}, events/s": rates for name, rates in raw.items()},
        settings={**versions(), **await postgres_settings(lab.postgres_url)},
        notes=[_NOTE],
    )


_NOTE = (
    "The relay reads the log, makes the envelopes, sends with acks=all and marks how far it came; the bare producer "
    "sends records of the same size that lie ready. A rebuild folds all facts of the portal into an empty Redis "
    "database, timed from the first batch to the last; getmany only fetches the same topics."
)
