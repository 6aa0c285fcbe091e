"""Changes as they happen, for as long as the session lasts. Next stop: adapters/progress.py.

What changed is named by what the projector touched, so a change costs the contracts that it is about, however many
there are. Many changes in a moment become one look.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from gateway.application.board_ports import Boards
from gateway.application.progress_ports import RESYNC, Change, Progress
from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import CONTRACT_BOARD, ContractRow
from gateway.projections.scopes import EVERYBODY, heard_of_person
from kernel.domain.errors import Denied, Unavailable

LOOK_AGAIN = 0.8
"""Seconds between two looks whether the session still is, so that the stream ends within a second of it."""

SPACING = 0.05
"""Seconds between two answers to changes: the first is told at once, those of the next moment together."""

MOST_TOGETHER = 1000

MOST_NAMED = 50
"""Contracts that are told one by one; of more at once it is said that everything is to be read again."""

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
        changes = self.progress.changes(heard_of_person(viewer.tenant_id, viewer.user_id))
        coming = asyncio.ensure_future(_next(changes))
        looks: Viewer | None = viewer
        clock = asyncio.get_running_loop().time
        free_at = clock()
        try:
            # The first step subscribes; what is read after it cannot miss a change.
            await asyncio.sleep(0)
            looks = await self._again(token, viewer)
            here = self.progress.vector()
            if looks and last_id is not None and last_id != here:
                yield LiveEvent(id=here, name="resync")
            while looks and await self._goes_on(token, looks):
                done, _ = await asyncio.wait({coming}, timeout=LOOK_AGAIN)
                if not done:
                    continue
                if (wait := free_at - clock()) > 0:
                    await asyncio.sleep(wait)
                free_at = clock() + SPACING
                batch: list[Change] = []
                while coming.done() and len(batch) < MOST_TOGETHER:
                    batch.append(coming.result())
                    coming = asyncio.ensure_future(_next(changes))
                    await asyncio.sleep(0)
                # Asked for together; what is told is what they may see by now.
                before, named = looks, _named(batch)
                looks, rows = await asyncio.gather(self._again(token, looks), self._rows(named))
                if looks is None:
                    return
                for event in await self._told(batch, before, looks, rows):
                    yield event
        finally:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming

    async def _rows(self, named: Mapping[UUID, str]) -> Mapping[str, ContractRow]:
        if not named or len(named) > MOST_NAMED:
            return {}
        return await self.boards.many(CONTRACT_BOARD, [str(one) for one in named])

    async def _told(
        self, batch: Sequence[Change], before: Viewer, looks: Viewer, rows: Mapping[str, ContractRow]
    ) -> Sequence[LiveEvent]:
        at, named = batch[-1].id, _named(batch)
        keys = {change.key for change in batch}
        if RESYNC in keys or len(named) > MOST_NAMED:
            return [LiveEvent(id=at, name="resync")]
        events = [LiveEvent(id=at, name="session")] if any(key.startswith("user:") for key in keys) else []
        contracts = [
            LiveEvent(id=at, name="contract", contract_id=one, contract=rows.get(str(one)))
            for one, service in named.items()
            if looks.access.sees(service, one)
        ]
        if looks.access != before.access:
            contracts += await self._regained(at, before, looks)
        if contracts or any(key.startswith(("tenant:", EVERYBODY)) for key in keys):
            contracts.append(LiveEvent(id=at, name="dashboard"))
        return [*events, *contracts]

    async def _regained(self, at: str, before: Viewer, looks: Viewer) -> list[LiveEvent]:
        """Return the contracts that came into sight or went out of it; looks at all, for access seldom changes."""
        rows = await self.boards.contracts(looks.tenant_id)
        events = []
        for row in rows:
            saw, sees = (who.access.sees(row.service_name, row.contract_id) for who in (before, looks))
            if saw != sees:
                shown = row if sees else None
                events.append(LiveEvent(id=at, name="contract", contract_id=row.contract_id, contract=shown))
        return events if len(events) <= MOST_NAMED else [LiveEvent(id=at, name="resync")]

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


async def _next(changes: AsyncIterator[Change]) -> Change:
    return await anext(changes)


def _named(batch: Sequence[Change]) -> Mapping[UUID, str]:
    """Return the contracts that some changes are about, and the service of each."""
    return dict(one for key in sorted({change.key for change in batch}) if (one := _contract(key)))


def _contract(key: str) -> tuple[UUID, str] | None:
    """Return the contract that a touched key names, and its service."""
    kind, _, rest = key.partition("#")[2].partition("/")
    if kind != "contract":
        return None
    contract_id, _, service = rest.partition("/")
    return UUID(contract_id), service
