"""O3: how soon a fact that cannot be read shows in the ops console. Next stop: tests/e2e/portal.py, which asks it."""

import asyncio
import json
import random
import re
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from bench.figures import percentile
from bench.lab import Lab
from bench.machine import postgres_settings, versions
from bench.outcome import Outcome
from bench.portal.opening import open_portal
from deploy.operator_token import service_token
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal

READER = "users.contracts"
LOOK_SECONDS = 0.02
SHARE = 0.99
GONE_SECONDS = 30.0
POISON = """
INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta)
VALUES ($1, $2, 1, $3, 'application.received', 9, true, '{}', $4::text::jsonb)
"""
_COUNT = re.compile(r'id="parked-progress"[^>]*>\D*(\d+)')


async def visible(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure O3: facts of a newer version are written one by one, and looked for as an operator does."""
    await open_portal(lab)
    portal = Portal(lab.stack.plan)
    owner = await asyncpg.connect(lab.stack.plan.databases.owner_url("contracts"))
    shown: dict[str, list[float]] = {"api": [], "board": []}
    raw: dict[str, list[float]] = {"api": [], "board": []}
    try:
        browser = await _operator(lab, portal)
        async with _board(browser) as count:
            for _ in range(lab.plan.rounds):
                times: dict[str, list[float]] = {"api": [], "board": []}
                for _ in range(lab.plan.asks):
                    before = count()
                    stream = await _poison(owner)
                    began = time.perf_counter()
                    api, board = await asyncio.gather(
                        _until(lambda of=stream: _is_there(browser, of), began),  # type: ignore[misc]
                        _until(lambda seen=before: _is_more(count, seen), began),  # type: ignore[misc]
                    )
                    times["api"].append(api)
                    times["board"].append(board)
                    await asyncio.sleep(random.uniform(0, 0.5))  # noqa: S311 - so that no beat is met
                for name, seconds in times.items():
                    shown[name].append(percentile(seconds, SHARE))
                    raw[name].append(percentile(seconds, 0.5))
                done()
    finally:
        await owner.close()
        await portal.close()
    return Outcome(
        judged=shown,
        raw={
            **{f"{name}, p50 s": values for name, values in raw.items()},
            **{f"{name}, p99 s": values for name, values in shown.items()},
        },
        settings={**versions(), **await postgres_settings(lab.postgres_url)},
        notes=[_NOTE],
    )


async def _operator(lab: Lab, portal: Portal) -> Browser:
    """Return the browser of an operator who is in."""
    person, plan = Person(), lab.stack.plan
    body = {
        "email": person.email,
        "name": person.name,
        "phoneNumber": person.phone,
        "language": "ja",
        "role": "OPS",
        "reason": "a measurement",
    }
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{plan.environment('gateway')['PORTAL_USERS_URL']}/internal/operators",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {service_token(plan, 'users', 'operators:appoint')}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        },
    )
    await asyncio.to_thread(urllib.request.urlopen, request)
    browser = portal.browser()
    app = await browser.activate(person, (await portal.mailbox.wait(person.email))[0].token)
    await browser.log_in(person, app)
    return browser


@asynccontextmanager
async def _board(browser: Browser) -> AsyncIterator[Callable[[], int]]:
    """Keep the page of parked streams open; give how many it shows at the moment."""
    newest = 0

    async def listen() -> None:
        nonlocal newest
        async with browser.http.stream("GET", "/ops/parked/changes", timeout=None) as page:
            async for line in page.aiter_lines():
                if found := _COUNT.search(line):
                    newest = int(found[1])

    listening = asyncio.create_task(listen())
    try:
        yield lambda: newest
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def _poison(owner: "asyncpg.Connection[Any]") -> UUID:
    """Write a fact of a version that nobody knows, as a newer release would."""
    stream = uuid4()
    async with owner.transaction():
        head = await owner.fetchval("SELECT pos FROM es.head FOR UPDATE") + 1
        meta = json.dumps({"actor": "service:newer", "correlationId": str(uuid4())})
        await owner.execute(POISON, head, stream, uuid4(), meta)
        await owner.execute("UPDATE es.head SET pos = $1", head)
    return stream


async def _is_there(browser: Browser, stream: UUID) -> bool:
    return (await browser.get(f"/ops/parked/{READER}/{stream}")).status_code == httpx.codes.OK


async def _is_more(count: Callable[[], int], before: int) -> bool:
    return count() > before


async def _until(probe: Callable[[], Any], began: float) -> float:
    async with asyncio.timeout(GONE_SECONDS):
        while not await probe():  # noqa: ASYNC110 - what is asked runs elsewhere and rings no bell
            await asyncio.sleep(LOOK_SECONDS)
    return time.perf_counter() - began


_NOTE = (
    "A fact of a version that no reader knows is written to the log of contracts; `api` is the time until the JSON API "
    "has it, asked fifty times a second, `board` until the open page of parked streams counts it without being touched."
)
