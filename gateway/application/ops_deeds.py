"""What operators did, and whom the console refused: told newest first, noted in time. Next: clients/ops_deeds.py."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from gateway.application import paging, policy
from gateway.application.asked import Asked
from gateway.application.errors import CursorUnreadable
from gateway.application.names import USER, Names
from gateway.application.policy import Operation
from gateway.application.session import Session
from gateway.application.viewer import Viewer
from kernel.application.ports import Clock
from kernel.domain.errors import PortalError

APART = timedelta(hours=1)
"""How long nothing more is noted of a person who was refused; the users service holds to it whoever asks."""
REMEMBERED = 10_000
"""Of how many people a process remembers that it noted them, so that it need not ask again."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that was ordered or refused, and which fact of the users service's log says so."""

    position: int
    stream_id: UUID
    version: int
    at: datetime
    user_id: UUID
    company_id: UUID | None
    """The tenant of who was refused; None for an operator's deed."""
    what: str
    """The deed, or the operation that was refused."""
    refused: bool
    consumer: str | None
    error: str | None
    streams: tuple[UUID, ...]
    about: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedPage:
    """A part of the deeds, newest first."""

    items: tuple[Deed, ...]
    next_cursor: str | None
    names: Mapping[UUID, str]
    """What operators are called; a company's people are told by their ids alone."""


class DeedBook(Protocol):
    """Everything that operators ordered, and whom the console refused. Raises, in every method: Unavailable."""

    async def page(self, session: Session, limit: int, before: int | None, asked: Asked) -> Sequence[Deed]:
        """Return it newest first, from before a position of the log."""
        ...

    async def refused(self, session: Session, operation: str, asked: Asked) -> None:
        """Take note that the console refused somebody; more than one an hour of a person changes nothing."""
        ...


@dataclass(slots=True)
class Seldom:
    """Remembers of whom something was noted, of a bounded number of people."""

    _noted: OrderedDict[UUID, datetime] = field(default_factory=OrderedDict)

    def turn(self, who: UUID, now: datetime) -> bool:
        """Return whether something may be noted of a person, and remember that it is."""
        if (last := self._noted.get(who)) is not None and now < last + APART:
            return False
        self._noted[who] = now
        self._noted.move_to_end(who)
        if len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)
        return True

    def forget(self, who: UUID) -> None:
        """Take back what `turn()` remembered."""
        self._noted.pop(who, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeedsJourney:
    """Tells of deeds, and notes refusals."""

    book: DeedBook
    names: Names
    now: Clock
    seldom: Seldom = field(default_factory=Seldom)

    async def page(self, viewer: Viewer, asked: Asked, *, limit: int = 50, cursor: str | None = None) -> DeedPage:
        """Return deeds and refusals, newest first. Raises: Denied for who is no operator; CursorUnreadable."""
        policy.demand(viewer, Operation.OPS_DEEDS)
        found = await self.book.page(viewer.session, limit + 1, _before(cursor), asked)
        shown = tuple(found[:limit])
        called = await self.names.of(viewer, {f"{USER}{one.user_id}" for one in shown})
        return DeedPage(
            items=shown,
            next_cursor=paging.cursor((str(shown[-1].position), "")) if len(found) > limit else None,
            names={UUID(actor.removeprefix(USER)): name for actor, name in called.items()},
        )

    async def refused(self, viewer: Viewer, operation: str, asked: Asked) -> None:
        """Note that somebody was refused, as far as it can be: they have their answer already."""
        if not self.seldom.turn(viewer.user_id, self.now()):
            return
        try:
            await self.book.refused(viewer.session, operation, asked)
        except PortalError as trouble:
            # The log has it; the next refusal of this person is noted instead.
            self.seldom.forget(viewer.user_id)
            log.warning("ops.refusal_not_noted", user_id=str(viewer.user_id), error_code=trouble.code)


def _before(cursor: str | None) -> int | None:
    place = paging.place(cursor)
    if place is None:
        return None
    if place[1] or not place[0].isdecimal() or not 0 < int(place[0]) < 2**63:
        raise CursorUnreadable
    return int(place[0])
