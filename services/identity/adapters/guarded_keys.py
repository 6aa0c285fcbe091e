"""The keys that sign for settings sites, their private halves sealed. Next stop: migrations/009_sites.sql."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from kernel.adapters.postgres.pool import reachable
from services.identity.adapters.sealing import Sealer
from services.identity.application.site_ports import KeptKey, SigningKey

_ALL = "SELECT kid, private_sealed, public_jwk, signs_from FROM guard.signing_key ORDER BY signs_from"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('signing keys', 0))"
_ADD = """
INSERT INTO guard.signing_key (kid, private_sealed, public_jwk, signs_from, at)
SELECT $1, $2, $3, $4, $5
WHERE NOT EXISTS (SELECT 1 FROM guard.signing_key WHERE signs_from >= $4 OR ($4 > $5 AND signs_from > $5))
"""
_DROP = "DELETE FROM guard.signing_key WHERE kid = $1"
_ADVANCE = """
UPDATE guard.signing_key SET signs_from = $1
WHERE kid = (SELECT kid FROM guard.signing_key WHERE signs_from > $1 ORDER BY signs_from LIMIT 1)
"""


class GuardedKeys:
    """SiteSigning keys in PostgreSQL. See: site_ports.KeyStore."""

    def __init__(self, pool: "asyncpg.Pool[Any]", sealer: Sealer) -> None:
        self._pool = pool
        self._sealer = sealer

    async def all(self) -> Sequence[KeptKey]:
        """Return all keys, in the order of their time."""
        with reachable("the guarded tables"):
            rows = await self._pool.fetch(_ALL)
        return [self._kept(row) for row in rows]

    async def add(self, key: SigningKey, signs_from: datetime, now: datetime) -> None:
        """Keep a key, unless another process was quicker to make one for that time or a later one."""
        sealed = self._sealer.seal(json.dumps(key.private), f"signing-key:{key.kid}")
        with reachable("the guarded tables"):
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_LOCK)
                await connection.execute(_ADD, key.kid, sealed, json.dumps(key.public), signs_from, now)

    async def drop(self, kid: str) -> None:
        """Forget a key."""
        with reachable("the guarded tables"):
            await self._pool.execute(_DROP, kid)

    async def advance(self, now: datetime) -> None:
        """Have the next key sign from now on."""
        with reachable("the guarded tables"):
            await self._pool.execute(_ADVANCE, now)

    def _kept(self, row: "asyncpg.Record") -> KeptKey:
        private = json.loads(self._sealer.open(row["private_sealed"], f"signing-key:{row['kid']}"))
        key = SigningKey(kid=row["kid"], private=private, public=json.loads(row["public_jwk"]))
        return KeptKey(kid=row["kid"], signs_from=row["signs_from"], key=key)
