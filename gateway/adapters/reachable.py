"""Whether the parts of the portal answer, for the status page. Next stop: application/service_health.py."""

from collections.abc import Awaitable, Callable

import aiohttp
from redis.asyncio import Redis

SERVER_ERROR = 500

Check = Callable[[], Awaitable[bool]]


def answers_http(url: str) -> Check:
    """Return a check that a service answers anything that is not an error of its own."""

    async def check() -> bool:
        async with aiohttp.ClientSession() as http, http.get(url, allow_redirects=False) as answer:
            return answer.status < SERVER_ERROR

    return check


def answers_redis(*clients: "Redis") -> Check:
    """Return a check that Redis answers."""

    async def check() -> bool:
        return all([await client.ping() for client in clients])

    return check


def holds(condition: Callable[[], bool]) -> Check:
    """Return a check of something that is known here."""

    async def check() -> bool:
        return condition()

    return check
