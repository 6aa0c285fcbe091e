"""Counts the tries of one address in Redis. Accounts are guarded by identity; this guards the portal from one peer."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.domain.errors import TooManyTries, Unavailable

WINDOW = 60
"""Seconds of one count."""

IPV6_SITE = 64
"""Bits that all addresses of one IPv6 customer have in common; who has such a site has all of its addresses."""

_COUNT = """
local tries = redis.call('INCR', KEYS[1])
if tries == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {tries, redis.call('TTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class RedisLimits:
    """A fixed window for each kind of try and address."""

    redis: "Redis"
    allowed: Mapping[str, int]
    """Tries a minute by kind; a kind that is missing is not counted."""

    async def count(self, what: str, who: str) -> None:
        """Count one try. Raises: TooManyTries with retry_after; Unavailable, for a limit that is not kept is none."""
        limit = self.allowed.get(what)
        if limit is None:
            return
        try:
            answer = self.redis.eval(_COUNT, 1, f"limit:{what}:{network(who)}", str(WINDOW))
            tries, left = await cast("Awaitable[list[int]]", answer)
        except (RedisError, OSError) as error:
            raise Unavailable("tries cannot be counted now", retry_after=2) from error
        if tries > limit:
            raise TooManyTries(retry_after=max(left, 1), limit=limit)


def network(who: str) -> str:
    """Return what one peer cannot change by itself: an IPv4 address, or an IPv6 site; as given when it is neither."""
    try:
        address = ip_address(who)
    except ValueError:
        return who
    if isinstance(address, IPv4Address):
        return who
    # A socket that listens for both families tells of IPv4 peers in IPv6's words.
    return str(address.ipv4_mapped or ip_network((int(address), IPV6_SITE), strict=False))
