"""Everything a service with a log needs, opened in one place. Next stop: postgres/store.py."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from kernel.adapters.codec import Events, Upcaster
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.postgres.appender import Appender
from kernel.adapters.postgres.browsing import PostgresBrowsing
from kernel.adapters.postgres.pool import AWAY, open_pool
from kernel.adapters.postgres.store import PostgresStore
from kernel.adapters.postgres.wakeup import Wakeup
from kernel.adapters.settings import Secrets, ServiceSettings
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.topics import Topics
from kernel.adapters.watching.watch import watch_over
from kernel.application.browsing import Browsing
from kernel.application.consume import Decoder
from kernel.application.ports import EventStore, Keyring
from kernel.application.watching import Watch

KEYS_CONNECTIONS = 2
PRUNE_SECONDS = 3600.0
PRUNED_AT_ONCE = 5000
"""Rows: in one statement, two busy days would take longer than a connection waits, and so stay for ever."""

PRUNE = """
DELETE FROM es.commands WHERE command_id IN (
    SELECT command_id FROM es.commands WHERE at < now() - interval '48 hours' LIMIT $1)
"""
# Not clock_timestamp(): it may change from row to row, so no index can be asked for it.

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A service's log with all that belongs to it."""

    pool: "asyncpg.Pool[Any]"
    """The service's own database, for its guarded tables and readers too."""
    keyring: Keyring
    store: EventStore
    facts: Decoder
    """Decodes the service's own facts, for readers of the own log."""
    wakeup: Wakeup
    """Tells when this process has written."""
    topic: str
    """Where the public facts go."""
    roles: Mapping[str, Callable[[], Awaitable[None]]]
    """What runs in the background: `appender`, without which nothing is written, `relay`, `pruner` and `watch`."""
    watch: Watch
    """Where the readers of this log, and of the topics read beside it, are."""
    browsing: Browsing
    """The facts, for operators."""
    checks: Mapping[str, Check]
    """What must be so before the service is ready."""
    close: Callable[[], Awaitable[None]]
    """Gives the connections back."""


async def open_log(
    settings: ServiceSettings,
    secrets: Secrets,
    service: str,
    events: Iterable[type[Any]],
    upcasters: Iterable[Upcaster] = (),
    *,
    rest: float = 0.0,
    planned_once: bool = False,
) -> Log:
    """Return the log of *service*, whose facts are *events*; its servers need not be there yet.

    Its relay takes a *rest* of some seconds behind each batch: fewer and larger ones cost every reader less. What is
    asked of its pool is *planned_once* where that is all look-ups by key.
    """
    pool = await open_pool(settings.postgres_url, planned_once=planned_once)
    keys = await open_pool(settings.keys_url, KEYS_CONNECTIONS, planned_once=True)
    keyring, wakeup = PostgresKeyring(keys, secrets.kek), Wakeup()
    codec = Events(events, keyring, upcasters)
    appender = Appender(settings.postgres_url, service, wakeup.grew)
    topic = settings.topic(service)
    relay = Relay(settings.postgres_url, settings.kafka_bootstrap, service, topic, wakeup, rest=rest)

    topics = Topics(settings.kafka_bootstrap)
    watch = watch_over(LogPlaces(pool, service, topic, topics), service)

    async def close() -> None:
        await asyncio.gather(_closed(pool), _closed(keys), topics.close())

    return Log(
        pool=pool,
        keyring=keyring,
        store=PostgresStore(pool, appender, codec, service),
        facts=codec,
        wakeup=wakeup,
        topic=topic,
        roles={"appender": appender.run, "relay": relay.run, "pruner": lambda: prune(pool), "watch": watch.run},
        watch=watch,
        browsing=PostgresBrowsing(pool, service, topic, codec, keyring),
        checks={"log": appender.ready, "database": lambda: _answers(pool), "keys": lambda: _answers(keys)},
        close=close,
    )


async def prune(pool: "asyncpg.Pool[Any]") -> None:
    """Forget what old commands left, every hour, until cancelled."""
    while True:
        try:
            while await pool.execute(PRUNE, PRUNED_AT_ONCE) == f"DELETE {PRUNED_AT_ONCE}":
                continue
        except AWAY as trouble:
            log.warning("pruner.tries_later", error=repr(trouble))
        await asyncio.sleep(PRUNE_SECONDS)


async def _answers(pool: "asyncpg.Pool[Any]") -> bool:
    try:
        await pool.fetchval("SELECT 1", timeout=2)
    except AWAY:
        return False
    return True


async def _closed(pool: "asyncpg.Pool[Any]") -> None:
    try:
        async with asyncio.timeout(3):
            await pool.close()
    except TimeoutError:
        pool.terminate()
