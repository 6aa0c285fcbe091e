"""Mailed links, what their holders said, and seeds not yet in use, in guarded tables. Next stop: migrations/."""

import json
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.ports import Fingerprint, KeptLink, NewLink, Said
from services.identity.domain.errors import ActivationFrozen

_REGISTER = """
INSERT INTO guard.person (user_id, email_key, name_key, phone_key, language) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (user_id) DO UPDATE SET email_key = $2, name_key = $3, phone_key = $4, language = $5
"""
_KEEP = """
INSERT INTO guard.activation (activation_id, user_id, token_hash, token_sealed, said_sealed, expires_at, at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (activation_id) DO NOTHING
"""
_FIND = """
SELECT a.activation_id, a.user_id, a.confirm_tries, a.code_tries, a.said_sealed, a.token_sealed,
       p.email_key, p.name_key, p.phone_key, coalesce(p.language, 'ja') AS language
FROM guard.activation a LEFT JOIN guard.person p USING (user_id)
"""
_CONFIRMED = """
UPDATE guard.activation SET said_sealed = $2 WHERE activation_id = $1 AND confirm_tries < $3 RETURNING activation_id
"""
_MISMATCHED = """
UPDATE guard.activation SET confirm_tries = confirm_tries + 1 WHERE activation_id = $1 AND confirm_tries < $2
RETURNING $2 - confirm_tries
"""
_SEED = """
INSERT INTO guard.enrolment (enrolment_id, user_id, activation_id, seed_sealed, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (activation_id) DO NOTHING
"""
_PENDING = "SELECT enrolment_id, seed_sealed FROM guard.enrolment WHERE activation_id = $1"
_CODE_WRONG = """
UPDATE guard.activation SET code_tries = code_tries + 1 WHERE activation_id = $1 AND code_tries < $2
RETURNING $2 - code_tries
"""
_CODE_RIGHT = """
INSERT INTO guard.used_step (user_id, step, at)
SELECT user_id, $2, $3 FROM guard.activation WHERE activation_id = $1 AND code_tries < $4
ON CONFLICT DO NOTHING RETURNING step
"""
_CLOSE = """
UPDATE guard.activation SET token_sealed = NULL, said_sealed = NULL
WHERE user_id = $1 AND at <= (SELECT at FROM guard.activation WHERE activation_id = $2)
"""
_OTHER_SEEDS = """
DELETE FROM guard.enrolment WHERE user_id = $1 AND activation_id <> $2
AND EXISTS (SELECT FROM guard.enrolment WHERE activation_id = $2)
"""
_DISCARD = "DELETE FROM guard.activation WHERE activation_id = $1"
_SINCE = "SELECT count(*) FROM guard.activation WHERE user_id = $1 AND at > $2"


def token_hash(token: str) -> bytes:
    """Return what stands for a token of 256 bits in a table: a plain digest is enough for what cannot be guessed."""
    return sha256(token.encode()).digest()


