"""Changes as they happen, for as long as the session lasts. Next stop: adapters/progress.py."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from gateway.application.access import NOTHING
from gateway.application.contracts import seen, visible
from gateway.application.ports import RESYNC, Boards, Change, Progress
from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from kernel.domain.errors import Denied, Unavailable

LOOK_AGAIN = 0.8
"""Seconds between two looks whether the session still is, so that the stream ends within a second of it."""

Name = Literal["contract", "dashboard", "session", "resync"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEvent:
    """Something that changed for a viewer."""

    id: str
    """The vector of positions behind it."""
    name: Name
    """`contract`: one contract; `dashboard`: the company's; `session`: the person's; `resync`: read all again."""
    contract_id: UUID | None = None
    contract: ContractRow | None = None
    """The contract after the change; None when it is no longer in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveJourney:
    """Tells a browser what changed of what it shows."""

    sessions: Sessions
    boards: Boards
    progress: Progress

    async def changes(self, viewer: Viewer, token: str, last_id: str | None) -> AsyncGenerator[LiveEvent, None]:
        """Yield what changes for *viewer* until the session ends, is refused or cannot be looked up.

        A browser that comes back with another *last_id* than where the read models are is told `resync` first. A
        contract that may no longer be seen is told as one that is no longer there.
        """
        tenant = viewer.tenant_id
        changes = self.progress.changes((f"tenant:{tenant}", f"access:{tenant}", f"user:{viewer.user_id}"))
        coming = asyncio.ensure_future(_next(changes))
        looks: Viewer | None = viewer
        try:
            # The first step subscribes; what is read after it cannot miss a change.
            await asyncio.sleep(0)
            looks = await self._again(token, viewer)
            known = await self._contracts(looks) if looks else {}
            here = self.progress.vector()
            if looks and last_id is not None and last_id != here:
                yield LiveEvent(id=here, name="resync")
            while looks and await self._goes_on(token, looks):
                done, _ = await asyncio.wait({coming}, timeout=LOOK_AGAIN)
                if not done:
                    continue
                change = coming.result()
                coming = asyncio.ensure_future(_next(changes))
                looks, now = await self._now(token, looks)
                if looks is None:
                    return
                for event in _events(change, known, now):
                    yield event
                known = now
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming

    async def _now(self, token: str, viewer: Viewer) -> tuple[Viewer | None, Mapping[UUID, ContractRow]]:
        """Return who looks and what there is, asked for together; what is told is what they may see by now."""
        looks, rows = await asyncio.gather(self._again(token, viewer), self._rows(viewer))
        if looks is None:
            return None, {}
        if viewer.access == NOTHING:
            return looks, await self._contracts(looks)
        return looks, _by_id(seen(rows, looks))

    async def _rows(self, viewer: Viewer) -> Sequence[ContractRow]:
        return () if viewer.access == NOTHING else await self.boards.contracts(viewer.tenant_id)

    async def _contracts(self, viewer: Viewer) -> Mapping[UUID, ContractRow]:
        return _by_id(await visible(self.boards, viewer))

    async def _again(self, token: str, viewer: Viewer) -> Viewer | None:
        try:
            return await self.sessions.still(token, viewer)
        except (Unavailable, Denied):
            return None

    async def _goes_on(self, token: str, viewer: Viewer) -> bool:
        try:
            return await self.sessions.alive(token, viewer.idle)
        except Unavailable:
            return False


def _by_id(rows: Iterable[ContractRow]) -> Mapping[UUID, ContractRow]:
    return {row.contract_id: row for row in rows}


async def _next(changes: AsyncIterator[Change]) -> Change:
    return await anext(changes)


def _events(change: Change, before: Mapping[UUID, ContractRow], after: Mapping[UUID, ContractRow]) -> list[LiveEvent]:
    if change.key == RESYNC:
        return [LiveEvent(id=change.id, name="resync")]
    changed = [one for one in before.keys() | after.keys() if before.get(one) != after.get(one)]
    events = [
        LiveEvent(id=change.id, name="contract", contract_id=one, contract=after.get(one)) for one in sorted(changed)
    ]
    if events or change.key.startswith("tenant:"):
        events.append(LiveEvent(id=change.id, name="dashboard"))
    return [LiveEvent(id=change.id, name="session"), *events] if change.key.startswith("user:") else events
