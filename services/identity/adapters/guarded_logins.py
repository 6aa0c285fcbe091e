"""Logins under way, their codes and the counters of failures, in guarded tables. Next: migrations/002_tries.sql."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.guarded_links import token_hash
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import (
    Attempt,
    Client,
    Code,
    Fingerprints,
    FirstLook,
    Judged,
    KeptLogin,
    NewLogin,
    Try,
    Verdict,
)
from services.identity.application.registration import EMAIL
from services.identity.application.rules import Rules
from services.identity.domain.events import SecondFactor

# One row whether or not there is such a person: the same work, and one way to the database and back.
_LOOK = """
SELECT c.stream_id, p.ids, p.hashes,
       coalesce((SELECT max(v.version) FROM es.events v WHERE v.stream_id = c.stream_id), 0) AS version,
       (SELECT max(t.closed_until) FROM guard.password_tries t WHERE t.key = ANY ($3) AND t.closed_until > $4) AS closed
FROM (SELECT 1) one
LEFT JOIN es.claims c ON c.scope = $1 AND c.key = $2
LEFT JOIN LATERAL (SELECT array_agg(w.password_id) AS ids, array_agg(w.hash) AS hashes
                   FROM guard.password w WHERE w.user_id = c.stream_id) p ON true
"""
_REFUSE = "SELECT guard.count_wrong_password($1, $2, $3, $4, $5)"
_REFUSE_LOGIN = """
WITH remembered AS (INSERT INTO guard.attempt (attempt_id, user_id, tenant_id, outcome, client_sealed, at)
                    VALUES ($6, $7, (SELECT e.tenant_id FROM es.events e WHERE e.stream_id = $7 AND e.version = 1),
                            'PASSWORD_WRONG', $8, $5))
