"""What is appended together: requests, which of them fit into one call, and what came of each. Next: appender.py."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, NamedTuple
from uuid import UUID

from kernel.domain.errors import Refused, Unavailable
from kernel.domain.recorded import Claim

MOST_REQUESTS = 128
MOST_BYTES = 1024 * 1024
MOST_FACTS = 500
"""Bounds how long a single fact waits for a batch of many; and while one is written, the next is made ready."""
MOST_FACT_BYTES = 900_000
"""A record of Kafka holds a megabyte with its headers; a fact beyond that would stand before the relay for ever.

The table says it too: migrations/log/004_largest_fact.sql.
"""
MOST_WAITING = 1024
MOST_WAITING_BYTES = 32 * 1024 * 1024

APPEND = f"SELECT * FROM es.append({', '.join(f'${number}' for number in range(1, 19))})"  # noqa: S608 - numbers only


class Encoded(NamedTuple):
    """A fact as the log keeps it."""

    type: str
    schema: int
    public: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request: `ok`, `conflict`, `taken`, `duplicate` or `reused`."""

    status: str
    stream_id: UUID
    version: int
    """Of the stream now, or of what the command left when it was carried out before."""
    public_position: int | None
    epoch: int


@dataclass(slots=True, kw_only=True, eq=False)
class Request:
    """One append that waits for its batch."""

    stream_id: UUID
    expected: int
    command_id: UUID
    content: bytes | None
    tenant_id: UUID
    meta: str
    claims: Sequence[Claim]
    releases: Sequence[Claim]
    events: Sequence[Encoded]
    answer: asyncio.Future[Outcome]
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = sum(len(event.data) for event in self.events) + len(self.meta)

    @property
    def names(self) -> list[object]:
        """Return what no other request of the same batch may touch."""
        return [self.stream_id, self.command_id, *self.claims, *self.releases]


class Waiting:
    """The requests that wait, in order, and no more of them than can be answered soon."""

    def __init__(self) -> None:
        self._queue: deque[Request] = deque()
        self._size = 0
        self._facts = 0

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def is_full(self) -> bool:
        """Whether what waits fills a batch, so that nobody else need be waited for."""
        return self._facts >= MOST_FACTS or self._size >= MOST_BYTES or len(self._queue) >= MOST_REQUESTS

    def put(self, request: Request) -> None:
        """Let a request wait. Raises: Refused for a fact no topic holds; Unavailable when too much waits."""
        if any(len(event.data) > MOST_FACT_BYTES for event in request.events):
            raise Refused(f"a fact has at most {MOST_FACT_BYTES} bytes")
        if len(self._queue) >= MOST_WAITING or self._size >= MOST_WAITING_BYTES:
            raise Unavailable("too many appends wait", retry_after=1)
        self._queue.append(request)
        self._size += request.size
        self._facts += len(request.events)

    def take(self) -> list[Request]:
        """Take what may be written together, oldest first; what cannot stays, in order."""
        batch: list[Request] = []
        touched: set[object] = set()
        later: list[Request] = []
        size = facts = 0
        while self._queue and len(batch) < MOST_REQUESTS:
            request = self._queue[0]
            if batch and (size + request.size > MOST_BYTES or facts + len(request.events) > MOST_FACTS):
                break
            self._queue.popleft()
            if request.answer.done():
                # Whoever asked has gone.
                self._size -= request.size
                self._facts -= len(request.events)
            elif touched.isdisjoint(names := request.names):
                touched.update(names)
                batch.append(request)
                size += request.size
                facts += len(request.events)
            else:
                later.append(request)
        self._queue.extendleft(reversed(later))
        self._size -= size
        self._facts -= facts
        return batch

    def clear(self) -> list[Request]:
        """Take everything."""
        left = list(self._queue)
        self._queue.clear()
        self._size = self._facts = 0
        return left


def arguments(batch: Sequence[Request]) -> tuple[list[Any], ...]:
    """Return what `es.append` is given for a batch."""
    claims = [(index, one.scope, one.key) for index, ask in enumerate(batch, 1) for one in ask.claims]
    releases = [(index, one.scope, one.key) for index, ask in enumerate(batch, 1) for one in ask.releases]
    events = list(chain.from_iterable(ask.events for ask in batch))
    return (
        [ask.stream_id for ask in batch],
        [ask.expected for ask in batch],
        [ask.command_id for ask in batch],
        [ask.content for ask in batch],
        [ask.tenant_id for ask in batch],
        [ask.meta for ask in batch],
        *_columns(claims),
        *_columns(releases),
        list(chain.from_iterable(repeat(index, len(ask.events)) for index, ask in enumerate(batch, 1))),
        list(chain.from_iterable(range(1, len(ask.events) + 1) for ask in batch)),
        [event.type for event in events],
        [event.schema for event in events],
        [event.public for event in events],
        [event.data for event in events],
    )


def _columns(rows: Sequence[tuple[int, str, bytes]]) -> tuple[list[Any], list[Any], list[Any]]:
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
