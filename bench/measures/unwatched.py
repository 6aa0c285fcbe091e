"""O6: what the ops console costs while nobody looks at it. Next stop: kernel/application/watching.py, the cost."""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from functools import partial

from bench.lab import Lab
from bench.machine import versions
from bench.outcome import Outcome
from bench.portal.busy import SERVERS, busy_shares
from bench.portal.opening import open_portal
from bench.rounds import alternate
from deploy.services import NAMES
from deploy.stack import Stack

CONSOLE = frozenset({"watch", "ops-history"})
"""The roles that there are only for the console."""
SETTLE_SECONDS = 8.0
"""Until a service that was just started has read what there is, and its first rounds of tidying are over."""
LONGER = 4.0
"""So many times as long as others: little is measured, and what is done now and then is to be in each round."""


async def unwatched(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure O6: the idle portal with the console's roles and without them, servers and services together."""
    await open_portal(lab)
    roles = {name: _roles(lab.stack, name) for name in NAMES}

    async def idle(left_out: Collection[str]) -> Mapping[str, float]:
        for name in NAMES:
            chosen = ",".join(sorted({"http", *roles[name]} - set(left_out)))
            await asyncio.to_thread(lab.stack.restart, name, PORTAL_ROLES=chosen)
        await asyncio.sleep(SETTLE_SECONDS)
        return await busy_shares(lab.stack, LONGER * lab.plan.seconds)

    try:
        raw = await alternate(lab.plan.rounds, {"with": partial(idle, ()), "without": partial(idle, CONSOLE)}, done)
    finally:
        for name in NAMES:
            await asyncio.to_thread(lab.stack.restart, name)
    costs = [_all(whole) - _all(rest) for whole, rest in zip(raw["with"], raw["without"], strict=True)]
    return Outcome(
        judged={"console": costs},
        raw={
            f"{who} {how} the console, % of a core": [sum(one[name] for name in names) for one in shares]
            for how, shares in raw.items()
            for who, names in {"services": NAMES, **{name: (name,) for name in SERVERS}}.items()
        },
        settings={"left out": ", ".join(sorted(CONSOLE)), **versions()},
        notes=[_NOTE],
    )


def _all(shares: Mapping[str, float]) -> float:
    return sum(shares.values())


def _roles(stack: Stack, name: str) -> frozenset[str]:
    """Return the roles that a service said it has when it started."""
    told = [json.loads(line) for line in stack.log(name).splitlines() if '"process.started"' in line]
    return frozenset(told[-1]["roles"])


_NOTE = (
    "The processor's time of the five services, PostgreSQL, Kafka and Redis while nobody does anything, with the "
    "roles that watch every flow and keep its history, and without them; the difference is what the console costs."
)
