"""Forgets what is long over: what was told of contracts, mails and their counts, who was deleted. Next: rounds.py."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import structlog

from kernel.adapters.postgres.pool import TROUBLE
from kernel.application.frames import said_of
from kernel.application.ports import Clock
from services.notifier.domain.message import KEPT_FOR
from services.notifier.domain.story import FORGOTTEN_AFTER

PRUNE_SECONDS = 3600.0
OWNERS_AT_ONCE = 100
"""Rounds or stories whose rows are looked for together."""
ROWS_AT_ONCE = 5000
"""Rows that one statement takes, so that it is done long before a connection waits no longer."""
COUNTED_FOR = timedelta(days=2)
"""How long what became of mails stays counted: mail_desk.py adds up the last day, and nobody looks further back."""
LATE_FOR = timedelta(days=90)
"""How late something may be told of somebody who was deleted, and still be known not to be of anybody.

Identity's facts come behind those of users by what one topic lags behind the other: seconds, and at worst as long as a
reader stands still before somebody mends it. What comes later still would leave a row without a registration, which
nobody is mailed for.
"""

# A mail about it that may still be sent, or sent again, keeps a round; its key is the round's, or that of the day.
_ROUNDS = """
SELECT r.round_id FROM notice.round r WHERE r.opened_at < $1
  AND NOT EXISTS (SELECT 1 FROM notice.news n WHERE n.round_id = r.round_id AND n.not_after >= $1)
  AND NOT EXISTS (SELECT 1 FROM mail.queue q WHERE q.secret_id = r.round_id AND q.not_after >= $1)
  AND NOT EXISTS (SELECT 1 FROM notice.kept k JOIN mail.queue q ON q.secret_id = k.digest_id
                  WHERE k.round_id = r.round_id AND q.not_after >= $1)
ORDER BY r.opened_at LIMIT $2
"""
_OF_ROUNDS = (
    """DELETE FROM notice.news WHERE news_id IN (
         SELECT news_id FROM notice.news WHERE round_id = ANY($1::uuid[]) LIMIT $2)""",
    """DELETE FROM notice.kept WHERE (user_id, round_id) IN (
         SELECT user_id, round_id FROM notice.kept WHERE round_id = ANY($1::uuid[]) LIMIT $2)""",
    "DELETE FROM notice.round WHERE round_id IN (SELECT * FROM unnest($1::uuid[]) LIMIT $2)",
)
_STORIES = """
SELECT s.story_id FROM notice.story s WHERE s.ended_at < $1
  AND NOT EXISTS (SELECT 1 FROM notice.news n WHERE n.story_id = s.story_id)
ORDER BY s.ended_at LIMIT $2
"""
_OF_STORIES = (
    """DELETE FROM notice.concerned WHERE (story_id, contract_id) IN (
         SELECT story_id, contract_id FROM notice.concerned WHERE story_id = ANY($1::uuid[]) LIMIT $2)""",
    "DELETE FROM notice.story WHERE story_id IN (SELECT * FROM unnest($1::uuid[]) LIMIT $2)",
)
_COUNTS = """
DELETE FROM mail.tally WHERE (hour, kind, fact) IN (
  SELECT hour, kind, fact FROM mail.tally WHERE hour < $1 ORDER BY hour LIMIT $2)
"""
# The one of which another is said again ends before it and goes before it; of a cause this old no mail comes any more.
_QUEUED = """
DELETE FROM mail.queue WHERE message_id IN (
  SELECT message_id FROM mail.queue WHERE state = 'ENDED' AND ended_at < $1 ORDER BY ended_at LIMIT $2)
"""
_SHOWN = """
DELETE FROM mail.board WHERE message_id IN (
  SELECT message_id FROM mail.board WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)
"""
# What is parked of a person is still to come, however long it takes.
_DELETED = """
DELETE FROM notice.forgotten WHERE user_id IN (
  SELECT f.user_id FROM notice.forgotten f WHERE f.forgotten_at < $1
    AND NOT EXISTS (SELECT 1 FROM inbox.parked_stream p WHERE p.stream_id = f.user_id)
  ORDER BY f.forgotten_at LIMIT $2)
"""

log = structlog.get_logger(__name__)


class OldNews:
    """What is long over, in every table that would grow with history; what it ended in stays in the log for good."""

    def __init__(self, pool: "asyncpg.Pool[Any]", now: Clock) -> None:
        self._pool = pool
        self._now = now

    async def run(self) -> None:
        """Forget it every hour until cancelled."""
        while True:
            try:
                await self.forget()
            except TROUBLE as trouble:
                log.warning("old_news.tries_later", **said_of(trouble))
            await asyncio.sleep(PRUNE_SECONDS)

    async def forget(self) -> None:
        """Forget it now, in small bites; whoever dies between two of them leaves the rest to the next."""
        await self._forget(_ROUNDS, _OF_ROUNDS)
        await self._forget(_STORIES, _OF_STORIES)
        for mails in (_SHOWN, _QUEUED):
            await self._in_bites(mails, self._now() - KEPT_FOR)
        await self._in_bites(_COUNTS, self._now() - COUNTED_FOR)
        await self._in_bites(_DELETED, self._now() - LATE_FOR)

    async def _forget(self, which: str, of_them: tuple[str, ...]) -> None:
        before = self._now() - FORGOTTEN_AFTER
        while found := [row[0] for row in await self._pool.fetch(which, before, OWNERS_AT_ONCE)]:
            # What names the others goes last.
            for rows in of_them:
                await self._in_bites(rows, found)

    async def _in_bites(self, rows: str, which: object) -> None:
        while await self._pool.execute(rows, which, ROWS_AT_ONCE) == f"DELETE {ROWS_AT_ONCE}":
            continue
