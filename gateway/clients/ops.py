"""What every process says of its readers and parked streams, and what it is told. Next: kernel/adapters/http/ops.py."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session
from gateway.clients.answers import read
from gateway.clients.ops_looks import LOOK_SECONDS, look
from kernel.adapters.clock import new_id
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import ACT, Operated
from kernel.application.parking import After, Chosen, ParkedGroup, ParkedStream, ParkedWhole, Reach
from kernel.application.running import Running
from kernel.application.watching import Flow
from kernel.domain.context import NOBODY, PLATFORM, Context

DO, DEED = (ACT,), ("operators:deed",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsAnswer:
    """All readers of a process."""

    items: tuple[Flow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    items: tuple[ParkedGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parked:
    items: tuple[ParkedStream, ...]


@dataclass(frozen=True, slots=True)
class OperatedService:
    """Another process, over HTTP, in the name of the operator who asks."""

    http: ServiceClient

    async def flows(self, session: Session, asked: Asked) -> Sequence[Flow]:
        """Return how every reader stands."""
        return read(FlowsAnswer, await look(self.http, "/internal/ops/streams", _by(session, asked))).items

    async def running(self, session: Session, asked: Asked) -> Running:
        """Return which process answers, and the readers that run in it."""
        return read(Running, await look(self.http, "/internal/ops/process", _by(session, asked)))

    async def groups(self, session: Session, asked: Asked) -> Sequence[ParkedGroup]:
        """Return how many streams are parked, by reader and kind of error."""
        return read(_Groups, await look(self.http, "/internal/ops/parked/groups", _by(session, asked))).items

    async def page(
        self, session: Session, chosen: Chosen, limit: int, after: After | None, asked: Asked
    ) -> Sequence[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        query: dict[str, Any] = {"limit": limit}
        if chosen.consumer is not None:
            query["consumer"] = chosen.consumer
        if chosen.error is not None:
            query["error"] = chosen.error
        if chosen.streams:
            query["stream"] = chosen.streams[0]
        if after is not None:
            query |= {
                "afterSince": after.since.isoformat(),
                "afterConsumer": after.consumer,
                "afterStream": after.stream_id,
            }
        path = f"/internal/ops/parked?{urlencode(query)}"
        return read(_Parked, await look(self.http, path, _by(session, asked))).items

    async def whole(self, session: Session, consumer: str, stream_id: UUID, asked: Asked) -> ParkedWhole:
        """Return one parked stream, what its first fact says covered."""
        return _whole(await look(self.http, _one(consumer, stream_id), _by(session, asked)))

    async def unmasked(
        self, session: Session, consumer: str, stream_id: UUID, version: int, asked: Asked
    ) -> ParkedWhole:
        """Return it with that fact as it came, and the whole error."""
        path = f"{_one(consumer, stream_id)}/{version}/unmasked"
        return _whole((await self.http.post(path, {}, DO, _by(session, asked))).body)

    async def retry(self, session: Session, chosen: Chosen, asked: Asked, *, dry_run: bool) -> Reach:
        """Have streams tried again, or only say how many it would be."""
        body = {**_said(chosen), "dryRun": dry_run}
        return await self._do("retry", body, _by(session, asked), dry_run=dry_run)

    async def discard(self, session: Session, chosen: Chosen, reason: str, asked: Asked, *, dry_run: bool) -> Reach:
        """Give streams up, or only say how many it would be."""
        body = {**_said(chosen), "reason": reason, "dryRun": dry_run}
        return await self._do("discard", body, _by(session, asked), dry_run=dry_run)

    async def _do(self, what: str, body: Mapping[str, Any], by: Context, *, dry_run: bool) -> Reach:
        within = LOOK_SECONDS if dry_run else None
        answer = await self.http.post(f"/internal/ops/parked/{what}", body, DO, by, within=within)
        return read(Reach, answer.body)


@dataclass(frozen=True, slots=True)
class OwnProcess:
    """The gateway's own projector, asked without a way over HTTP."""

    own: Operated

    async def flows(self, session: Session, asked: Asked) -> Sequence[Flow]:
        """Return how the projector stands."""
        _ = session, asked
        return await self.own.watch.flows()

    async def running(self, session: Session, asked: Asked) -> Running:
        """Return which process this is, and that the projector runs in it, where it does."""
        _ = session, asked
        return self.own.running()

    async def groups(self, session: Session, asked: Asked) -> Sequence[ParkedGroup]:
        """Return how many streams are parked, by kind of error."""
        _ = session, asked
        return await self.own.parking.groups()

    async def page(
        self, session: Session, chosen: Chosen, limit: int, after: After | None, asked: Asked
    ) -> Sequence[ParkedStream]:
        """Return the oldest parked streams behind a place."""
        _ = session, asked
        return await self.own.parking.page(chosen, limit, after)

    async def whole(self, session: Session, consumer: str, stream_id: UUID, asked: Asked) -> ParkedWhole:
        """Return one parked stream, what its first fact says covered."""
        _ = session, asked
        return await self.own.whole(consumer, stream_id)

    async def unmasked(
        self, session: Session, consumer: str, stream_id: UUID, version: int, asked: Asked
    ) -> ParkedWhole:
        """Return it with that fact as it came, and the whole error."""
        _ = asked
        return await self.own.unmasked(consumer, stream_id, version, f"user:{session.user_id}")

    async def retry(self, session: Session, chosen: Chosen, asked: Asked, *, dry_run: bool) -> Reach:
        """Have streams tried again, or only say how many it would be."""
        _ = asked
        return await (self.own.parking.reach(chosen) if dry_run else self.own.retry(chosen, f"user:{session.user_id}"))

    async def discard(self, session: Session, chosen: Chosen, reason: str, asked: Asked, *, dry_run: bool) -> Reach:
        """Give streams up, or only say how many it would be."""
        _ = asked
        if dry_run:
            return await self.own.parking.reach(chosen)
        return await self.own.discard(chosen, f"user:{session.user_id}", reason)


