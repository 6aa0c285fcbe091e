"""A reader's place and what it set aside, in one transaction with its effects. Next stop: a service's consumers/."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from opentelemetry.trace import Span, SpanKind

from kernel.adapters.kafka import messaging
from kernel.adapters.postgres import parking
from kernel.adapters.postgres.parking import Source
from kernel.adapters.telemetry import trace
from kernel.application.chain import Place, Reached, Verdict
from kernel.application.concerning import concerning
from kernel.application.consume import (
    Decoder,
    Delivery,
    Gathering,
    Incoming,
    Reaction,
    lasting,
    passes,
    passing,
    wanted,
)
from kernel.application.failpoints import crashpoint
from kernel.application.frames import frames
from kernel.domain.errors import Unavailable, Unreadable

TRIES = 3
"""How often an error of unknown kind is tried before the stream is parked."""

MOST_PASSED = 500
"""How many records of a partition are passed by at most before its place is kept."""

RELEASED = 100
"""How many parked streams are tried again in one go, each partition's in one transaction."""

_OPEN = """
INSERT INTO inbox.checkpoint (consumer, topic, part, logepoch) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_PLACES = "SELECT part, next_offset, logpos, logepoch FROM inbox.checkpoint WHERE consumer = $1 AND topic = $2"
_LOCK = """
SELECT c.next_offset, c.logpos, c.logepoch, ARRAY(SELECT p.stream_id FROM inbox.parked_stream p
                                   WHERE p.consumer = $1 AND p.topic = $2 AND p.part = $3) AS parked
