"""The mails of all companies in PostgreSQL, for who operates. The walk of an operator's look at mails ends here."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.notifier.adapters.board import NAMES, row_of
from services.notifier.adapters.intake import CHANNEL
from services.notifier.application.desk import DeskMail, Now, Outcome, Pause, Waiting, Wanted
from services.notifier.domain.kinds import Kind
from services.notifier.domain.standing import LOST, Standing

_COLUMNS = ", ".join(f"b.{name}" for name in NAMES)
# A mail is in the list before its first fact, and in the queue for as long as it is in the list.
_SHOWN = f"""
SELECT {_COLUMNS}, b.kind, b.standing, q.not_after, coalesce(q.lease_until > now(), false) AS in_flight,
       CASE WHEN q.state = 'WAITING' THEN q.due_at END AS due_at
FROM mail.board b JOIN mail.queue q USING (message_id)
"""  # noqa: S608 - names of ours
# One range of the index for each standing and kind that are wanted, and of each no more than a page.
_PAGE = """
WITH found AS (
  SELECT one.message_id
  FROM unnest($1::text[]) AS s (standing) CROSS JOIN unnest($2::text[]) AS k (kind) CROSS JOIN LATERAL (
    SELECT b.message_id FROM mail.board b
    WHERE b.standing = s.standing AND b.kind = k.kind AND {more} ORDER BY b.message_id {order} LIMIT $3) one
  ORDER BY one.message_id {order} LIMIT $3)
{shown} WHERE b.message_id IN (SELECT message_id FROM found) ORDER BY b.message_id {order}
"""
_SOME = f"{_SHOWN} WHERE b.message_id = ANY($1::uuid[])"
QUEUE = """
SELECT kind, count(*) AS waiting, count(*) FILTER (WHERE lease_until > now()) AS in_flight,
       count(*) FILTER (WHERE due_at > now()) AS put_off, min(due_at) FILTER (WHERE due_at > now()) AS next_try_at,
       min(caused_at) AS oldest_at
FROM mail.queue WHERE state = 'WAITING' GROUP BY kind ORDER BY kind
"""
_PAUSES = "SELECT kind, since, paused_by, reason FROM mail.pause ORDER BY kind"
_OUTCOMES = """
SELECT kind, fact, sum(mails)::bigint AS mails FROM mail.tally WHERE hour > now() - interval '1 day'
GROUP BY kind, fact ORDER BY kind, fact
"""
_PAUSE = """
INSERT INTO mail.pause (kind, paused_by, reason) SELECT kind, $2, $3 FROM unnest($1::text[]) AS k (kind)
ON CONFLICT (kind) DO NOTHING
"""
_RESUME = "DELETE FROM mail.pause WHERE kind = ANY($1::text[])"
_WAKE = f"SELECT pg_notify('{CHANNEL}', '')"
_PUT_OFF = """
FROM mail.queue q WHERE q.state = 'WAITING' AND q.kind = ANY($1::text[]) AND q.due_at > now()
  AND coalesce(q.lease_until, '-infinity') <= now()
  AND NOT EXISTS (SELECT 1 FROM mail.pause p WHERE p.kind = q.kind)
"""
_COUNT = f"SELECT count(*) {_PUT_OFF}"
# Each gets a moment of its own, so that a mail server that has just come back is not run over; none gets a later one.
_DRAIN = f"""
WITH found AS (SELECT q.message_id, q.rank, q.due_at {_PUT_OFF} FOR UPDATE OF q SKIP LOCKED),
turn AS (
  SELECT message_id, now() + (row_number() OVER (ORDER BY rank, due_at) - 1) / $2::float8 * interval '1 s' AS at
  FROM found)
