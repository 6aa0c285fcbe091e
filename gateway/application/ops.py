"""The ops console: how the streams flow, what is parked, what is done about it. Next stop: clients/ops.py."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog

from gateway.application import paging, policy
from gateway.application.asked import Asked
from gateway.application.errors import AlreadyOrdered, AlreadyShown, CursorUnreadable
from gateway.application.ops_events import UNMASK
from gateway.application.ops_events_ports import AuditedDeeds
from gateway.application.ops_ports import Choice, Deeds, Done, Operated, ParkedGroups, ParkedPage, Standing
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from kernel.application.parking import After, ParkedStream, ParkedWhole, Reach
from kernel.application.running import Running
from kernel.domain.errors import NotFound, Unavailable

T = TypeVar("T")

GATEWAY = "gateway"
RETRY, DISCARD = "RETRY", "DISCARD"
_SEPARATOR = "|"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsJourney:
    """Gathers what every process says of itself. Raises, everywhere: Denied for who is no operator, and says so."""

    processes: Mapping[str, Operated]
    """By service, in the order they are shown."""
    deeds: Deeds
    looks: AuditedDeeds
    """Where is recorded who saw what is not for everybody."""

    async def streams(self, viewer: Viewer, asked: Asked) -> Sequence[Standing]:
        """Return how every reader of every service stands; a service that does not answer says so."""
        policy.demand(viewer, Operation.OPS_STREAMS)
        found, _ = await self._ask(lambda one: one.flows(viewer.session, asked))
        return [
            Standing(service=name, answers=name in found, flows=tuple(found.get(name, ()))) for name in self.processes
        ]

    async def running(self, viewer: Viewer, asked: Asked) -> tuple[Mapping[str, Running], tuple[str, ...]]:
        """Return the process of each service that answers, and which services did not."""
        policy.demand(viewer, Operation.OPS_GROUPS)
        return await self._ask(lambda one: one.running(viewer.session, asked))

    async def groups(self, viewer: Viewer, asked: Asked) -> ParkedGroups:
        """Return what is parked, by reader and kind of error, oldest first."""
        policy.demand(viewer, Operation.OPS_PARKED_GROUPS)
        found, silent = await self._ask(lambda one: one.groups(viewer.session, asked))
        items = sorted((one for part in found.values() for one in part), key=lambda one: (one.since, one.consumer))
        return ParkedGroups(items=tuple(items), silent=silent)

    async def parked(
        self, viewer: Viewer, choice: Choice, asked: Asked, *, limit: int = 50, cursor: str | None = None
    ) -> ParkedPage:
        """Return parked streams, oldest first; who was silent is named from then on. Raises: CursorUnreadable."""
        policy.demand(viewer, Operation.OPS_PARKED)
        after, missed = _after(cursor, list(self.processes))
        found, silent = await self._ask(
            lambda one: one.page(viewer.session, choice.chosen, limit + 1, after, asked), choice.consumer
        )
        items = sorted((one for part in found.values() for one in part), key=_place)
        shown = items[:limit]
        # What a service has before the place of the next page never comes, though it answers by then.
        missing = tuple(name for name in self.processes if name in (*missed, *silent))
        more = paging.cursor(_cursor(shown[-1], missing)) if len(items) > limit else None
        return ParkedPage(items=tuple(shown), next_cursor=more, silent=missing)

    async def one(self, viewer: Viewer, consumer: str, stream_id: UUID, asked: Asked) -> ParkedWhole:
        """Return one parked stream, what its first fact says covered. Raises: NotFound; Unavailable."""
        policy.demand(viewer, Operation.OPS_PARKED_STREAM)
        return await self.processes[self.owner(consumer)].whole(viewer.session, consumer, stream_id, asked)

    async def unmask(self, viewer: Viewer, consumer: str, stream_id: UUID, reason: str, asked: Asked) -> ParkedWhole:
        """Return it with that fact as it came and the whole error, once: who saw it and why is recorded before.

        Raises: NotFound; AlreadyShown for the same wish sent again; Unavailable.
        """
        policy.demand(viewer, Operation.OPS_UNMASK_PARKED)
        process = self.processes[self.owner(consumer)]
        # Nothing goes on record about what is not there, and nothing is shown but what is on record.
        first = (await process.whole(viewer.session, consumer, stream_id, asked)).stream
        if not await self.looks.record_about(viewer.session, UNMASK, f"{consumer} {first.event_id}", reason, asked):
            raise AlreadyShown
        return await process.unmasked(viewer.session, consumer, stream_id, first.version, asked)

    async def retry(self, viewer: Viewer, choice: Choice, reason: str, asked: Asked, *, dry_run: bool = False) -> Done:
        """Have parked streams tried again within a second, or say how many it would be; recorded before it is done.

        Raises: AlreadyOrdered for the same wish sent again; NotFound; Unavailable.
        """
        policy.demand(viewer, Operation.OPS_RETRY)
        if not dry_run:
            await self._record(viewer, RETRY, choice, reason, asked)
        return await self._do(lambda one: one.retry(viewer.session, choice.chosen, asked, dry_run=dry_run), choice)

    async def discard(
        self, viewer: Viewer, choice: Choice, reason: str, asked: Asked, *, dry_run: bool = False
    ) -> Done:
        """Give up what is parked of streams, or say how much it would be; recorded before it is done.

        Raises: AlreadyOrdered for the same wish sent again; NotFound; Unavailable.
        """
        policy.demand(viewer, Operation.OPS_DISCARD)
        if not dry_run:
            await self._record(viewer, DISCARD, choice, reason, asked)
        return await self._do(
            lambda one: one.discard(viewer.session, choice.chosen, reason, asked, dry_run=dry_run), choice
        )

    def owner(self, consumer: str) -> str:
        """Return the service that a reader belongs to, by its name."""
        service = consumer.partition(".")[0]
        return service if service in self.processes else GATEWAY

    async def _record(self, viewer: Viewer, deed: str, choice: Choice, reason: str, asked: Asked) -> None:
        # A kind of error means other streams tomorrow: a wish that is sent again would be done without a record.
        if not await self.deeds.record(viewer.session, deed, choice.chosen, reason, asked):
            raise AlreadyOrdered

    async def _do(self, order: Callable[[Operated], Coroutine[Any, Any, Reach]], choice: Choice) -> Done:
        found, silent = await self._ask(order, choice.consumer)
        if silent and not found:
            raise Unavailable(f"{', '.join(silent)}: no answer", retry_after=2)
        done = Done(
            streams=sum(one.streams for one in found.values()),
            events=sum(one.events for one in found.values()),
            silent=silent,
        )
        if not found or (choice.chosen.streams and not silent and not done.streams):
            raise NotFound("nothing of these streams is parked")
        return done

    async def _ask(
        self, question: Callable[[Operated], Coroutine[Any, Any, T]], consumer: str | None = None
    ) -> tuple[Mapping[str, T], tuple[str, ...]]:
        """Ask every service at once, or the one that a reader belongs to; return answers, and who gave none."""
        names = list(self.processes) if consumer is None else [self.owner(consumer)]
        answers = await asyncio.gather(*(question(self.processes[name]) for name in names), return_exceptions=True)
        found: dict[str, T] = {}
        silent: list[str] = []
        for name, answer in zip(names, answers, strict=True):
            if isinstance(answer, Unavailable):
                log.warning("ops.no_answer", service=name, error=answer.detail)
                silent.append(name)
            elif isinstance(answer, NotFound):
                # Streams that are named are parked by some readers and not by others.
                continue
            elif isinstance(answer, BaseException):
                raise answer
            else:
                found[name] = answer
        return found, tuple(silent)


def _place(one: ParkedStream) -> tuple[datetime, str, str]:
    return one.since, one.consumer, str(one.stream_id)


def _cursor(one: ParkedStream, missing: Sequence[str]) -> tuple[str, str]:
    parts = (one.since.isoformat(), one.consumer, str(one.stream_id), ",".join(missing))
    return str(one.since.timestamp()), _SEPARATOR.join(parts)


def _after(cursor: str | None, known: Sequence[str]) -> tuple[After | None, Sequence[str]]:
    """Return where a cursor goes on, and of whom something is missing before it."""
    found = paging.place(cursor)
    if found is None:
        return None, ()
    try:
        since, consumer, stream, names = found[1].split(_SEPARATOR)
        after = After(since=datetime.fromisoformat(since), consumer=consumer, stream_id=UUID(stream))
    except ValueError:
        raise CursorUnreadable from None
    missing = names.split(",") if names else []
    if not all(name in known for name in missing):
        raise CursorUnreadable
    return after, missing
