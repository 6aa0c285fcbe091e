"""The events of all services: looked for, shown whole, followed. Next stop: merging.py, clients/ops_events.py."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

import structlog

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.errors import AlreadyShown
from gateway.application.log_places import cursor_of, places_of
from gateway.application.merging import merged
from gateway.application.ops_events_ports import (
    AuditedDeeds,
    Browsed,
    EventPage,
    EventWhole,
    Found,
    Reading,
    Wanted,
)
from gateway.application.policy import Operation
from gateway.application.together import together
from gateway.application.viewer import Viewer
from kernel.application.browsing import AtReader, Look, Mark, Sought, Way, Whole
from kernel.domain.errors import Invalid, NotFound, PortalError

T = TypeVar("T")

UNMASK = "UNMASK"
MOST_EFFECTS = 50
BURST = 200
"""Events that are told in one look, and of one service the most that wait for it; more are passed over, and said."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What was recorded since the last look."""

    items: tuple[Found, ...]
    cursor: str
    """Where to follow on."""
    passed_over: bool = False
    """True when more came than anybody could read."""
    joined: bool = False
    """True when a service answers whose place was not known: what it recorded before may be missing."""
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsJourney:
    """Looks into the logs of all services. Raises, everywhere: Denied for who is no operator, and says so."""

    logs: Mapping[str, Browsed]
    """By service, in the order they are shown."""
    readers: Mapping[str, Reading]
    """By process, those without a log among them."""
    deeds: AuditedDeeds

    async def page(
        self, viewer: Viewer, wanted: Wanted, asked: Asked, *, limit: int = 50, cursor: str | None = None
    ) -> EventPage:
        """Return events as they were recorded. Raises: CursorUnreadable; Invalid for a service there is none of."""
        policy.demand(viewer, Operation.OPS_EVENTS)
        return await self._page(viewer, wanted, asked, limit, cursor)

    async def one(self, viewer: Viewer, service: str, stream_id: UUID, version: int, asked: Asked) -> EventWhole:
        """Return one event, its personal texts covered. Raises: NotFound; Unavailable."""
        policy.demand(viewer, Operation.OPS_EVENT)
        whole = await self._log(service).whole(viewer.session, stream_id, version, asked)
        return await self._around(viewer, service, whole, asked)

    async def unmask(  # noqa: PLR0917 - what is shown, and why
        self, viewer: Viewer, service: str, stream_id: UUID, version: int, reason: str, asked: Asked
    ) -> EventWhole:
        """Return one event with its personal texts, once: who saw them and why is recorded before.

        Raises: NotFound; AlreadyShown for the same wish sent again; Unavailable.
        """
        policy.demand(viewer, Operation.OPS_UNMASK)
        source = self._log(service)
        # Nothing goes on record about what is not there.
        await source.whole(viewer.session, stream_id, version, asked)
        about = f"{service} {stream_id}/{version}"
        if not await self.deeds.record_about(viewer.session, UNMASK, about, reason, asked):
            raise AlreadyShown
        whole = await source.unmasked(viewer.session, stream_id, version, asked)
        return await self._around(viewer, service, whole, asked)

    def may_follow(self, viewer: Viewer, wanted: Wanted, cursor: str | None) -> None:
        """Refuse what cannot be followed before anything is sent. Raises: CursorUnreadable; Invalid."""
        policy.demand(viewer, Operation.OPS_FOLLOW)
        places_of(cursor, self._names(wanted))

    async def follow(
        self, looking: AsyncGenerator[Viewer, None], viewer: Viewer, wanted: Wanted, asked: Asked, cursor: str | None
    ) -> AsyncGenerator[Followed, None]:
        """Yield what is recorded from now on, or behind *cursor*, oldest first, whenever *looking* looks.

        Raises: CursorUnreadable; Invalid.
        """
        self.may_follow(viewer, wanted, cursor)
        wanted = replace(wanted, oldest_first=True)
        places = places_of(cursor, self._names(wanted))
        if not places:
            looks, silent = await self._looks(viewer, wanted, asked, 1, dict.fromkeys(self._names(wanted), _FAR))
            places = {name: look.head for name, look in looks.items()}
            # Whoever comes back without a place followed already, when nobody answered.
            joined = cursor is not None and bool(looks)
            yield Followed(items=(), cursor=cursor_of(places), joined=joined, silent=silent)
        async for now in looking:
            # A service that was silent from the start is followed from where its log ends once it answers.
            whence = {name: places.get(name, _FAR) for name in self._names(wanted)}
            looks, silent = await self._looks(now, wanted, asked, BURST, whence)
            found = merged(
                {name: replace(one, place=None) for name, one in looks.items()}, whence, BURST, oldest_first=True
            )
            joined = not looks.keys() <= places.keys()
            over = {name for name, one in looks.items() if one.place is not None and one.place < one.head}
            # What is not shown of a log for what others recorded before it comes with the next look.
            left = {name: place for name, place in found.places.items() if name not in over}
            places = {**places, **{name: max(places.get(name, 0), one.head) for name, one in looks.items()}, **left}
            yield Followed(
                items=found.items, cursor=cursor_of(places), passed_over=bool(over), joined=joined, silent=silent
            )

    async def told(self, viewer: Viewer, wanted: Wanted, asked: Asked, *, limit: int, cursor: str) -> tuple[Found, ...]:
        """Return the newest events up to where whoever follows stands, newest first; none of who is silent.

        Raises: CursorUnreadable; Invalid.
        """
        self.may_follow(viewer, wanted, cursor)
        behind = {name: place + 1 for name, place in places_of(cursor, self._names(wanted)).items()}
        newest = replace(wanted, oldest_first=False)
        return (await self._page(viewer, newest, asked, limit, cursor_of(behind))).items

    async def _page(
        self, viewer: Viewer, wanted: Wanted, asked: Asked, limit: int, cursor: str | None = None
    ) -> EventPage:
        places = places_of(cursor, self._names(wanted))
        looks, silent = await self._looks(viewer, wanted, asked, limit + 1, places, only=bool(places))
        found = merged(looks, places, limit, oldest_first=wanted.oldest_first)
        # Whoever is silent is asked again from the same place on, so that nothing of theirs is left out of all pages.
        kept = {name: places.get(name, 0 if wanted.oldest_first else _FAR) for name in silent}
        # Where only they are left a page that found nothing is the last, or who walks them all would never end.
        more = found.places or (kept and found.items)
        return EventPage(
            items=found.items, next_cursor=cursor_of({**kept, **found.places}) if more else None, silent=silent
        )

    async def _looks(
        self,
        viewer: Viewer,
        wanted: Wanted,
        asked: Asked,
        limit: int,
        places: Mapping[str, int],
        *,
        only: bool = False,
    ) -> tuple[Mapping[str, Look], tuple[str, ...]]:
        """Look into each log at once, or *only* into those that have a place."""
        questions = {
            name: self.logs[name].look(
                viewer.session,
                wanted.sought,
                Way(limit=limit, oldest_first=wanted.oldest_first, place=places.get(name)),
                asked,
            )
            for name in self._names(wanted)
            if name in places or not only
        }
        return await together(questions)

    async def _around(self, viewer: Viewer, service: str, whole: Whole, asked: Asked) -> EventWhole:
        """Return an event with what became of it, what caused it and what it caused."""
        own = whole.envelope
        (at, silent), causes, effects = await asyncio.gather(
            self._at_readers(viewer, service, whole, asked),
            self._causes(viewer, own.causation_id, asked),
            self._page(viewer, Wanted(sought=Sought(causation_id=own.id), oldest_first=True), asked, MOST_EFFECTS),
        )
        return EventWhole(service=service, whole=whole, readers=at, causes=causes, effects=effects, silent=silent)

    async def _at_readers(
        self, viewer: Viewer, service: str, whole: Whole, asked: Asked
    ) -> tuple[tuple[AtReader, ...], tuple[str, ...]]:
        own = whole.envelope
        place = {"position": own.position, "stream_id": own.stream_id, "version": own.version}
        marks = [Mark(topic=f"log:{service}", part=0, **place)]  # type: ignore[arg-type]
        if own.public:
            marks.append(Mark(topic=whole.topic, part=whole.part, **place))  # type: ignore[arg-type]
        found, silent = await together(
            {name: one.at(viewer.session, marks, asked) for name, one in self.readers.items()}
        )
        return tuple(one for several in found.values() for one in several), silent

    async def _causes(self, viewer: Viewer, causation_id: str | None, asked: Asked) -> tuple[Found, ...]:
        named = event_id(causation_id or "")
        if named is None:
            return ()
        sought = Sought(stream_id=named[0], version=named[1])
        return (await self._page(viewer, Wanted(sought=sought), asked, len(self.logs))).items

    def _names(self, wanted: Wanted) -> Sequence[str]:
        """Return the services that are asked. Raises: Invalid."""
        if wanted.service is None:
            if wanted.sought.first is not None or wanted.sought.last is not None:
                raise _invalid("service", "required", "A position is one of one service")
            return list(self.logs)
        if wanted.service not in self.logs:
            raise _invalid("service", "unknown", "There is no such service")
        return [wanted.service]

    def _log(self, service: str) -> Browsed:
        if service not in self.logs:
            raise NotFound("no such service")
        return self.logs[service]


_FAR = 2**62
"""Behind every log: a look from there finds nothing and says where the log ends."""


def event_id(text: str) -> tuple[UUID, int] | None:
    """Return stream and version of an event's id, `stream/version`; None when it is none."""
    stream, _, version = text.partition("/")
    try:
        found = UUID(stream), int(version)
    except ValueError:
        return None
    return found if version.isascii() and 0 < found[1] < 2**31 else None


def _invalid(name: str, code: str, detail: str) -> PortalError:
    return Invalid(detail, errors=[{"pointer": f"/{name}", "code": code, "detail": detail}])
