"""The queue of mails in PostgreSQL, and the bell that says when one came. Next stop: application/delivery.py."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from services.notifier.adapters.intake import CHANNEL
from services.notifier.adapters.rows import COLUMNS, mail_of
from services.notifier.application.ports import QueuedMail
from services.notifier.domain.kinds import rank, turns

ALIVE_SECONDS = 15.0

# The ranks one after the other, each along the index: who waits at a screen does not wait for thousands of notices.
# Which kinds are paused is settled before any mail is looked at, so that no lock falls on one that is not taken.
_LEASE = f"""
WITH turn AS MATERIALIZED (
  SELECT t.rank, t.kind FROM unnest($3::smallint[], $4::text[]) WITH ORDINALITY AS t (rank, kind, n)
  WHERE NOT EXISTS (SELECT 1 FROM mail.pause p WHERE p.kind = t.kind) ORDER BY t.n)
UPDATE mail.queue SET lease_until = clock_timestamp() + $2
WHERE message_id IN (
  SELECT due.message_id FROM turn CROSS JOIN LATERAL (
    SELECT q.message_id FROM mail.queue q
    WHERE q.rank = turn.rank AND q.kind = turn.kind AND q.state = 'WAITING' AND q.due_at <= now()
      AND coalesce(q.lease_until, '-infinity') <= now()
    ORDER BY q.due_at LIMIT $1 FOR UPDATE SKIP LOCKED) due
  LIMIT $1)
RETURNING {COLUMNS}
"""  # noqa: S608 - names of ours
_PUT_OFF = "UPDATE mail.queue SET due_at = $2, lease_until = NULL WHERE message_id = $1"
_CLOSE = """
UPDATE mail.queue SET state = 'ENDED', ended_at = clock_timestamp(), lease_until = NULL WHERE message_id = $1
"""

log = structlog.get_logger(__name__)


class PostgresQueue:
    """The mails that wait, shared by all senders."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._leases = 0

    async def lease(self, most: int, lease: timedelta) -> list[QueuedMail]:
        """Take mails that are due and not paused; nobody else gets them until the lease ends."""
        self._leases += 1
        ranks, kinds = zip(*turns(self._leases), strict=True)
        mails = [mail_of(row) for row in await self._pool.fetch(_LEASE, most, lease, ranks, kinds)]
        return sorted(mails, key=lambda mail: rank(mail.template))

    async def put_off(self, message_id: UUID, until: datetime) -> None:
        """Give a mail back until then."""
        await self._pool.execute(_PUT_OFF, message_id, until)

    async def close(self, message_id: UUID) -> None:
        """Take a mail out for good."""
        await self._pool.execute(_CLOSE, message_id)


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
