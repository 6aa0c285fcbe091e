"""The queue of mails in PostgreSQL, and the bell that says when one came. Next stop: application/delivery.py."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from kernel.adapters.postgres.pool import reachable
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from services.notifier.adapters.intake import CHANNEL
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.events import Template

ALIVE_SECONDS = 15.0

_LEASE = """
UPDATE mail.queue SET lease_until = clock_timestamp() + $2
WHERE message_id IN (
  SELECT message_id FROM mail.queue
  WHERE state = 'WAITING' AND due_at <= clock_timestamp() AND coalesce(lease_until, '-infinity') <= clock_timestamp()
  ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING message_id, tenant_id, user_id, template, secret_id, cause_id, correlation_id, traceparent, not_after,
          caused_at
"""
_NEWEST = """
SELECT message_id, tenant_id, user_id, template, secret_id, cause_id, correlation_id, traceparent, not_after, caused_at
FROM mail.queue WHERE tenant_id = $1 AND user_id = $2 ORDER BY caused_at DESC, message_id DESC LIMIT $3
"""
_PUT_OFF = "UPDATE mail.queue SET due_at = $2, lease_until = NULL WHERE message_id = $1"
_CLOSE = """
UPDATE mail.queue SET state = 'ENDED', ended_at = clock_timestamp(), lease_until = NULL WHERE message_id = $1
"""

log = structlog.get_logger(__name__)


class PostgresQueue:
    """The mails that wait, shared by all senders."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def lease(self, most: int, lease: timedelta) -> list[QueuedMail]:
        """Take mails that are due; nobody else gets them until the lease ends."""
        return [_mail(row) for row in await self._pool.fetch(_LEASE, most, lease)]

    async def put_off(self, message_id: UUID, until: datetime) -> None:
        """Give a mail back until then."""
        await self._pool.execute(_PUT_OFF, message_id, until)

    async def close(self, message_id: UUID) -> None:
        """Take a mail out for good."""
        await self._pool.execute(_CLOSE, message_id)

    async def newest(self, tenant_id: UUID, user_id: UUID, most: int) -> list[QueuedMail]:
        """Return a person's mails, newest first; none of a person of another tenant."""
        with reachable("the mails"):
            return [_mail(row) for row in await self._pool.fetch(_NEWEST, tenant_id, user_id, most)]


class Bell:
    """Rings when a mail was queued, by whatever process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._rung = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return when it rings, or after that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is made again."""
        backoff = Backoff()
        while True:
            heed_cancellation()
            try:
                await self._listen(backoff)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as trouble:
                log.warning("bell.restarts", error=repr(trouble))
            await asyncio.sleep(backoff.next())

    async def _listen(self, backoff: Backoff) -> None:
        connection = await asyncpg.connect(self._url, timeout=10)
        try:
            await connection.add_listener(CHANNEL, self._ring)
            # What was queued while nobody listened has rung for nobody.
            self._rung.set()
            backoff.reset()
            while True:
                await asyncio.sleep(ALIVE_SECONDS)
                await connection.execute("SELECT 1", timeout=ALIVE_SECONDS)
        finally:
            connection.terminate()

    def _ring(self, *_told: object) -> None:
        self._rung.set()


def _mail(row: Any) -> QueuedMail:
    return QueuedMail(**{**row, "template": Template(row["template"])})
