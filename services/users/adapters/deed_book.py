"""Reads what operators did out of the log, newest first, by the index of its types. Next stop: domain/operators.py."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from kernel.adapters.postgres.pool import reachable
from kernel.application.consume import Decoder
from kernel.domain.event import event_type, wire_type
from services.users.application.ports import Booked
from services.users.domain.operator_events import OperatorActed, OperatorRefused

FAR = 2**62
"""Behind every log."""

# Each kind is walked along its own part of the index, and no further than a page is long; of both the newest are taken.
NEWEST = """
(SELECT pos, stream_id, version, type, schema_v, data FROM es.events
 WHERE type = $3 AND pos < $2 ORDER BY pos DESC LIMIT $1)
UNION ALL
(SELECT pos, stream_id, version, type, schema_v, data FROM es.events
 WHERE type = $4 AND pos < $2 ORDER BY pos DESC LIMIT $1)
ORDER BY pos DESC LIMIT $1
"""


class PostgresDeedBook:
    """The facts about deeds and refusals. See: ports.DeedBook."""

    def __init__(self, pool: "asyncpg.Pool[Any]", facts: Decoder) -> None:
        self._pool = pool
        self._facts = facts

    async def page(self, limit: int, before: int | None) -> Sequence[Booked]:
        """Return them from the end of the log on or from before a position. Raises: Unavailable."""
        kinds = [event_type(kind).name for kind in (OperatorActed, OperatorRefused)]
        with reachable("the log"):
            rows = await self._pool.fetch(NEWEST, limit, FAR if before is None else before, *kinds)
        return [
            Booked(
                position=row["pos"],
                stream_id=row["stream_id"],
                version=row["version"],
                fact=await self._facts.read(wire_type(row["type"], row["schema_v"]), row["data"]),
            )
            for row in rows
        ]
