"""The connection to Redis, with bounds on how long anybody waits for it. Next stop: generation.py."""

from redis.asyncio import Redis

ANSWER_SECONDS = 5.0
CONNECT_SECONDS = 2.0


def open_redis(url: str) -> Redis:
    """Return a client that connects when it is first used; whoever opens it closes it."""
    client: Redis = Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        health_check_interval=15,
    )
    return client


def text(answer: bytes | str) -> str:
    """Return what Redis answered as text, whether or not the client decodes."""
    return answer.decode() if isinstance(answer, bytes) else answer
