"""Connections to PostgreSQL, few a process, opened when they are needed. Next stop: store.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from kernel.adapters.postgres.pool_metrics import watched
from kernel.domain.errors import PortalError, Unavailable

AWAY: tuple[type[Exception], ...] = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""How it shows that the server is down, starting, full or busy: trying again soon may help."""

TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, PortalError)
"""What a background role is prepared to meet; anything else is a mistake."""


async def open_pool(url: str, size: int = 5, *, planned_once: bool = False, name: str = "") -> "asyncpg.Pool[Any]":
    """Return a pool of at most *size* connections; the server need not be there yet.

    On /metrics it goes by its *name*, or that of its database.

    With *planned_once* its statements look rows up by their keys, which is done one way whatever the keys are: to plan
    it anew each time would cost as much as to do it.
    """
    pool = await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=5,
        command_timeout=10,
        # Nobody leaves settings or locks on a pooled connection, and an open transaction is rolled back all the same;
        # the usual reset would be one more way to the server and back after every query.
        reset=_as_it_is,
        server_settings={
            "default_transaction_isolation": "read committed",
            "jit": "off",
            **({"plan_cache_mode": "force_generic_plan"} if planned_once else {}),
        },
    )
    return watched(pool, name or urlsplit(url).path.lstrip("/"))


async def _as_it_is(_connection: Any) -> None:
    """Leave a connection as it is."""


@contextmanager
def reachable(what: str) -> Iterator[None]:
    """Turn a server that is away into Unavailable, naming *what* is."""
    try:
        yield
    except AWAY as trouble:
        raise Unavailable(f"{what}: {trouble!r}", retry_after=1) from trouble