@dataclass(frozen=True, slots=True)
class RecordedDeeds:
    """What operators do, as facts of the users service."""

    http: ServiceClient

    async def record(self, session: Session, deed: str, chosen: Chosen, reason: str, asked: Asked) -> bool:
        """Record what is about to be done; false when this very wish was recorded before."""
        return await record(self.http, session, {**_said(chosen), "deed": deed, "reason": reason}, asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    fresh: bool


async def record(http: ServiceClient, session: Session, deed: Mapping[str, Any], asked: Asked) -> bool:
    """Record a deed at the users service, as the operator; false when this very wish was recorded before."""
    by = asked.context(f"user:{session.user_id}", PLATFORM)
    # The call is sent once more where its answer is lost, and must not be taken for a wish that somebody sent before.
    # Not in the body: that is the wish, and the same for the same key.
    path = f"/internal/operators/{session.user_id}/deeds?attempt={new_id()}"
    answer = await http.post(path, deed, DEED, by)
    return read(_Recorded, answer.body).fresh


def _one(consumer: str, stream_id: UUID) -> str:
    return f"/internal/ops/parked/{quote(consumer, safe='')}/{stream_id}"


def _whole(body: Mapping[str, Any]) -> ParkedWhole:
    """Return an answer as a parked stream; what its fact says keeps the names it has."""
    found = read(ParkedWhole, {**body, "told": {**body["told"], "data": None}})
    return replace(found, told=replace(found.told, data=body["told"]["data"]))


def _said(chosen: Chosen) -> Mapping[str, Any]:
    said = {name: value for name, value in asdict(chosen).items() if value}
    return {**said, **({"streams": [str(one) for one in chosen.streams]} if chosen.streams else {})}


def _by(session: Session, asked: Asked) -> Context:
    return asked.context(f"user:{session.user_id}", NOBODY)
