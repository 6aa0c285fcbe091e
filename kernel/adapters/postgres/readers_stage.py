"""What became of one fact at a service's readers: by their places and what they set aside. Next stop: inbox.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from kernel.adapters.postgres.pool import reachable
from kernel.adapters.watching.own_log import running
from kernel.application.browsing import AtReader, Mark, Stage

_AT = """
SELECT c.consumer, c.topic, c.logpos,
       EXISTS (SELECT FROM inbox.parked_event e
               WHERE e.consumer = c.consumer AND e.stream_id = $3 AND e.version = $4) AS parked,
       EXISTS (SELECT FROM inbox.discarded_event d
               WHERE d.consumer = c.consumer AND d.stream_id = $3 AND d.version = $4) AS discarded
FROM inbox.checkpoint c WHERE c.topic = $1 AND c.part = $2 ORDER BY c.consumer
"""


@dataclass(frozen=True, slots=True)
class PostgresReaders:
    """The readers that keep their places in one service's database. See: browsing.Readers."""

    pool: "asyncpg.Pool[Any]"

    async def at(self, marks: Sequence[Mark]) -> list[AtReader]:
        """Return what became of a fact at each reader that runs here. Raises: Unavailable."""
        found = []
        with reachable("the places of the readers"):
            for mark in marks:
                rows = await self.pool.fetch(_AT, mark.topic, mark.part, mark.stream_id, mark.version)
                here = running({row["consumer"] for row in rows})
                found += [
                    AtReader(consumer=row["consumer"], topic=row["topic"], stage=_stage(row, mark.position))
                    for row in rows
                    if row["consumer"] in here
                ]
        return found


def _stage(row: "asyncpg.Record", position: int) -> Stage:
    if row["parked"]:
        return Stage.PARKED
    if row["discarded"]:
        return Stage.DISCARDED
    return Stage.APPLIED if row["logpos"] >= position else Stage.WAITING
