# ruff: noqa: ARG002 - fakes take what the ports give
"""Processes that an operator watches, as a test says them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session
from kernel.adapters.parked_facts import dump, starred, text_of
from kernel.application.browsing import Covered, Shown, Told
from kernel.application.flowing import Verdict
from kernel.application.parking import After, AsItCame, Chosen, ParkedGroup, ParkedStream, ParkedWhole, Reach
from kernel.application.running import Running
from kernel.application.watching import Flow, FlowPart
from kernel.domain.errors import Denied, NotFound, Unavailable
from kernel.testing.parking import MemoryParking
from tests.unit.gateway.fakes import NOW

READER = "users.contracts"
PARKED = UUID(int=77)
SECRET_NAME = "大泉 まさ江"


def parked(number: int = 0, **changes: Any) -> ParkedStream:
    """Return a stream that the users service parked."""
    said: dict[str, Any] = {
        "consumer": READER,
        "stream_id": UUID(int=PARKED.int + number),
        "topic": "portal.contracts.events.v1",
        "part": 3,
        "since": NOW + timedelta(seconds=number),
        "error": "Unreadable",
        "detail": "portal.application.received.v9 is a version that this reader does not know",
        "events": 2,
        "event_type": "portal.application.received.v9",
        "version": 4,
        "recorded_at": NOW,
        "source": "contracts",
    }
    return ParkedStream(**said | changes)


def whole(one: ParkedStream, *, unmask: bool = False, as_json: bool = True) -> ParkedWhole:
    """Return a parked stream whose first fact tells a name."""
    raw = f'{{"contractId": "{one.stream_id}", "name": "{SECRET_NAME}", "token": "abc"}}'
    data = {"contractId": str(one.stream_id), "name": SECRET_NAME if unmask else None, "token": None}
    name = Shown.SHOWN if unmask else Shown.MASKED
    covered = (Covered(path="/name", shown=name), Covered(path="/token", shown=Shown.HIDDEN))
    told = Told(data=data, covered=covered) if as_json else Told(data=None)
    shown = starred(raw.encode())
    came = AsItCame(error=f"{one.error}('{SECRET_NAME} <b>')", text=text_of(shown), hex_dump=dump(shown))
    return ParkedWhole(stream=one, told=told, bytes=len(raw.encode()), as_it_came=came if unmask else None)


@dataclass
class FakeProcess:
    """One process; the users service has a stream parked."""

    name: str
    streams: list[ParkedStream] = field(default_factory=list)
    done: list[tuple[object, ...]] = field(default_factory=list)
    away: bool = False
    as_json: bool = True
    """Whether what is parked can be read as JSON."""
    verdict: Verdict = Verdict.OK
    flowing: list[Flow] = field(default_factory=list)
    """How its readers stand; one that has some lag where nothing is said."""

    def __post_init__(self) -> None:
        if self.name == "users":
            self.streams.append(parked())

    async def flows(self, session: Session, asked: Asked) -> Sequence[Flow]:
        self._answer()
        if self.flowing:
            return self.flowing
        part = FlowPart(part=0, place=90, head=100, lag=10, verdict=self.verdict)
        one = Flow(
            consumer=READER if self.name == "users" else f"{self.name}.relay",
            topic="portal.contracts.events.v1",
            lag=10,
            lag_seconds=2.5,
            rate=12.0,
            verdict=self.verdict,
            since=NOW,
            parts=(part,),
        )
        return [one]

    async def running(self, session: Session, asked: Asked) -> Running:
        self._answer()
        readers = {"users": ("users.board", READER), "gateway": ("projector",)}
        return Running(instance=f"{self.name}-1:4711", since=NOW, readers=readers.get(self.name, ()))

    async def groups(self, session: Session, asked: Asked) -> Sequence[ParkedGroup]:
        self._answer()
        return await self._parking().groups()

    async def page(
        self, session: Session, chosen: Chosen, limit: int, after: After | None, asked: Asked
    ) -> Sequence[ParkedStream]:
        self._answer()
        return await self._parking().page(chosen, limit, after)

    async def whole(self, session: Session, consumer: str, stream_id: UUID, asked: Asked) -> ParkedWhole:
        return whole(await self._first(consumer, stream_id), as_json=self.as_json)

    async def unmasked(
        self, session: Session, consumer: str, stream_id: UUID, version: int, asked: Asked
    ) -> ParkedWhole:
        found = await self._first(consumer, stream_id)
        if found.version != version:
            raise NotFound("this fact holds the stream up no more")
        self.done.append(("unmask", consumer, found.event_id))
        return whole(found, unmask=True, as_json=self.as_json)

    async def _first(self, consumer: str, stream_id: UUID) -> ParkedStream:
        self._answer()
        for one in await self._parking().page(Chosen(consumer=consumer, streams=(stream_id,)), 1):
            return one
        raise NotFound("nothing of this stream is parked")

    async def retry(self, session: Session, chosen: Chosen, asked: Asked, *, dry_run: bool) -> Reach:
        reach = await self._reach("retry", chosen, dry_run)
        return reach if dry_run else await self._parking().retry(chosen)

    async def discard(self, session: Session, chosen: Chosen, reason: str, asked: Asked, *, dry_run: bool) -> Reach:
        reach = await self._reach("discard", chosen, dry_run)
        return reach if dry_run else await self._parking().discard(chosen, f"user:{session.user_id}", reason)

    async def _reach(self, what: str, chosen: Chosen, dry_run: bool) -> Reach:
        self._answer()
        reach = await self._parking().reach(chosen)
        if chosen.streams and not reach.streams:
            raise NotFound("nothing of these streams is parked")
        if not dry_run:
            self.done.append((what, chosen))
        return reach

    def _parking(self) -> MemoryParking:
        return MemoryParking(self.streams, now=lambda: NOW)

    def _answer(self) -> None:
        if self.away:
            raise Unavailable(f"{self.name} is away")


@dataclass
class FakeDeeds:
    """What was recorded."""

    recorded: list[tuple[UUID, str, Chosen, str]] = field(default_factory=list)
    about: list[tuple[UUID, str, str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    refuses: bool = False
    refusal: Exception | None = None
    """What the next record is refused with."""

    async def record(self, session: Session, deed: str, chosen: Chosen, reason: str, asked: Asked) -> bool:
        if not self._is_new(asked):
            return False
        self.recorded.append((session.user_id, deed, chosen, reason))
        return True

    async def record_about(self, session: Session, deed: str, about: str, reason: str, asked: Asked) -> bool:
        if not self._is_new(asked):
            return False
        self.about.append((session.user_id, deed, about, reason))
        return True

    def _is_new(self, asked: Asked) -> bool:
        if self.refuses:
            raise Denied
        refusal, self.refusal = self.refusal, None
        if refusal is not None:
            raise refusal
        if asked.key in self.keys:
            return False
        self.keys.add(asked.key)
        return True
