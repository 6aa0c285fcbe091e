"""One service's log in PostgreSQL: what `execute()` loads from and appends to. Next stop: appender.py."""

import asyncio
import json
import time
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.clients import seal_client
from kernel.adapters.clock import new_id
from kernel.adapters.codec import Events
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.appender import Appender
from kernel.adapters.postgres.batch import Encoded, Outcome, Request
from kernel.adapters.postgres.meta import NOT_SAID, correlation_of, members
from kernel.adapters.postgres.partition import partition_of
from kernel.adapters.postgres.pool import reachable
from kernel.adapters.telemetry import trace
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, Invalid, KeyReused, StreamMoved, Unreadable
from kernel.domain.event import event_type
from kernel.domain.recorded import Appended, Claim, LogPosition, Meta, Recorded

MOST_EVENT_BYTES = 256 * 1024
MOST_EVENTS = 1000

_ENCODER = json.JSONEncoder(separators=(",", ":"))

_LOAD = """
SELECT stream_id, pos, version, tenant_id, type, schema_v, data, meta::text AS meta, recorded_at
FROM es.events WHERE stream_id = $1 AND version > $2 ORDER BY version
"""
_LOAD_MANY = """
SELECT stream_id, pos, version, tenant_id, type, schema_v, data, meta::text AS meta, recorded_at
FROM es.events WHERE stream_id = ANY($1::uuid[]) ORDER BY stream_id, version
"""
_FIND = "SELECT stream_id FROM es.claims WHERE scope = $1 AND key = $2"
_HOLDERS = """
SELECT scope, key, stream_id FROM es.claims
JOIN unnest($1::text[], $2::bytea[]) AS asked (scope, key) USING (scope, key)
"""
_ANSWERED = """
SELECT c.stream_id, c.version, c.public_pos, h.epoch, coalesce(c.content <> $2, false) AS other
FROM es.commands c, es.head h WHERE c.command_id = $1
"""