FROM inbox.checkpoint c WHERE c.consumer = $1 AND c.topic = $2 AND c.part = $3 FOR UPDATE OF c
"""
_HOLD = "SELECT 1 FROM inbox.checkpoint WHERE consumer = $1 AND topic = $2 AND part = $3 FOR UPDATE"
_MOVE = """
UPDATE inbox.checkpoint SET next_offset = $4, logpos = $5, logepoch = $6, at = clock_timestamp()
WHERE consumer = $1 AND topic = $2 AND part = $3
"""
_GO_BACK = "UPDATE inbox.checkpoint SET next_offset = $4 WHERE consumer = $1 AND topic = $2 AND part = $3"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Applied:
    """What became of a batch."""

    place: Place
    next_offset: int
    applied: int = 0
    duplicates: int = 0
    trouble: BaseException | None = None
    """Why the batch was left at *next_offset*, to be tried again from there."""
    stopped: bool = False
    """True when the log was restored: this partition stops until somebody decides."""


@dataclass(slots=True)
class _Turn:
    """One transaction: what it works on, what is parked in this partition, what came of it."""

    connection: Any
    source: Source
    place: Place
    offset: int
    kept: set[UUID]
    parked: set[UUID] = field(init=False)
    done: Applied = field(init=False)

    def begin(self) -> None:
        """Begin, or begin again as if nothing had been done."""
        self.parked = set(self.kept)
        self.done = Applied(place=self.place, next_offset=self.offset)


_React = Callable[[_Turn, int, Incoming], Awaitable[bool]]


class Inbox:
    """Applies what one consumer reads to its database."""

    def __init__(self, pool: "asyncpg.Pool[Any]", consumer: str, reaction: Reaction, decoder: Decoder) -> None:
        self._pool = pool
        self._consumer = consumer
        self._reaction = reaction
        self._types = reaction.types
        self._decoder = decoder
        self._tries: dict[str, int] = {}
        self._passed: dict[tuple[str, int], list[Delivery]] = {}
        """By topic and partition, what is not read here and what the kept place does not count yet."""
        self._parked = 0

    async def places(self, topic: str) -> dict[int, tuple[int, Place]]:
        """Return the next offset and the kept place of every partition that was read before.

        Reading begins there, so what was passed by since is forgotten: it comes again.
        """
        self._passed = {part: passed for part, passed in self._passed.items() if part[0] != topic}
        rows = await self._pool.fetch(_PLACES, self._consumer, topic)
        return {row["part"]: (row["next_offset"], Place(row["logepoch"], row["logpos"])) for row in rows}

    async def open(self, topic: str, part: int, epoch: int) -> None:
        """Begin to read a partition under an epoch (0 when it is empty and has none yet)."""
        await self._pool.execute(_OPEN, self._consumer, topic, part, epoch)

    async def go_back(self, topic: str, part: int, offset: int) -> None:
        """Keep that a partition is read from *offset* on, for its offsets are counted anew. What is known is known."""
        await self._pool.execute(_GO_BACK, self._consumer, topic, part, offset)

    def pass_by(self, topic: str, part: int, batch: Sequence[Delivery]) -> bool:
        """Pass a batch by when nothing of it is read here; false when it is to be applied.

        It costs no transaction of its own: it waits for the next batch that is applied. While a stream is parked
        nothing is passed by, for what follows on that stream is to be parked with it.
        """
        passed = self._passed.get((topic, part), [])
        if self._parked or len(passed) + len(batch) > MOST_PASSED or not self._reads_nothing_of(batch):
            return False
        self._passed[topic, part] = [*passed, *batch]
        return True

    @property
    def behind(self) -> list[tuple[str, int]]:
        """The partitions, with their topics, whose kept place is behind what was passed by; `apply()` keeps it."""
        return list(self._passed)

    def _reads_nothing_of(self, batch: Sequence[Delivery]) -> bool:
        return all(record.about is None or passes(self._types, record.about.type) for record in batch)

    async def apply(self, topic: str, part: int, batch: Sequence[Delivery]) -> Applied:
        """React to a batch behind what was passed by, and keep the place: both or neither.

        Raises: what the database raises.
        """
        batch = [*self._passed.pop((topic, part), ()), *batch]
        source = Source(self._consumer, topic, part)
        began = time.perf_counter()
        # Before the transaction: a lock is not held while another database is asked.
        await self._decoder.prepare([(record.about.type, record.about.data) for record in batch if record.about])
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                # The row lock fences a second worker: it waits here and then finds everything known.
                row = await connection.fetchrow(_LOCK, self._consumer, topic, part)
                if row is None:
                    raise Unavailable(f"the place of {self._consumer} in {topic} is gone")
                before = Place(row["logepoch"], row["logpos"])
                turn = _Turn(connection, source, before, batch[0].offset, set(row["parked"]))
                done = await self._at_once(turn, batch) or await self._one_by_one(turn, batch)
                if not self._reads_nothing_of(batch):
                    crashpoint("C7")
                # Who looks through a partition again and cannot apply what was missing waits there, not where it was.
                if done.place != before or (done.trouble and done.next_offset < row["next_offset"]):
                    await connection.execute(
                        _MOVE, self._consumer, topic, part, done.next_offset, done.place.position, done.place.epoch
                    )
            crashpoint("C8")
        if done.applied:
            messaging.processed(topic, self._consumer, time.perf_counter() - began, done.trouble)
        return done

    async def _at_once(self, turn: _Turn, batch: Sequence[Delivery]) -> Applied | None:
        """React to all within one savepoint, which is much quicker; None when one failed and all are undone."""
        turn.begin()
        try:
            async with turn.connection.transaction():
                if isinstance(self._reaction, Gathering):
                    await self._gathered(turn, batch, self._reaction)
                else:
                    await self._each(turn, batch, self._reaction_to)
        except Exception:
            if turn.connection.is_closed():
                raise
            return None
        return turn.done

    async def _gathered(self, turn: _Turn, batch: Sequence[Delivery], reaction: Gathering) -> None:
        facts: list[tuple[Any, Incoming]] = []

        async def gather(_turn: _Turn, _offset: int, about: Incoming) -> bool:
            if wanted(self._types, about.type):
                facts.append((await self._fact(about), about))
            return True

        await self._each(turn, batch, gather)
        if facts:
            with self._spans(facts, turn.source.topic) as told:
                await reaction.together(told, turn.connection)

    async def _one_by_one(self, turn: _Turn, batch: Sequence[Delivery]) -> Applied:
        """React to each within a savepoint of its own: what fails is set aside or tried again, alone."""
        turn.begin()
        await self._each(turn, batch, self._attempt)
        return turn.done

    async def _each(self, turn: _Turn, batch: Sequence[Delivery], react: _React) -> None:
        done, reached = turn.done, Reached(turn.offset)
        for record in batch:
            about, verdict = record.about, None
            if about is not None:
                verdict = done.place.judge(about.epoch, about.position, about.previous)
                if verdict is Verdict.RESTORED:
                    done.stopped = True
                    return
                if verdict is Verdict.NEXT:
                    # What was ahead of it comes again behind it.
                    done.next_offset = record.offset
                    if about.stream_id in turn.parked:
                        await parking.park(turn.connection, turn.source, record.offset, about, reason=None)
                    elif not await react(turn, record.offset, about):
                        return
                    done.place = Place(about.epoch, about.position)
                    done.applied += 1
                done.duplicates += verdict is Verdict.KNOWN
            done.next_offset = reached.past(record.offset, verdict)

    async def _reaction_to(self, turn: _Turn, _offset: int, about: Incoming) -> bool:
        if wanted(self._types, about.type):
            fact = await self._fact(about)
            await self._see(fact, about, turn.connection, turn.source.topic)
        return True

    async def _attempt(self, turn: _Turn, offset: int, about: Incoming) -> bool:
        """React to one fact, or set it aside; false when it must be tried again later."""
        try:
            await self.react(turn.source.topic, turn.connection, about)
        except Exception as error:  # noqa: BLE001 - whatever a reaction raises decides about its stream alone
            if turn.connection.is_closed() or passing(error):
                turn.done.trouble = error
                return False
            tries = self._tries[about.id] = self._tries.get(about.id, 0) + 1
            if not lasting(error) and tries < TRIES:
                turn.done.trouble = error
                return False
            # Only the kind of the error and the way to it: its words may quote the fact, and stand in the table.
            told = {**_of(turn.source, about), "error": type(error).__name__, "frames": frames(error)}
            with concerning(about):
                log.error("reader.parks_stream", **told, tries=tries)  # noqa: TRY400
            await parking.park(turn.connection, turn.source, offset, about, reason=repr(error), tries=tries)
            turn.parked.add(about.stream_id)
        self._tries.pop(about.id, None)
        return True

    async def react(self, topic: str, connection: Any, about: Incoming) -> None:
        """Have the reaction see one fact, inside a savepoint. Raises: what it raises; its rows are then undone."""
        if wanted(self._types, about.type):
            fact = await self._fact(about)
            async with connection.transaction():
                await self._see(fact, about, connection, topic)

    async def _fact(self, about: Incoming) -> Any:
        """Return what a record says. Raises: Unreadable, also where its envelope says too little; Unavailable."""
        if about.unreadable:
            raise Unreadable(about.unreadable)
        return await self._decoder.read(about.type, about.data)

    async def _see(self, fact: Any, about: Incoming, connection: Any, topic: str) -> None:
        """Have the reaction see a fact; whatever is logged or called meanwhile belongs to the fact's trace."""
        told = messaging.processing(about, topic, self._consumer) if trace.records() else None
        with trace.following(about.traceparent, f"process {topic}", SpanKind.CONSUMER, told) as span:
            about = _beneath(about, span)
            with concerning(about):
                await self._reaction(fact, about, connection)

    @contextmanager
    def _spans(self, facts: Sequence[tuple[Any, Incoming]], topic: str) -> Iterator[Sequence[tuple[Any, Incoming]]]:
        """Give facts that are taken together a span each; what follows from them hangs beneath it."""
        if not trace.records():
            yield facts
            return
        spans = [
            trace.begin(
                f"process {topic}",
                about.traceparent,
                SpanKind.CONSUMER,
                messaging.processing(about, topic, self._consumer),
            )
            for _, about in facts[: messaging.MOST_SPANS]
        ]
        told = [(fact, _beneath(about, span)) for (fact, about), span in zip(facts, spans, strict=False)]
        try:
            yield [*told, *facts[len(told) :]]
        finally:
            for span in spans:
                span.end()

    async def retry(self) -> bool:
        """Try some of the parked streams whose release was asked for; true when there may be more of them.

        Not all at once: between two times what is new is read, which does not wait for ten thousand that are old.
        """
        due = await parking.due(self._pool, self._consumer, RELEASED)
        for source, streams in due.items():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.fetchrow(_HOLD, source.consumer, source.topic, source.part)
                await parking.release(connection, source, streams, partial(self.react, source.topic))
        return sum(map(len, due.values())) == RELEASED

    async def parked(self) -> int:
        """Return how many streams are set aside."""
        self._parked = int(
            await self._pool.fetchval("SELECT count(*) FROM inbox.parked_stream WHERE consumer = $1", self._consumer)
        )
        return self._parked


def _beneath(about: Incoming, span: Span) -> Incoming:
    """Have what follows from a fact hang beneath the span of the reaction, where that is recorded."""
    return replace(about, traceparent=trace.text(span)) if span.is_recording() else about


def _of(source: Source, about: Incoming) -> dict[str, str]:
    """Return how the log names what was read, and who read it."""
    return {"reader": source.consumer, "topic": source.topic, "event_id": about.id, "event_type": about.type}
