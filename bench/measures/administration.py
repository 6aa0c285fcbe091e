"""P9: administering a very large company, at the gateway. Next stop: portal/large_tenant.py."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote
from uuid import UUID

from redis.asyncio import Redis

from bench.figures import percentile, ratios
from bench.lab import Lab
from bench.load.wire import Answer, Wires
from bench.machine import postgres_settings, versions
from bench.measures.dashboard import static_answers
from bench.outcome import Outcome
from bench.portal.crowd import Crowd
from bench.portal.large_tenant import Filling, LargeTenant
from bench.portal.many_contracts import ManyContracts
from bench.portal.opening import open_portal
from deploy.operator_token import operator_token
from kernel.adapters.redis.client import text

ASLEEP = ("identity", "notifier")
SESSION = "/api/v1/session"
FIRST_APPLICATION = "BENCH-000001"
ROWS = 50
DEEP = 0.5
"""How far into the list the deep page is."""
STEP = 200
WARM = 5
CAUGHT_UP_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that is asked for, and the line it is judged by."""

    name: str
    line: str
    path: str


@dataclass(slots=True)
class _Times:
    """Seconds by round."""

    rounds: list[list[float]] = field(default_factory=list)

    def ms(self, share: float) -> list[float]:
        return [percentile(one, share) * 1000 for one in self.rounds]


async def administering(lab: Lab, done: Callable[[], None]) -> Outcome:
    """Measure P9, on a portal of its own: so many people would weigh on all other measurements."""
    async with Lab(replace(lab.plan, people=1), lab.say) as own:
        portal = await open_portal(own)
        await Crowd(portal.people).rested()
        cookie = await portal.people[0].log_in(portal.gateway)
        asker = _Asker(portal.gateway, cookie)
        session = (await asker.ask(SESSION)).json()
        own.say("writes contracts")
        token = await asyncio.to_thread(operator_token, own.stack.plan, "applications:write status:write")
        await ManyContracts(portal.gateway, token, FIRST_APPLICATION).sign(own.plan.contracts)
        own.say("writes people")
        await asyncio.to_thread(own.stack.halt, ASLEEP)
        tenant_id, user_id = UUID(session["tenantId"]), UUID(session["userId"])
        tenant = await Filling(own.stack.plan, tenant_id, user_id).fill(own.plan.crowd, own.plan.groups)
        own.say("lets the gateway catch up")
        await _caught_up(own)
        kinds = [
            *await _kinds(asker, tenant, portal.people[0].contract_ids[0]),
            *await _contracts(asker, own.plan.contracts),
        ]
        return await _measured(own, asker, kinds, done)


async def _measured(lab: Lab, asker: "_Asker", kinds: Sequence[Kind], done: Callable[[], None]) -> Outcome:
    times: Mapping[str, _Times] = {one.name: _Times() for one in kinds} | {_STATIC: _Times()}
    sizes = {one.name: len((await asker.ask(one.path)).body) for one in kinds}
    first = kinds[0].name
    async with static_answers(sizes[first]) as (port, _):
        peer = _Asker(Wires(port))
        for kind in kinds:
            await asker.times(kind.path, WARM)
        await peer.times("/static", WARM)
        for _ in range(lab.plan.rounds):
            for kind in kinds:
                times[kind.name].rounds.append(await asker.times(kind.path, lab.plan.asks))
            times[_STATIC].rounds.append(await peer.times("/static", lab.plan.asks))
            done()
    lines = dict.fromkeys(one.line for one in kinds)
    slowest = {
        line: list(map(max, zip(*(times[one.name].ms(0.95) for one in kinds if one.line == line), strict=True)))
        for line in lines
    }
    return Outcome(
        judged={
            **slowest,
            "deep": ratios(times["list, a page in the middle"].ms(0.5), times[first].ms(0.5)),
            "static": ratios(times[first].ms(0.5), times[_STATIC].ms(0.5)),
            "bytes": [max(sizes.values()) / 1000],
        },
        raw={
            **{f"{name}, p50 ms": one.ms(0.5) for name, one in times.items()},
            **{f"{name}, p95 ms": one.ms(0.95) for name, one in times.items()},
            **{f"{name}, kB": [size / 1000] for name, size in sizes.items()},
        },
        settings={
            "people": lab.plan.crowd,
            "groups": lab.plan.groups,
            "contracts": lab.plan.contracts,
            "asked a round": lab.plan.asks,
            **versions(),
            **await postgres_settings(lab.postgres_url),
        },
        notes=[_NOTE],
    )


class _Asker:
    """One browser that asks one thing at a time."""

    def __init__(self, wires: Wires, cookie: str = "", accept: str = "text/html, application/json") -> None:
        self._wires = wires
        self._headers = {"Cookie": cookie, "Accept": accept, "Accept-Language": "ja"}

    async def ask(self, path: str) -> Answer:
        """Return a good answer. Raises: ConnectionError for any other."""
        answer = await self._wires.ask(self._wires.request("GET", path, headers=self._headers))
        if answer.status != 200:
            raise ConnectionError(f"{path}: {answer.status} {answer.body[:200]!r}")
        return answer

    async def times(self, path: str, count: int) -> list[float]:
        """Return the seconds that each of so many answers took."""
        took = []
        for _ in range(count):
            begin = time.perf_counter()
            await self.ask(path)
            took.append(time.perf_counter() - begin)
        return took


