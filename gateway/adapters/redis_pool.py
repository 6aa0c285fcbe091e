"""The gateway's way to Redis under load: a bounded number of connections, and a bounded wait for one."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost

from kernel.adapters.redis.client import ANSWER_SECONDS, CONNECT_SECONDS

CONNECTIONS = 32
WAIT_SECONDS = 2.0


def pooled_redis(url: str) -> Redis:
    """Return a client whose callers queue for a connection; without this the 101st at once would be refused."""
    pool = BlockingConnectionPool.from_url(
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