SELECT guard.count_wrong_password($1, $2, $3, $4, $5)
"""
# Nothing is waited for that a later commit flushes: the session's fact, without which a right code was never answered.
# A server that dies in between has lost a login that begins again, or a code that counts still; every failure that is
# counted is on the disk before it is answered.
_BEGIN = """
SELECT verdict, until, set_config('synchronous_commit', 'off', true)
FROM guard.begin_login($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_FIND = """
SELECT l.*, m.code_key, e.seed_sealed,
       (SELECT max(v.version) FROM es.events v WHERE v.stream_id = l.user_id) <> l.credential_version AS moved
FROM guard.login l
LEFT JOIN guard.mail_code m ON m.challenge_id = l.challenge_id
LEFT JOIN guard.enrolment e ON e.enrolment_id = l.enrolment_id
WHERE l.token_hash = $1
"""
_JUDGE = """
WITH judged AS MATERIALIZED (SELECT * FROM guard.try_code($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)),
     remembered AS (INSERT INTO guard.attempt (attempt_id, user_id, tenant_id, outcome, method, client_sealed, at)
                    SELECT $12, l.user_id, l.tenant_id, 'CODE_WRONG', l.method, l.client_sealed, $9
                    FROM judged j, guard.login l WHERE l.login_id = $1 AND j.verdict IN ('wrong', 'locks'))
SELECT verdict, tries_left, locked_at,
       CASE verdict WHEN 'passed' THEN set_config('synchronous_commit', 'off', true) END
FROM judged
"""
_MOVED = """
SELECT (SELECT max(v.version) FROM es.events v WHERE v.stream_id = l.user_id) <> l.credential_version
FROM guard.login l WHERE l.token_hash = $1
"""
_RESEND = "SELECT verdict, until FROM guard.resend_code($1, $2, $3, $4, $5, $6, $7, $8)"
_DELIVER = """
SELECT m.code_sealed, m.expires_at FROM guard.mail_code m
LEFT JOIN guard.login l ON l.login_id = m.login_id AND l.challenge_id = $1 AND l.session_id IS NULL
LEFT JOIN guard.step_up s ON s.step_up_id = m.login_id AND s.challenge_id = $1 AND s.proven_at IS NULL
WHERE m.challenge_id = $1 AND m.expires_at > $2 AND (l.login_id IS NOT NULL OR s.step_up_id IS NOT NULL)
"""


class GuardedLogins:
    """Logins in PostgreSQL. See: ports.Logins."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer, fingerprints: Fingerprints, rules: Rules) -> None:
        self._pool = pool
        self._sealer = sealer
        self._fingerprints = fingerprints
        self._rules = rules

    async def look(self, email: bytes, keys: Sequence[bytes], now: datetime) -> FirstLook:
        """Return what is known about a mail address, for the unknown as for the known."""
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(_LOOK, EMAIL, email, keys, now)
        return FirstLook(
            user_id=row["stream_id"],
            version=row["version"],
            hashes=dict(zip(row["ids"] or (), row["hashes"] or (), strict=True)),
            closed_until=row["closed"],
        )

    async def refuse(
        self, email: bytes, keys: Sequence[bytes], now: datetime, attempt: Attempt | None = None
    ) -> datetime | None:
        """Count a wrong password and remember the login that was refused with it, if it was one.

        When that came too late to be answered, return until when all is closed.
        """
        arguments: list[Any] = [email, keys, list(self._rules.password_free), list(self._rules.password_longest), now]
        if attempt is not None:
            arguments += [attempt.attempt_id, attempt.user_id, self._client(attempt.client, attempt.user_id)]
        with reachable("the guarded tables"):
            closed: datetime | None = await self._pool.fetchval(_REFUSE_LOGIN if attempt else _REFUSE, *arguments)
        return closed

    async def begin(self, login: NewLogin, keys: Sequence[bytes]) -> Judged:
        """Keep a login, and its code before the fact that names it."""
        client = self._client(login.client, login.user_id)
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(
                _BEGIN,
                keys,
                login.login_id,
                token_hash(login.token),
                login.user_id,
                login.tenant_id,
                login.method.value,
                login.credential_version,
                login.enrolment_id,
                login.code and login.code.challenge_id,
                login.code and self._fingerprints.code(login.code.challenge_id, login.code.code),
                login.code and self._sealed(login.code),
                client,
                login.started_at,
                login.expires_at,
                self._rules.mails_an_hour,
            )
        return Judged(verdict=Verdict(row["verdict"]), at=row["until"])

    async def find(self, token: str) -> KeptLogin | None:
        """Return the login of a token."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_FIND, token_hash(token))
        return self._kept(row) if row else None

    async def moved(self, token: str) -> bool:
        """Tell whether something happened to the credential since the login began, or the login is gone."""
        with reachable("the guarded tables"):
            moved: bool | None = await self._pool.fetchval(_MOVED, token_hash(token))
        return moved is not False

    async def judge(self, tried: Try) -> Judged:
        """Decide about one code: exactly the allowed number is ever answered."""
        login = tried.login
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(
                _JUDGE,
                login.login_id,
                login.challenge_id,
                tried.right,
                tried.step,
                tried.recovery and tried.recovery.codes_id,
                tried.recovery and tried.recovery.key,
                tried.session_id,
                tried.command_id,
                tried.at,
                self._rules.login_tries,
                self._rules.day_tries,
                tried.attempt_id,
            )
        return Judged(verdict=Verdict(row["verdict"]), at=row["locked_at"], tries_left=row["tries_left"])

    async def resend(self, login: KeptLogin, code: Code, now: datetime) -> Judged:
        """Put a fresh code in the place of the one before."""
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(
                _RESEND,
                login.login_id,
                code.challenge_id,
                self._fingerprints.code(code.challenge_id, code.code),
                self._sealed(code),
                now,
                self._rules.login_tries,
                self._rules.resends,
                self._rules.mails_an_hour,
            )
        return Judged(verdict=Verdict(row["verdict"]), at=row["until"])

    async def deliver(self, challenge_id: UUID, now: datetime) -> tuple[str, datetime] | None:
        """Return a code and its end, while it counts."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_DELIVER, challenge_id, now)
        if row is None:
            return None
        return self._sealer.open(row["code_sealed"], f"code:{challenge_id}"), row["expires_at"]

    def _client(self, client: Client, user_id: UUID | None) -> bytes:
        return self._sealer.seal(json.dumps(asdict(client)), f"client:{user_id}")

    def _sealed(self, code: Code) -> bytes:
        return self._sealer.seal(code.code, f"code:{code.challenge_id}")

    def _kept(self, row: "asyncpg.Record") -> KeptLogin:
        seed = row["seed_sealed"]
        return KeptLogin(
            login_id=row["login_id"],
            user_id=row["user_id"],
            tenant_id=row["tenant_id"],
            method=SecondFactor(row["method"]),
            started_at=row["started_at"],
            expires_at=row["expires_at"],
            tries=row["tries"],
            challenge_id=row["challenge_id"],
            code_key=row["code_key"],
            enrolment_id=row["enrolment_id"],
            seed=seed and self._sealer.open(seed, f"seed:{row['enrolment_id']}"),
            moved=row["moved"],
            session_id=row["session_id"],
            passed_by=row["passed_by"],
            passed_at=row["passed_at"],
        )
