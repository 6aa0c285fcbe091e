"""Removes guarded rows that nobody needs any more, in small steps. Next stop: migrations/001_guard.sql."""

import asyncio
from typing import Any

import asyncpg
import structlog

from kernel.adapters.postgres.pool import AWAY
from kernel.application.cancellation import heed_cancellation
from kernel.application.ports import Clock

ROWS = 500
REST_SECONDS = 60.0

log = structlog.get_logger(__name__)


def _old(table: str, key: str, condition: str) -> str:
    return f"""
    DELETE FROM guard.{table} WHERE ({key}) IN (
        SELECT {key} FROM guard.{table} WHERE {condition} LIMIT $2 FOR UPDATE SKIP LOCKED)
    """  # noqa: S608 - words of our own


STATEMENTS = (
    # A link that is over stays known for a while, so that its holder learns why it does not work.
    """
    UPDATE guard.activation SET token_sealed = NULL, said_sealed = NULL WHERE activation_id IN (
        SELECT activation_id FROM guard.activation
        WHERE expires_at <= $1 AND (token_sealed IS NOT NULL OR said_sealed IS NOT NULL)
        LIMIT $2 FOR UPDATE SKIP LOCKED)
    """,
    _old("activation", "activation_id", "expires_at < $1::timestamptz - interval '90 days'"),
    _old("login", "login_id", "expires_at < $1::timestamptz - interval '1 day'"),
    _old("mail_code", "challenge_id", "expires_at < $1::timestamptz - interval '1 day'"),
    _old("used_step", "user_id, step", "at < $1::timestamptz - interval '1 day'"),
    _old("password_tries", "key", "at < $1::timestamptz - interval '1 day' AND closed_until < $1"),
    _old(
        "code_tries",
        "user_id",
        "since < $1::timestamptz - interval '1 day' AND locked_at IS NULL"
        " AND coalesce(recent[cardinality(recent)] < $1::timestamptz - interval '1 day', true)",
    ),
    _old("enrolment", "enrolment_id", "pending AND at < $1::timestamptz - interval '1 day'"),
    _old("passkey_challenge", "owner_id", "expires_at <= $1::timestamptz"),
    _old("step_up", "session_id", "expires_at <= $1::timestamptz"),
    _old("trusted_browser", "browser_id", "expires_at <= $1::timestamptz"),
    _old("attempt", "attempt_id", "at < $1::timestamptz - interval '1 day' AND user_id IS NULL"),
    _old("attempt", "attempt_id", "at < $1::timestamptz - interval '90 days'"),
    _old("site_code", "code_hash", "expires_at < $1::timestamptz - interval '1 day'"),
    _old("used_assertion", "client_id, jti", "expires_at < $1"),
    # As long as sites are told of ends, and a little: longer than any session lives.
    _old("site_grant", "grant_id", "at < $1::timestamptz - interval '9 days'"),
    _old("site_notice", "notice_id", "not_after < $1::timestamptz - interval '2 days'"),
    _old("session", "session_id", "at < $1::timestamptz - interval '400 days'"),
)


class Sweeper:
    """Goes over the guarded tables once a minute."""

    def __init__(self, pool: "asyncpg.Pool[Any]", now: Clock) -> None:
        self._pool = pool
        self._now = now

    async def run(self) -> None:
        """Sweep until cancelled; a server that is away is met again in a minute."""
        while True:
            heed_cancellation()
            try:
                await self.sweep()
            except AWAY as trouble:
                log.warning("sweeper.tries_later", error=repr(trouble))
            await asyncio.sleep(REST_SECONDS)

    async def sweep(self) -> int:
        """Remove all that is over now, and return how many rows that were."""
        removed = 0
        for statement in STATEMENTS:
            step = ROWS
            while step == ROWS:
                # `DELETE 17`: each step commits by itself, so that no lock is held for long.
                told = await self._pool.execute(statement, self._now(), ROWS)
                step = int(told.rpartition(" ")[2])
                removed += step
        return removed
