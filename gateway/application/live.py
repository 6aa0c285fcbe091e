"""Changes as they happen, for as long as the session lasts. Next stop: adapters/progress.py."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from gateway.application import policy
from gateway.application.ports import RESYNC, Boards, Change, Progress
from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ContractRow
from kernel.domain.errors import Unavailable

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
        """Yield what changes for *viewer* until the session ends or cannot be looked up.

        A browser that comes back with another *last_id* than where the read models are is told `resync` first.
        """
        changes = self.progress.changes((f"tenant:{viewer.tenant_id}", f"user:{viewer.user_id}"))
        coming = asyncio.ensure_future(_next(changes))
        try:
            # The first step subscribes; what is read after it cannot miss a change.
            await asyncio.sleep(0)
            if not await self._is_in(token):
                return
            known = await self._contracts(viewer)
            here = self.progress.vector()
            if last_id is not None and last_id != here:
                yield LiveEvent(id=here, name="resync")
            while await self._goes_on(token):
                done, _ = await asyncio.wait({coming}, timeout=LOOK_AGAIN)
                if not done:
                    continue
                change = coming.result()
                coming = asyncio.ensure_future(_next(changes))
                # A new password or a lock ends sessions that still lie in the store.
                if not change.key.startswith("tenant:") and not await self._is_in(token):
                    return
                now = await self._contracts(viewer) if change.key.startswith("tenant:") else known
                for event in _events(change, known, now):
                    yield event
                known = now
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming

    async def _contracts(self, viewer: Viewer) -> Mapping[UUID, ContractRow]:
        if not policy.sees_contracts(viewer):
            return {}
        return {row.contract_id: row for row in await self.boards.contracts(viewer.tenant_id)}

    async def _is_in(self, token: str) -> bool:
        try:
            return await self.sessions.viewer(token) is not None
        except Unavailable:
            return False

    async def _goes_on(self, token: str) -> bool:
        try:
            return await self.sessions.alive(token)
        except Unavailable:
            return False


async def _next(changes: AsyncIterator[Change]) -> Change:
    return await anext(changes)


def _events(change: Change, before: Mapping[UUID, ContractRow], after: Mapping[UUID, ContractRow]) -> list[LiveEvent]:
    if change.key == RESYNC:
        return [LiveEvent(id=change.id, name="resync")]
    if change.key.startswith("user:"):
        return [LiveEvent(id=change.id, name="session")]
    changed = [one for one in before.keys() | after.keys() if before.get(one) != after.get(one)]
    events = [
        LiveEvent(id=change.id, name="contract", contract_id=one, contract=after.get(one)) for one in sorted(changed)
    ]
    return [*events, LiveEvent(id=change.id, name="dashboard")]
