"""Looks every few seconds how many mails are due and since when, for /metrics. Next stop: metrics.py."""

import asyncio
from typing import Any

import asyncpg
import structlog

from kernel.adapters.postgres.pool import TROUBLE
from services.notifier.adapters import metrics

APART_SECONDS = 5.0
MOST = 10_000

# Read along the index of those that wait, and no further than matters: a queue is not counted to its end.
_DUE = """
SELECT count(*) AS mails, coalesce(extract(epoch FROM now() - min(due_at)), 0)::float8 AS seconds
FROM (SELECT due_at FROM mail.queue WHERE state = 'WAITING' AND due_at <= now() LIMIT $1) due
"""

log = structlog.get_logger(__name__)


class QueueAge:
    """The figures of the queue that all senders share."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except TROUBLE as trouble:
                log.warning("queue_age.looks_later", error=type(trouble).__name__)
            await asyncio.sleep(APART_SECONDS)

    async def look(self) -> None:
        """Look once. Raises: what the database raises."""
        row = await self._pool.fetchrow(_DUE, MOST)
        metrics.QUEUE_DEPTH.set(row["mails"] if row else 0)
        metrics.QUEUE_OLDEST.set(row["seconds"] if row else 0)
