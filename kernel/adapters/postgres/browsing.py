"""Looks into a log for operators: every key has an index, every look an end. Next stop: questions.py."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.kafka.envelope import headers
from kernel.adapters.payloads import payload_of
from kernel.adapters.postgres.meta import correlation_of, members
from kernel.adapters.postgres.outbox import outgoing
from kernel.adapters.postgres.pool import reachable
from kernel.adapters.postgres.questions import BOUNDS, bounds, question
from kernel.application.browsing import Envelope, Look, Sought, Way, Whole
from kernel.application.consume import Decoder
from kernel.application.ports import Keyring
from kernel.domain.errors import NotFound

_ONE = """
SELECT pos, stream_id, version, tenant_id, type, schema_v, public, data, meta::text AS meta, recorded_at,
       (SELECT epoch FROM es.head) AS epoch,
       coalesce((SELECT r.pos FROM es.relay r WHERE r.name = $3), 0) AS relayed
FROM es.events WHERE stream_id = $1 AND version = $2
"""


@dataclass(frozen=True, slots=True)
class PostgresBrowsing:
    """One service's log. See: browsing.Browsing."""

    pool: "asyncpg.Pool[Any]"
    service: str
    topic: str
    facts: Decoder
    keyring: Keyring

    async def look(self, sought: Sought, way: Way) -> Look:
        """Return the next facts that are wanted, from the window that is looked through. Raises: Unavailable."""
        with reachable("the log"):
            async with self.pool.acquire() as connection:
                (edges,) = await connection.fetch(BOUNDS, sought.since, sought.until)
                asked = question(sought, way, bounds(sought, way, edges))
                rows = await connection.fetch(asked.text, *asked.given)
        items = tuple(_envelope(row) for row in rows if row["pos"] is not None)
        looked = rows[0]["looked"] if rows else 0
        if len(items) == way.limit:
            place, until = items[-1].position, items[-1].recorded_at
        elif looked == asked.window:
            place, until = rows[0]["place"], rows[0]["until"]
        else:
            place, until = None, None
        return Look(items=items, place=place, until=until, head=edges["head"])

    async def whole(self, stream_id: UUID, version: int, *, unmask: bool = False) -> Whole:
        """Return one fact, its personal texts only where *unmask*. Raises: NotFound; Unavailable."""
        with reachable("the log"):
            row = await self.pool.fetchrow(_ONE, stream_id, version, self.topic)
        if row is None:
            raise NotFound("no such fact")
        fact = outgoing(row)
        return Whole(
            envelope=_envelope({**row, "bytes": len(row["data"])}),
            payload=await payload_of(fact.data, fact.wire_type, self.facts, self.keyring, unmask=unmask),
            headers={
                name: value.decode()
                # The link to the one before it depends on the partition, and only readers need it.
                for name, value in headers(fact, service=self.service, previous=0, epoch=row["epoch"])
                if name != "ce_prevpos"
            },
            topic=self.topic,
            part=fact.partition,
            published=fact.public and row["relayed"] >= fact.position,
        )


def _envelope(row: Any) -> Envelope:
    meta = members(row["meta"])
    return Envelope(
        position=row["pos"],
        stream_id=row["stream_id"],
        version=row["version"],
        tenant_id=row["tenant_id"],
        type=row["type"],
        schema_version=row["schema_v"],
        public=row["public"],
        actor=meta.get("actor"),
        correlation_id=correlation_of(meta),
        causation_id=meta.get("causationId"),
        recorded_at=row["recorded_at"],
        bytes=row["bytes"],
    )