async def _kinds(asker: _Asker, tenant: LargeTenant, contract_id: str) -> list[Kind]:
    """Return all that is asked for: the first page comes first."""
    api, rows = "/api/v1", f"limit={ROWS}"
    middle = await _cursor(asker, f"{api}/users?limit={STEP}", int(len(tenant.people) * DEEP) // STEP)
    group, changed = tenant.groups[len(tenant.groups) // 2], tenant.changed
    searches = {
        "a name's beginning, many": "佐藤",
        "a name's beginning, few": "佐藤 葵99",
        "part of a name": "菜5",
        "a mail address's beginning": "mei.0123",
        "part of a mail address": "123@bench",
        "a phone number": "03-1001-2345",
        "part of a phone number": "1001234",
        "nothing that is there": "誰でもない",
    }
    filters = {
        "role": "role=PORTAL_ADMIN",
        "status": "status=SUSPENDED",
        "group": f"group={group}",
        "last login, before": "lastLogin=before:2026-01-01",
        "last login, never": "lastLogin=never",
        "role, status and search": f"role=GENERAL_USER&status=ACTIVE&q={quote('鈴木')}",
    }
    sorts = ("email&order=desc", "lastLogin", "lastLogin&order=desc", "status")
    return [
        Kind("list, the first page", "list", f"{api}/users?{rows}"),
        Kind("list, a page in the middle", "list", f"{api}/users?{rows}&cursor={middle}"),
        *(Kind(f"search: {what}", "search", f"{api}/users?{rows}&q={quote(q)}") for what, q in searches.items()),
        *(Kind(f"filter: {what}", "filter", f"{api}/users?{rows}&{query}") for what, query in filters.items()),
        *(Kind(f"sort: {what}", "sort", f"{api}/users?{rows}&sort={what}") for what in sorts),
        Kind("history of who was changed often", "history", f"{api}/users/{changed}/history"),
        Kind("may one contract be seen", "permission", f"{api}/contracts/{contract_id}"),
        Kind("which contracts may be seen", "permission", f"{api}/contracts"),
        Kind("one group", "groups", f"{api}/groups/{group}"),
        Kind("page: users", "page", "/users"),
        Kind("page: users found", "page", f"/users?q={quote('佐藤')}"),
        Kind("page: one user", "page", f"/users/{changed}"),
        Kind("page: add a user", "page", "/users/new"),
        Kind("page: groups", "page", "/groups"),
        Kind("page: one group", "page", f"/groups/{group}"),
    ]


async def _contracts(asker: _Asker, count: int) -> list[Kind]:
    api, rows = "/api/v1/contracts", f"limit={ROWS}"
    middle = await _cursor(asker, f"{api}?limit={STEP}", int(count * DEEP) // STEP)
    asked = {
        "the first page": f"{api}?{rows}",
        "a page in the middle": f"{api}?{rows}&cursor={middle}",
        "of one service": f"{api}?{rows}&serviceName=flexible-ethernet",
        "that do not run": f"{api}?{rows}&serviceStatus=ABNORMAL",
        "search: a place, many": f"{api}?{rows}&search={quote('大阪')}",
        "search: a number, one": f"{api}?{rows}&search={count - 1:08}",
        "search: nothing that is there": f"{api}?{rows}&search={quote('誰でもない')}",
        "the page": "/services",
    }
    return [Kind(f"contracts, {what}", "contracts", path) for what, path in asked.items()]


async def _cursor(asker: _Asker, path: str, pages: int) -> str:
    """Walk so many pages, and return where the next one begins."""
    cursor = ""
    for _ in range(max(1, pages)):
        page = (await asker.ask(f"{path}{cursor}")).json()
        cursor = f"&cursor={page['nextCursor']}"
    return cursor.removeprefix("&cursor=")


async def _caught_up(lab: Lab) -> None:
    """Return when the gateway's read models have everything that users tells."""
    async with Redis.from_url(lab.stack.plan.redis_url) as redis, asyncio.timeout(CAUGHT_UP_SECONDS):
        before = ""
        while True:
            keys = [text(key) async for key in redis.scan_iter(match="rm:*:checkpoint*", count=1000)]
            now = str([sorted((await redis.hgetall(key)).items()) for key in sorted(keys)])
            if now == before:
                return
            before = now
            await asyncio.sleep(3)


_STATIC = "bytes kept ready in FastAPI"
_NOTE = (
    "One administrator of a company with so many people, groups and contracts asks for one thing after the other, over "
    "one connection; each is asked for in turn in every round, and what is judged is the slowest of its kind. Nothing "
    "is cached on the way. Contracts were reported as the back office does; people and groups were appended to the "
    "service's log in batches; when they last logged in was told to the lists by the service's own board. The "
    "administrator is in ten groups of fifty permissions each, and in the built-in one. Identity and the notifier "
    "stand still."
)