class PostgresStore:
    """The log of *service*. See: ports.EventStore."""

    def __init__(self, pool: "asyncpg.Pool[Any]", appender: Appender, events: Events, service: str) -> None:
        self._pool = pool
        self._appender = appender
        self._events = events
        self._service = service

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        """Return the stream's facts with version > *after*, in order. Raises: Unreadable, Unavailable."""
        with reachable("the log"):
            rows = await self._pool.fetch(_LOAD, stream_id, after)
        return await self._read(rows)

    async def load_many(self, stream_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Recorded[Any]]]:
        """Return the facts of several streams, each in order, in one go. Raises: Unreadable, Unavailable."""
        if not stream_ids:
            return {}
        with reachable("the log"):
            rows = await self._pool.fetch(_LOAD_MANY, list(stream_ids))
        facts = await self._read(rows)
        return {stream: list(past) for stream, past in groupby(facts, key=lambda fact: fact.stream_id)}

    async def _read(self, rows: Sequence[Any]) -> Sequence[Recorded[Any]]:
        facts = await self._events.decode_all((row["type"], row["schema_v"], row["data"]) for row in rows)
        return [
            Recorded(
                event=fact,
                stream_id=row["stream_id"],
                version=row["version"],
                position=row["pos"],
                tenant_id=row["tenant_id"],
                recorded_at=row["recorded_at"],
                meta=_meta(row["meta"]),
            )
            for fact, row in zip(facts, rows, strict=True)
        ]

    async def append(
        self,
        stream_id: UUID,
        expected: int,
        events: Sequence[object],
        context: Context,
        *,
        claims: Sequence[Claim] = (),
        releases: Sequence[Claim] = (),
    ) -> Appended:
        """Write *events* if the stream is at version *expected* and every claim is free or its own.

        Raises: StreamMoved, ClaimTaken, KeyReused, Invalid when there is too much to write, Unavailable.
        """
        if not 1 <= len(events) <= MOST_EVENTS:
            raise Invalid(f"an append holds 1 to {MOST_EVENTS} facts, not {len(events)}")
        encoded = await self._encoded(stream_id, expected, events)
        client = await seal_client(self._events.keyring, context, stream_id, expected + 1)
        began = time.time_ns()
        outcome = await self._appender.append(
            Request(
                stream_id=stream_id,
                expected=expected,
                # Every append has an id to be found by when the connection breaks before the answer.
                command_id=context.command_id or new_id(),
                content=context.content,
                tenant_id=context.tenant_id,
                meta=_meta_json(context, client),
                claims=list(dict.fromkeys(claims)),
                releases=[claim for claim in dict.fromkeys(releases) if claim not in claims],
                events=encoded,
                answer=asyncio.get_running_loop().create_future(),
            )
        )
        if trace.records():
            told = {"portal.outcome": outcome.status, "portal.event.types": " ".join(one.type for one in encoded)}
            trace.begin(f"append {self._service}", context.traceparent, attributes=told, since=began).end()
        return self._answer(outcome, stream_id, events, known=context.command_id is not None)

    async def find(self, claim: Claim) -> UUID | None:
        """Return the stream that holds *claim*. Raises: Unavailable."""
        with reachable("the log"):
            found: UUID | None = await self._pool.fetchval(_FIND, claim.scope, claim.key)
        return found

    async def holders(self, claims: Collection[Claim]) -> Mapping[Claim, UUID]:
        """Return which streams hold those of *claims* that are held. Raises: Unavailable."""
        with reachable("the log"):
            rows = await self._pool.fetch(_HOLDERS, [one.scope for one in claims], [one.key for one in claims])
        return {Claim(row["scope"], row["key"]): row["stream_id"] for row in rows}

    async def answered(self, command_id: UUID, content: bytes | None = None) -> Appended | None:
        """Return what the command of this id left, if it was carried out within the last 48 hours.

        Raises: KeyReused when it was another wish than the one with this *content*; Unavailable.
        """
        with reachable("the log"):
            row = await self._pool.fetchrow(_ANSWERED, command_id, content)
        if row is None:
            return None
        if row["other"]:
            raise KeyReused
        outcome = Outcome("duplicate", row["stream_id"], row["version"], row["public_pos"], row["epoch"])
        return self._appended(outcome, (), duplicate=True)

    async def _encoded(self, stream_id: UUID, expected: int, events: Sequence[object]) -> list[Encoded]:
        several = await self._events.encode_all(events, stream_id, expected + 1)
        encoded = []
        for event, data in zip(events, several, strict=True):
            if len(data) > MOST_EVENT_BYTES:
                raise Invalid(f"a fact has {len(data)} bytes, and may have {MOST_EVENT_BYTES}")
            declared = event_type(event)
            encoded.append(Encoded(declared.name, declared.version, declared.public, data))
        return encoded

    def _answer(self, outcome: Outcome, stream_id: UUID, events: Sequence[object], *, known: bool) -> Appended:
        match outcome.status:
            case "ok":
                return self._appended(outcome, events, duplicate=False)
            case "duplicate":
                # An id that was made here is found again only because the first answer was lost.
                return self._appended(outcome, () if known else events, duplicate=known)
            case "conflict":
                raise StreamMoved(f"{stream_id} is at version {outcome.version}")
            case "taken":
                raise ClaimTaken
            case "reused":
                raise KeyReused
            case status:
                raise AssertionError(f"es.append answers no {status}")

    def _appended(self, outcome: Outcome, events: Sequence[object], *, duplicate: bool) -> Appended:
        position = outcome.public_position and LogPosition(
            service=self._service,
            epoch=outcome.epoch,
            partition=partition_of(outcome.stream_id, PARTITIONS),
            position=outcome.public_position,
        )
        return Appended(
            stream_id=outcome.stream_id,
            version=outcome.version,
            position=position or None,
            events=tuple(events),
            duplicate=duplicate,
        )


def _meta_json(context: Context, client: str | None) -> str:
    members = {
        "actor": context.actor,
        "correlationId": str(context.correlation_id),
        "causationId": context.causation_id,
        "traceparent": context.traceparent,
        "client": client,
    }
    return _ENCODER.encode({name: value for name, value in members.items() if value is not None})


def _meta(text: str) -> Meta:
    read = members(text)
    correlation_id = correlation_of(read)
    if "actor" not in read or correlation_id is None:
        raise Unreadable(NOT_SAID)
    return Meta(
        actor=read["actor"],
        correlation_id=correlation_id,
        causation_id=read.get("causationId"),
        traceparent=read.get("traceparent"),
        client=read.get("client"),
    )
