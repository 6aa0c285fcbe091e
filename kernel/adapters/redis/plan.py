"""What a fetched batch changes: judged by the chain, decoded, folded, unreadable streams set aside. Next: rows.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.adapters.clock import utc_now
from kernel.adapters.kafka.topics import Part
from kernel.adapters.redis.checkpoint import Checkpoint, move
from kernel.adapters.redis.fold import At, Command, Fold
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.parking import Aside, SetAside
from kernel.adapters.redis.remembered import Remembered
from kernel.adapters.redis.scripts import GET
from kernel.application.chain import Place, Reached, Verdict
from kernel.application.concerning import concerning
from kernel.application.consume import Decoder, Delivery, Incoming, passing, wanted
from kernel.application.frames import frames
from kernel.application.ports import Clock
from kernel.domain.errors import PortalError

Batch = Mapping[Part, Sequence[Delivery]]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Plan:
    """The commands that keep a batch, and what the projector remembers once they are carried out."""

    commands: list[Command] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    offsets: dict[Part, int] = field(default_factory=dict)
    places: dict[Part, Place] = field(default_factory=dict)
    verdicts: dict[Part, list[Verdict]] = field(default_factory=dict)
    parked: set[UUID] = field(default_factory=set)
    rows: Mapping[At, bytes | None] = field(default_factory=dict)
    """Those that were looked at, as they are once the commands are carried out."""
    applied: int = 0


@dataclass(slots=True)
class _Fact:
    part: Part
    offset: int
    about: Incoming
    fact: Any = None
    error: Exception | None = None


class Planner:
    """Makes plans for one generation; reads rows from Redis, writes nothing."""

    def __init__(self, redis: "Redis", generation: Generation, decoder: Decoder, now: Clock = utc_now) -> None:
        self._redis = redis
        self._get = redis.register_script(GET)
        self._generation = generation
        self._decoder = decoder
        self._aside = Aside(redis, generation, now)
        self._remembered = Remembered()

    async def plan(self, batch: Batch, checkpoint: Checkpoint, parked: set[UUID]) -> Plan:
        """Return what *batch* changes. Raises: Unreadable when a row is spoiled; Unavailable; RedisError."""
        try:
            return await self._plan(batch, checkpoint, Plan(parked=set(parked)), careful=False)
        except (PortalError, RedisError):
            raise
        except Exception:  # noqa: BLE001 - a row cannot be written: once more, to learn which fact is to blame
            return await self._plan(batch, checkpoint, Plan(parked=set(parked)), careful=True)

    async def _plan(self, batch: Batch, checkpoint: Checkpoint, plan: Plan, *, careful: bool) -> Plan:
        facts = self._judge(batch, checkpoint, plan)
        await self._decoder.prepare([(one.about.type, one.about.data) for one in facts])
        for one in facts:
            await self._decode(one)
        fold = Fold(self._generation, careful=careful)
        await self.load(fold, [(one.fact, one.about) for one in facts if one.fact is not None])
        for one in facts:
            self._apply(fold, one, plan)
        changes, plan.touched = fold.commands()
        plan.rows = fold.kept
        moves = [move(self._generation, part, plan.offsets[part], place) for part, place in plan.places.items()]
        plan.commands = [*changes, *plan.commands, *moves]
        plan.applied = len(facts)
        return plan

    async def load(self, fold: Fold, facts: Sequence[tuple[Any, Incoming]]) -> None:
        """Load the rows that some facts are about. Raises: Unreadable, RedisError."""
        needed: list[At] = fold.needs(facts)
        fold.load(self._remembered.of(needed))
        if needed := [at for at in needed if at not in fold.kept]:
            # Not MGET, which takes a key of another type for a missing one: the row would begin anew without a word.
            keys = [self._generation.checkpoint, *(self._generation.row_key(*at) for at in needed)]
            _, *kept = await self._get(keys=keys)
            fold.load({at: row or None for at, row in zip(needed, kept, strict=True)})

    def took(self, plan: Plan) -> None:
        """Remember the rows of a plan that was carried out."""
        self._remembered.take(plan.rows)

    def forget(self) -> None:
        """Ask for every row again: somebody else may have written."""
        self._remembered.forget()

    def _judge(self, batch: Batch, checkpoint: Checkpoint, plan: Plan) -> list[_Fact]:
        facts = []
        for part, records in batch.items():
            place = before = checkpoint.places.get(part, Place())
            verdicts, reached = plan.verdicts.setdefault(part, []), Reached(records[0].offset)
            for record in records:
                about, verdict = record.about, None
                if about is not None:
                    verdict = place.judge(about.epoch, about.position, about.previous)
                    verdicts.append(verdict)
                    if verdict is Verdict.RESTORED:
                        break
                    if verdict is Verdict.NEXT:
                        place = Place(about.epoch, about.position)
                        facts.append(_Fact(part, record.offset, about))
                plan.offsets[part] = reached.past(record.offset, verdict)
            if place != before:
                plan.places[part] = place
        return facts

    async def _decode(self, one: _Fact) -> None:
        try:
            if wanted(self._decoder.types, one.about.type):
                one.fact = await self._decoder.read(one.about.type, one.about.data)
        except Exception as error:
            if passing(error):
                raise
            one.error = error

    def _apply(self, fold: Fold, one: _Fact, plan: Plan) -> None:
        stream = one.about.stream_id
        if stream in plan.parked:
            plan.commands.append(self._aside.event(SetAside(one.about, one.offset, "")))
            return
        try:
            if one.fact is not None:
                fold.apply(one.fact, one.about)
        except Exception as error:  # noqa: BLE001 - whatever a model raises decides about its stream alone
            one.error = error
        if one.error:
            # Only the kind of the error and the way to it: its words may quote the fact, and stand beside the stream.
            with concerning(one.about):
                log.error(
                    "projector.parks_stream",
                    generation=self._generation.name,
                    event_type=one.about.type,
                    error=type(one.error).__name__,
                    frames=frames(one.error),
                )
            reason = repr(one.error)
            plan.parked.add(stream)
            plan.commands += self._aside.stream(one.part, stream, reason)
            plan.commands.append(self._aside.event(SetAside(one.about, one.offset, reason)))

    async def discard(self, stream_id: UUID, by: str, reason: str) -> list[Command]:
        """Return what giving up a parked stream changes, and name in the log the facts that are never folded."""
        facts = await self._aside.waiting(stream_id)
        given_up = [one.about.version for one in facts]
        told = {"stream": stream_id, "versions": given_up, "by": by, "reason": reason}
        log.warning("projector.discards", generation=self._generation.name, **told)
        return [
            *await self._aside.discarded(stream_id, facts, by, reason),
            ["HDEL", self._generation.discards, str(stream_id)],
            ["HDEL", self._generation.retries, str(stream_id)],
        ]

    async def release(self, stream_id: UUID) -> tuple[list[Command], set[str], bool]:
        """Return what applying a parked stream changes, whom it touches, and whether all of it could be applied."""
        fold, failed, done = Fold(self._generation, careful=True), None, 0
        for one in await self._aside.waiting(stream_id):
            try:
                if wanted(self._decoder.types, one.about.type):
                    fact = await self._decoder.read(one.about.type, one.about.data)
                    await self.load(fold, [(fact, one.about)])
                    fold.apply(fact, one.about)
            except Exception as error:
                if passing(error) or isinstance(error, RedisError):
                    raise
                failed = replace(one, error=repr(error))
                break
            done += 1
        commands, touched = fold.commands()
        commands.append(["HDEL", self._generation.retries, str(stream_id)])
        commands += await (self._aside.stays(stream_id, done, failed) if failed else self._aside.free(stream_id))
        return commands, touched, failed is None
