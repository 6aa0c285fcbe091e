"""Proofs that people give again in their session, in a guarded table. Next stop: migrations/007_step_ups.sql."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Code, Fingerprints, Judged, Verdict
from services.identity.application.rules import Rules
from services.identity.application.step_up_ports import KeptStepUp, OwnTry

_BEGIN = "SELECT verdict, until FROM guard.begin_step_up($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_FIND = """
SELECT s.*, m.code_key FROM guard.step_up s LEFT JOIN guard.mail_code m ON m.challenge_id = s.challenge_id
WHERE s.session_id = $1 AND s.user_id = $2
"""
_JUDGE = "SELECT verdict, tries_left, locked_at FROM guard.try_step_up($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
_SEED = """
INSERT INTO guard.enrolment (enrolment_id, user_id, activation_id, seed_sealed, at, pending)
VALUES ($1, $2, $3, $4, $5, true)
ON CONFLICT (activation_id) DO NOTHING
"""
_PENDING = "SELECT enrolment_id, seed_sealed FROM guard.enrolment WHERE activation_id = $1"
_FIRST_CODE = "SELECT guard.try_new_seed($1, $2, $3, $4, $5)"


class GuardedStepUps:
    """Proofs in PostgreSQL. See: step_up_ports.StepUps."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer, fingerprints: Fingerprints, rules: Rules) -> None:
        self._pool = pool
        self._sealer = sealer
        self._fingerprints = fingerprints
        self._rules = rules

    async def begin(self, step_up: KeptStepUp, code: Code | None) -> Judged:
        """Keep a proof, and its code before the fact that names it; the session's proof of before is over."""
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(
                _BEGIN,
                step_up.session_id,
                step_up.step_up_id,
                step_up.user_id,
                code and code.challenge_id,
                code and self._fingerprints.code(code.challenge_id, code.code),
                code and self._sealer.seal(code.code, f"code:{code.challenge_id}"),
                step_up.started_at,
                step_up.expires_at,
                self._rules.mails_an_hour,
            )
        return Judged(verdict=Verdict(row["verdict"]), at=row["until"])

    async def find(self, session_id: UUID, user_id: UUID) -> KeptStepUp | None:
        """Return the proof of a person's session."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_FIND, session_id, user_id)
        return KeptStepUp(**{name: row[name] for name in KeptStepUp.__dataclass_fields__}) if row else None

    async def judge(self, tried: OwnTry) -> Judged:
        """Decide about one try: wrong ones count with those of the login."""
        with reachable("the guarded tables"):
            (row,) = await self._pool.fetch(
                _JUDGE,
                tried.step_up.step_up_id,
                tried.step_up.challenge_id,
                tried.right,
                tried.step,
                tried.recovery and tried.recovery.codes_id,
                tried.recovery and tried.recovery.key,
                tried.at,
                tried.until,
                self._rules.login_tries,
                self._rules.day_tries,
            )
        return Judged(verdict=Verdict(row["verdict"]), at=row["locked_at"], tries_left=row["tries_left"])

    async def seed(self, step_up: KeptStepUp, enrolment_id: UUID, fresh: str, at: datetime) -> str:
        """Return the seed pending for a proof; *fresh* when there was none."""
        sealed = self._sealer.seal(fresh, f"seed:{enrolment_id}")
        with reachable("the guarded tables"):
            await self._pool.execute(_SEED, enrolment_id, step_up.user_id, step_up.step_up_id, sealed, at)
        pending = await self.pending_seed(step_up)
        return pending[1] if pending else fresh

    async def pending_seed(self, step_up: KeptStepUp) -> tuple[UUID, str] | None:
        """Return the enrolment and seed pending for a proof."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_PENDING, step_up.step_up_id)
        if row is None:
            return None
        return row["enrolment_id"], self._sealer.open(row["seed_sealed"], f"seed:{row['enrolment_id']}")

    async def first_code(self, step_up: KeptStepUp, step: int | None, at: datetime, most: int) -> int | None:
        """Judge a new app's first code (step None is wrong); None after a right one, else the tries left."""
        with reachable("the guarded tables"):
            left: int | None = await self._pool.fetchval(
                _FIRST_CODE, step_up.step_up_id, step_up.user_id, step, at, most
            )
        return left
