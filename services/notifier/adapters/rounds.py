"""Rounds in PostgreSQL: opened once, gone through once, each step one transaction. Next stop: adapters/queue.py."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.frames import said_of
from kernel.application.ports import NewId
from kernel.domain.errors import PortalError
from services.notifier.adapters import metrics
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.adapters.notice_board import LISTENS
from services.notifier.application.notices import Addressed, Addressing, Day, DayMail, Listener, Round
from services.notifier.application.rounds import Rounds
from services.notifier.domain.kinds import Kind
from services.notifier.domain.pace import Pace
from services.notifier.domain.sight import sight_of

CHUNK = 500
"""People who are gone through in one transaction."""
DAYS = 100
DAY_RETRY = timedelta(minutes=5)
LOOK_SECONDS = 0.5
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, PortalError)

# Only one process opens rounds at a time; the others find nothing to do.
_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('notice.' || $1))"
_DUE = """
WITH waiting AS (
  SELECT tenant_id, kind, min(told_at) AS since FROM notice.news WHERE round_id IS NULL GROUP BY tenant_id, kind)
SELECT w.tenant_id, w.kind, coalesce(g.gap, '0') AS gap, coalesce(g.last_at + g.gap > w.since + $1, false) AS held
FROM waiting w LEFT JOIN notice.gate g USING (tenant_id, kind)
WHERE greatest(w.since + $1, g.last_at + g.gap) <= clock_timestamp() ORDER BY w.since LIMIT 1
"""
_SHUT = """
INSERT INTO notice.gate (tenant_id, kind, last_at, gap) VALUES ($1, $2, clock_timestamp(), $3)
ON CONFLICT (tenant_id, kind) DO UPDATE SET last_at = EXCLUDED.last_at, gap = EXCLUDED.gap
"""
_TAKE = "UPDATE notice.news SET round_id = $3 WHERE tenant_id = $1 AND kind = $2 AND round_id IS NULL"
_OPEN = "INSERT INTO notice.round (round_id, tenant_id, kind, opened_at) VALUES ($1, $2, $3, clock_timestamp())"
_UNDONE = """
SELECT round_id, tenant_id, kind, opened_at, reached FROM notice.round WHERE NOT done AND retry_at <= now()
ORDER BY retry_at LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# Behind all that are due now, for a second at first and nine minutes at last.
_PUT_BEHIND = """
UPDATE notice.round SET tries = tries + 1, retry_at = clock_timestamp() + interval '1 second' * 2 ^ least(tries, 9)
WHERE round_id = $1 RETURNING tries
"""
_LISTENERS = f"""
SELECT p.user_id, coalesce(r.refused, '{{}}') AS refused, coalesce(r.daily, '{{}}') AS daily,
       coalesce(r.timezone, 'UTC') AS timezone, ARRAY(SELECT m.group_id FROM notice.member m
                                                     WHERE m.user_id = p.user_id) AS groups
FROM notice.person p LEFT JOIN mail.recipient r USING (user_id)
WHERE p.tenant_id = $1 AND p.user_id > $2 AND {LISTENS} ORDER BY p.user_id LIMIT $3
"""  # noqa: S608 - names of ours
_PERMISSIONS = "SELECT group_id, service_name, contract_id FROM notice.permission WHERE group_id = ANY($1::uuid[])"
_KEEP = "INSERT INTO notice.kept (user_id, round_id, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_REACHED = "UPDATE notice.round SET reached = $2, done = $3 WHERE round_id = $1"
_DAYS = """
WITH due AS (
  SELECT user_id FROM notice.kept WHERE digest_id IS NULL AND due_at <= now() AND retry_at <= now()
  GROUP BY user_id ORDER BY min(due_at) LIMIT $1)
SELECT k.user_id, p.tenant_id, min(k.due_at) AS due_at, array_agg(k.round_id ORDER BY k.round_id) AS round_ids
FROM due JOIN notice.kept k USING (user_id) LEFT JOIN notice.person p USING (user_id)
WHERE k.digest_id IS NULL AND k.due_at <= now() AND k.retry_at <= now()
GROUP BY k.user_id, p.tenant_id
"""
_DIGESTED = "UPDATE notice.kept SET digest_id = $2 WHERE user_id = $1 AND round_id = ANY($3::uuid[])"
_DAY_LATER = """
UPDATE notice.kept SET retry_at = clock_timestamp() + $2 WHERE user_id = $1 AND round_id = ANY($3::uuid[])
"""

log = structlog.get_logger(__name__)


