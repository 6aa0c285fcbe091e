"""A log in memory; it passes the very tests that the real one passes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kernel.adapters.clients import seal_client
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.partition import partition_of
from kernel.application.ports import Clock
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken, Invalid, KeyReused, StreamMoved
from kernel.domain.event import event_type
from kernel.domain.recorded import Appended, Claim, LogPosition, Meta, Recorded
from kernel.testing.keyring import FakeKeyring

MOST_EVENTS = 1000


class InMemoryStore:
    """An EventStore without a database. See: ports.EventStore."""

    def __init__(self, service: str = "test", now: Clock = lambda: datetime.now(UTC)) -> None:
        self._service = service
        self._now = now
        self.keyring = FakeKeyring()
        self.log: list[Recorded[Any]] = []
        """Every fact in the order of the log."""
        self._streams: dict[UUID, list[Recorded[Any]]] = {}
        self._claims: dict[Claim, UUID] = {}
        self._commands: dict[UUID, tuple[bytes | None, Appended]] = {}

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        """Return the stream's facts with version > *after*, in order."""
        return [fact for fact in self._streams.get(stream_id, ()) if fact.version > after]

    async def load_many(self, stream_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Recorded[Any]]]:
        """Return the facts of several streams, each in order."""
        return {one: past for one in dict.fromkeys(stream_ids) if (past := await self.load(one))}

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
        """Write *events*, or raise and write nothing. Raises: StreamMoved, ClaimTaken, KeyReused, Invalid."""
        if not 1 <= len(events) <= MOST_EVENTS:
            raise Invalid(f"an append holds 1 to {MOST_EVENTS} facts, not {len(events)}")
        if context.command_id and (before := await self.answered(context.command_id, context.content)):
            return before
        stream = self._streams.get(stream_id, [])
        if any(self._claims.get(claim, stream_id) != stream_id for claim in claims):
            raise ClaimTaken
        if len(stream) != expected:
            raise StreamMoved(f"{stream_id} is at version {len(stream)}")
        client = await seal_client(self.keyring, context, stream_id, expected + 1)
        position = self._write(stream_id, expected, events, context, client)
        for claim in releases:
            if self._claims.get(claim) == stream_id:
                del self._claims[claim]
        self._claims.update(dict.fromkeys(claims, stream_id))
        done = Appended(stream_id=stream_id, version=expected + len(events), position=position, events=tuple(events))
        if context.command_id:
            self._commands[context.command_id] = (context.content, done)
        return done

    async def find(self, claim: Claim) -> UUID | None:
        """Return the stream that holds *claim*."""
        return self._claims.get(claim)

    async def holders(self, claims: Collection[Claim]) -> Mapping[Claim, UUID]:
        """Return which streams hold those of *claims* that are held."""
        return {claim: self._claims[claim] for claim in claims if claim in self._claims}

    async def answered(self, command_id: UUID, content: bytes | None = None) -> Appended | None:
        """Return what the command of this id left, if it was carried out. Raises: KeyReused."""
        if command_id not in self._commands:
            return None
        asked, done = self._commands[command_id]
        if asked is not None and content is not None and asked != content:
            raise KeyReused
        return Appended(stream_id=done.stream_id, version=done.version, position=done.position, duplicate=True)

    def _write(
        self, stream_id: UUID, after: int, events: Sequence[object], context: Context, client: str | None
    ) -> LogPosition | None:
        """Write, and return the place of the last public fact."""
        place: LogPosition | None = None
        meta = Meta(
            actor=context.actor,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
            traceparent=context.traceparent,
            client=client,
        )
        for version, event in enumerate(events, after + 1):
            recorded = Recorded(
                event=event,
                stream_id=stream_id,
                version=version,
                position=len(self.log) + 1,
                tenant_id=context.tenant_id,
                recorded_at=self._now(),
                meta=meta,
            )
            self.log.append(recorded)
            self._streams.setdefault(stream_id, []).append(recorded)
            if event_type(event).public:
                part = partition_of(stream_id, PARTITIONS)
                place = LogPosition(service=self._service, epoch=1, partition=part, position=recorded.position)
        return place