class GuardedLinks:
    """Links in PostgreSQL. See: ports.Links."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def register(self, user_id: UUID, registered: Fingerprint, language: str) -> None:
        """Keep who a person is; again with the same is harmless."""
        with reachable("the guarded tables"):
            await self._pool.execute(_REGISTER, user_id, registered.email, registered.name, registered.phone, language)

    async def keep(self, link: NewLink) -> None:
        """Keep a link's token, hashed, and sealed for delivery."""
        sealed = self._sealer.seal(link.token, f"token:{link.activation_id}")
        said = self._said(link.activation_id, link.said) if link.said else None
        with reachable("the guarded tables"):
            await self._pool.execute(
                _KEEP,
                link.activation_id,
                link.user_id,
                token_hash(link.token),
                sealed,
                said,
                link.expires_at,
                link.at,
            )

    async def find(self, token: str) -> KeptLink | None:
        """Return the link of a token."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(f"{_FIND} WHERE a.token_hash = $1", token_hash(token))
        return self._kept(row) if row else None

    async def deliver(self, activation_id: UUID) -> tuple[KeptLink, str] | None:
        """Return a link and its token, while that is kept."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(f"{_FIND} WHERE a.activation_id = $1", activation_id)
        if row is None or row["token_sealed"] is None:
            return None
        return self._kept(row), self._sealer.open(row["token_sealed"], f"token:{activation_id}")

    async def confirmed(self, activation_id: UUID, said: Said, most: int) -> bool:
        """Keep what the holder said; false when the link is frozen."""
        sealed = self._said(activation_id, said)
        with reachable("the guarded tables"):
            return await self._pool.fetchval(_CONFIRMED, activation_id, sealed, most) is not None

    async def mismatched(self, activation_id: UUID, most: int) -> int | None:
        """Count a wrong confirmation and return how many are left; None when the link was frozen before."""
        with reachable("the guarded tables"):
            left: int | None = await self._pool.fetchval(_MISMATCHED, activation_id, most)
        return left

    async def seed(self, link: KeptLink, enrolment_id: UUID, fresh: str, at: datetime) -> str:
        """Return the seed pending for a link; *fresh* when there was none."""
        sealed = self._sealer.seal(fresh, f"seed:{enrolment_id}")
        with reachable("the guarded tables"):
            await self._pool.execute(_SEED, enrolment_id, link.user_id, link.activation_id, sealed, at)
        pending = await self.pending_seed(link.activation_id)
        return pending[1] if pending else fresh

    async def pending_seed(self, activation_id: UUID) -> tuple[UUID, str] | None:
        """Return the enrolment and seed pending for a link."""
        with reachable("the guarded tables"):
            row = await self._pool.fetchrow(_PENDING, activation_id)
        if row is None:
            return None
        return row["enrolment_id"], self._sealer.open(row["seed_sealed"], f"seed:{row['enrolment_id']}")

    async def first_code(self, link: KeptLink, step: int | None, at: datetime, most: int) -> int | None:
        """Judge a first code (step None is wrong); return the tries left after a wrong one, None after a right one."""
        with reachable("the guarded tables"):
            if step is not None:
                taken = await self._pool.fetchval(_CODE_RIGHT, link.activation_id, step, at, most)
                if taken is not None:
                    return None
            left: int | None = await self._pool.fetchval(_CODE_WRONG, link.activation_id, most)
        if left is None:
            raise ActivationFrozen
        return left

    async def close(self, link: KeptLink) -> None:
        """Forget what nobody needs of a link that is used up: what was said, tokens, seeds never confirmed."""
        with reachable("the guarded tables"):
            await self._pool.execute(_CLOSE, link.user_id, link.activation_id)
            await self._pool.execute(_OTHER_SEEDS, link.user_id, link.activation_id)

    async def links_since(self, user_id: UUID, since: datetime) -> int:
        """Return how many links a person was given since then."""
        with reachable("the guarded tables"):
            return int(await self._pool.fetchval(_SINCE, user_id, since))

    async def discard(self, activation_id: UUID) -> None:
        """Throw a link away that no fact names."""
        with reachable("the guarded tables"):
            await self._pool.execute(_DISCARD, activation_id)

    def _said(self, activation_id: UUID, said: Said) -> bytes:
        return self._sealer.seal(json.dumps(asdict(said), ensure_ascii=False), f"said:{activation_id}")

    def _kept(self, row: "asyncpg.Record") -> KeptLink:
        said = row["said_sealed"]
        registered = row["email_key"] and Fingerprint(
            email=row["email_key"], name=row["name_key"], phone=row["phone_key"]
        )
        return KeptLink(
            activation_id=row["activation_id"],
            user_id=row["user_id"],
            confirm_tries=row["confirm_tries"],
            code_tries=row["code_tries"],
            registered=registered,
            language=row["language"],
            said=said and Said(**json.loads(self._sealer.open(said, f"said:{row['activation_id']}"))),
        )
