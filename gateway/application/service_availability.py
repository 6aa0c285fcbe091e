"""How a service ran, over all of its contracts that a person may see. Next stop: availability.py."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from gateway.application.availability import Day, Tally, available
from gateway.application.board_ports import Boards, Place
from gateway.application.errors import ServiceUnknown
from gateway.application.scope import scopes_of
from gateway.application.timezones import zone
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ALL, CONTRACT_BOARD
from gateway.projections.scopes import listed
from gateway.projections.status_history import STATUS_HISTORY
from kernel.application.ports import Clock

CHUNK = 200
"""Contracts that are added up at a time, so that nobody else waits while thousands are."""
FRESH = timedelta(seconds=30)
"""How long a sum serves everybody who sees the same: a chart of days is not worth doing again for each look."""
REMEMBERED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAvailability:
    """How a service ran, day by day."""

    service_name: str
    contracts: int
    """How many of them are counted."""
    days: Sequence[Day]
    as_of: datetime

    @property
    def available(self) -> float | None:
        """Return the part of the watched time in which the contracts ran; None when nobody watched."""
        return available(self.days)


@dataclass(slots=True, kw_only=True)
class ServiceAvailabilityJourney:
    """Adds up the histories of contracts."""

    boards: Boards
    now: Clock
    _kept: OrderedDict[tuple[object, ...], ServiceAvailability] = field(default_factory=OrderedDict)
    _adding: WeakValueDictionary[tuple[object, ...], asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def show(self, viewer: Viewer, service_name: str, count: int) -> ServiceAvailability:
        """Return the last *count* days in the viewer's zone.

        Raises: ServiceUnknown for one of which they see no contract; Unavailable.
        """
        key = (viewer.tenant_id, viewer.access, viewer.timezone, service_name, count)
        known = self._kept.get(key)
        if known is not None and self.now() - known.as_of < FRESH:
            return known
        # Whoever asks for the same meanwhile waits for the one sum.
        async with self._adding.setdefault(key, asyncio.Lock()):
            known = self._kept.get(key)
            if known is None or self.now() - known.as_of >= FRESH:
                known = self._kept[key] = await self._sum(viewer, service_name, count)
                self._kept.move_to_end(key)
                while len(self._kept) > REMEMBERED:
                    self._kept.popitem(last=False)
            return known

    async def _sum(self, viewer: Viewer, service_name: str, count: int) -> ServiceAvailability:
        as_of = self.now()
        tally, contracts = Tally(as_of, zone(viewer.timezone), count), 0
        lists = [listed(ALL, scope) for scope in scopes_of(viewer.access, viewer.tenant_id, service_name)]
        after: Place | None = None
        while True:
            found = await self.boards.page(CONTRACT_BOARD, lists, limit=CHUNK, after=after)
            rows = await self.boards.many(STATUS_HISTORY, [str(one.row.contract_id) for one in found])
            for row in rows.values():
                tally.add(row.changes)
            contracts += len(found)
            if len(found) < CHUNK:
                break
            after = found[-1].place
            await asyncio.sleep(0)
        if not contracts:
            raise ServiceUnknown
        return ServiceAvailability(service_name=service_name, contracts=contracts, days=tally.days, as_of=as_of)
