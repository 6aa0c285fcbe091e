"""The gateway's way to Redis under load: a bounded number of connections, and a bounded wait for one."""

import time
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError

from kernel.adapters.redis.client import ANSWER_SECONDS, CONNECT_SECONDS

CONNECTIONS = 32
WAIT_SECONDS = 2.0
LOOK_SECONDS = 0.2
"""How often somebody looks whether a server that was away is back."""


class Pool(BlockingConnectionPool):
    """Connections to a server that may be away: then one caller in a while looks, and the others hear so at once."""

    _is_away = False
    _look_at = 0.0

    @property
    def away(self) -> bool:
        """Return whether the server was away a moment ago, and it is nobody's turn to look."""
        return self._is_away and time.monotonic() < self._look_at

    async def get_connection(self, *args: Any, **options: Any) -> AbstractConnection:
        """Return a connection, connected. Raises: what connecting raises; ConnectionLost while the server is away."""
        if self.away:
            raise ConnectionLost("the server was away a moment ago")
        self._look_at = time.monotonic() + LOOK_SECONDS
        connection: AbstractConnection = await super().get_connection(*args, **options)  # type: ignore[no-untyped-call]
        return connection

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        """Connect, and remember whether anybody was there."""
        try:
            await super().ensure_connection(connection)
        except (RedisError, OSError):
            self._is_away, self._look_at = True, time.monotonic() + LOOK_SECONDS
            raise
        self._is_away = False


def pooled_redis(url: str) -> Redis:
    """Return a client whose callers queue for a connection; without this the 101st at once would be refused."""
    pool = Pool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=WAIT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
        # Connections that a restart of the server broke lie in the pool unnoticed until they are used.
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
    )
    return Redis.from_pool(pool)


def is_away(client: Redis) -> bool:
    """Return whether the server of a pooled client is known to be away, so that asking it is no use now."""
    pool = client.connection_pool
    return isinstance(pool, Pool) and pool.away