UPDATE mail.queue q SET due_at = least(q.due_at, turn.at) FROM turn WHERE q.message_id = turn.message_id
"""  # noqa: S608 - names of ours


def page_query(wanted: Wanted, most: int, before: UUID | None) -> tuple[str, list[object]]:
    """Return the query of a page, newest first, and its arguments."""
    more = ["true"]
    arguments: list[object] = [_standings(wanted), _kinds(wanted), most]
    for words, value in (("b.tenant_id =", wanted.tenant_id), ("b.message_id <", before)):
        if value is not None:
            arguments.append(value)
            more.append(f"{words} ${len(arguments)}")
    return _PAGE.format(more=" AND ".join(more), order="DESC", shown=_SHOWN), arguments


class PostgresMailDesk:
    """All companies' mails. See: application/desk.py, Desk."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def now(self) -> Now:
        """Return how mail stands; it costs what waits now, not what was ever sent."""
        with reachable("the mails"):
            async with self._pool.acquire() as connection:
                queue = await connection.fetch(QUEUE)
                pauses = await connection.fetch(_PAUSES)
                outcomes = await connection.fetch(_OUTCOMES)
        return Now(
            queue=[Waiting(**{**row, "kind": Kind(row["kind"])}) for row in queue],
            pauses=[Pause(**{**row, "kind": Kind(row["kind"])}) for row in pauses],
            outcomes=[Outcome(**{**row, "kind": Kind(row["kind"])}) for row in outcomes],
        )

    async def page(self, wanted: Wanted, most: int, before: UUID | None) -> Sequence[DeskMail]:
        """Return mails, newest first, that are older than *before*."""
        statement, arguments = page_query(wanted, most, before)
        return await self._mails(statement, *arguments)

    async def some(self, message_ids: Collection[UUID]) -> Sequence[DeskMail]:
        """Return these mails, as many as there are."""
        return await self._mails(_SOME, list(message_ids))

    async def lost(self, wanted: Wanted, since: datetime, most: int, after: UUID | None) -> Sequence[DeskMail]:
        """Return mails that reached nobody since then and were not sent again, oldest first, newer than *after*."""
        standings = [one for one in _standings(wanted) if one in LOST]
        more = "NOT b.resent AND b.message_id > $4 AND b.queued_at >= $5 AND ($6::uuid IS NULL OR b.tenant_id = $6)"
        statement = _PAGE.format(more=more, order="ASC", shown=_SHOWN)
        after = after or _last_before(since)
        return await self._mails(statement, standings, _kinds(wanted), most, after, since, wanted.tenant_id)

    async def pause(self, kinds: Sequence[Kind], by: str, reason: str) -> None:
        """Have no sender take mails of these kinds from now on; one that is paused keeps who did it and why."""
        with reachable("the mails"):
            await self._pool.execute(_PAUSE, kinds, by, reason)

    async def resume(self, kinds: Sequence[Kind]) -> None:
        """Have them taken again, at once."""
        with reachable("the mails"):
            await self._pool.execute(_RESUME, kinds)
            await self._pool.execute(_WAKE)

    async def put_off(self, kinds: Sequence[Kind]) -> int:
        """Return how many mails of these kinds wait for another try, but for kinds that are paused."""
        with reachable("the mails"):
            return int(await self._pool.fetchval(_COUNT, kinds))

    async def drain(self, kinds: Sequence[Kind], pace: float) -> int:
        """Have those tried now, so many a second; return how many they are."""
        with reachable("the mails"):
            done = await self._pool.execute(_DRAIN, kinds, pace, timeout=60)
            await self._pool.execute(_WAKE)
        return int(done.split()[-1])

    async def _mails(self, statement: str, *arguments: object) -> Sequence[DeskMail]:
        with reachable("the mails"):
            rows = await self._pool.fetch(statement, *arguments)
        return [
            DeskMail(
                row=row_of({name: row[name] for name in NAMES}),
                kind=Kind(row["kind"]),
                standing=Standing(row["standing"]),
                due_at=row["due_at"],
                in_flight=row["in_flight"],
                not_after=row["not_after"],
            )
            for row in rows
        ]


def _standings(wanted: Wanted) -> list[Standing]:
    return [wanted.standing] if wanted.standing else list(Standing)


def _kinds(wanted: Wanted) -> list[Kind]:
    return [wanted.kind] if wanted.kind else list(Kind)


def _last_before(since: datetime) -> UUID:
    """Return the last id that was made before then: ids of mails are times. See: RFC 9562, section 5.7."""
    return UUID(int=max((int(since.timestamp() * 1000) << 80) - 1, 0))