class PostgresRoundBook:
    """Keeps rounds; any number of processes may work at them. See: application/notices.py, RoundBook."""

    def __init__(self, pool: "asyncpg.Pool[Any]", new_id: NewId, pace: Pace) -> None:
        self._pool = pool
        self._new_id = new_id
        self._pace = pace
        self._intake = PostgresIntake()

    async def open(self) -> bool:
        """Make a round of what waits for a company and is due; tell whether there was one."""
        async with self._pool.acquire() as connection, connection.transaction():
            gate = await self._due(connection)
            if gate is None:
                return False
            which, round_id = (gate["tenant_id"], gate["kind"]), self._new_id()
            await connection.execute(_SHUT, *which, self._pace.next_gap(gate["gap"], held=gate["held"]))
            await connection.execute(_TAKE, *which, round_id)
            await connection.execute(_OPEN, round_id, *which)
        metrics.ROUNDS.labels(gate["kind"]).inc()
        return True

    async def _due(self, connection: Any) -> Any:
        if not await connection.fetchval(_ALONE, "rounds"):
            return None
        return await connection.fetchrow(_DUE, self._pace.settle)

    async def go_on(self, addressing: Addressing) -> bool:
        """Go through some more people of an open round; tell whether there was one."""
        tried: list[Round] = []
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                row = await connection.fetchrow(_UNDONE)
                if row is None:
                    return False
                tried.append(_round(row))
                done = await self._go_through(connection, tried[0], row["reached"], addressing)
        except Exception as broken:
            if not tried:
                raise
            await self._put_behind(tried[0], broken)
        else:
            metrics.ADDRESSED.labels(tried[0].kind, "mail").inc(len(done.mails))
            metrics.ADDRESSED.labels(tried[0].kind, "day").inc(len(done.kept))
        return True

    async def _go_through(self, connection: Any, this: Round, reached: UUID, addressing: Addressing) -> Addressed:
        people = await _listeners(connection, this, reached)
        done = await addressing(this, people)
        if done.mails:
            await self._intake.queue(connection, *done.mails)
        await connection.executemany(_KEEP, [(user_id, this.round_id, due_at) for user_id, due_at in done.kept])
        last = people[-1].user_id if people else reached
        await connection.execute(_REACHED, this.round_id, last, len(people) < CHUNK)
        return done

    async def _put_behind(self, this: Round, broken: Exception) -> None:
        tries = await self._pool.fetchval(_PUT_BEHIND, this.round_id)
        # Its words may quote what is told, so only the kind of error is.
        log.error("round.tries_later", round_id=str(this.round_id), tries=tries, error=type(broken).__name__)

    async def digest(self, make: DayMail) -> bool:
        """Make the mails of the day that are due; tell whether there were some."""
        async with self._pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_DAYS, DAYS) if await connection.fetchval(_ALONE, "days") else []
            for row in rows:
                try:
                    async with connection.transaction():
                        await self._day(connection, row, make)
                except Exception as broken:  # noqa: BLE001 - one person's must not stop the others'
                    await connection.execute(_DAY_LATER, row["user_id"], DAY_RETRY, row["round_ids"])
                    log.error("day.tries_later", user_id=str(row["user_id"]), error=type(broken).__name__)  # noqa: TRY400 - the traceback would quote it
            return bool(rows)

    async def _day(self, connection: Any, row: Any, make: DayMail) -> None:
        digest_id = self._new_id()
        await connection.execute(_DIGESTED, row["user_id"], digest_id, row["round_ids"])
        # Who is no user any more is told nothing.
        mail = await make(Day(**row), digest_id) if row["tenant_id"] else None
        if mail is not None:
            await self._intake.queue(connection, mail)


class RoundRole:
    """Works at rounds until it is told to stop."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds

    async def run(self) -> None:
        """Work at each step by itself until cancelled; trouble with one only makes that one wait."""
        async with asyncio.TaskGroup() as at_work:
            for name, step in self._rounds.steps.items():
                at_work.create_task(_keep_at(name, step), name=f"rounds {name}")


async def _keep_at(name: str, step: Callable[[], Awaitable[bool]]) -> None:
    backoff = Backoff()
    while True:
        heed_cancellation()
        try:
            busy = await step()
            backoff.reset()
        except TROUBLE as trouble:
            log.warning("rounds.tries_again", step=name, **said_of(trouble))
            await asyncio.sleep(backoff.next())
        else:
            await asyncio.sleep(0 if busy else LOOK_SECONDS)


def _round(row: Any) -> Round:
    return Round(
        round_id=row["round_id"], tenant_id=row["tenant_id"], kind=Kind(row["kind"]), opened_at=row["opened_at"]
    )


async def _listeners(connection: Any, this: Round, after: object) -> Sequence[Listener]:
    rows = await connection.fetch(_LISTENERS, this.tenant_id, after, CHUNK)
    groups = list({group for row in rows for group in row["groups"]})
    grants: dict[object, list[Any]] = {}
    for group, service, contract in await connection.fetch(_PERMISSIONS, groups):
        grants.setdefault(group, []).append((service, contract))
    # Many people are in the same groups: what these permit together is folded once.
    together = {key: sight_of(one for group in key for one in grants.get(group, ())) for key in _keys(rows)}
    return [
        Listener(
            user_id=row["user_id"],
            sight=together[frozenset(row["groups"])],
            refused=row["refused"],
            daily=row["daily"],
            timezone=row["timezone"],
        )
        for row in rows
    ]


def _keys(rows: Sequence[Any]) -> set[frozenset[object]]:
    return {frozenset(row["groups"]) for row in rows}
