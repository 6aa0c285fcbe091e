"""A change is answered when it holds: what was taken away is gone before anybody is told so. Next: progress_ports.py.

See: docs/decisions/0008-access-changes-before-the-answer.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.application import policy
from gateway.application.directory import Done, Group, Person
from gateway.application.errors import AccessPending, SessionMissing
from gateway.application.progress_ports import Progress
from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer
from kernel.domain.recorded import LogPosition

PATIENCE = 2.0
"""Seconds until a change of access that no read model shows yet is answered with "not yet"."""

COME_AGAIN = 1
"""Seconds after which asking again with the same key is worth it."""


Versioned = TypeVar("Versioned", Person, Group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Waits until the read models hold what a person wrote, and lets that person see it."""

    sessions: Sessions
    progress: Progress

    async def hold(self, token: str, positions: Sequence[LogPosition]) -> None:
        """Wait until a change of access holds. Raises: AccessPending after two seconds; Unavailable."""
        await self._remember(token, positions)
        if positions and not await self.progress.reached(positions, PATIENCE):
            raise AccessPending("the change is recorded and not in force yet", retry_after=COME_AGAIN)

    @staticmethod
    def current(done: Done, found: Versioned) -> Versioned:
        """Return what was read back after a change, if it is as new as the change. Raises: AccessPending."""
        if found.version < int(done.body.get("version", 0)):
            # Its ETag would be refused at the next change, and the caller would see what they had just replaced.
            raise AccessPending("the change is recorded and not shown yet", retry_after=COME_AGAIN)
        return found

    async def still(self, viewer: Viewer, token: str, operation: str) -> Viewer:
        """Return a person as they stand now, if they may go on with what takes long.

        Raises: SessionMissing; Denied; Unavailable.
        """
        found = await self.sessions.look(token, viewer.client_ip)
        if found is None:
            raise SessionMissing
        policy.demand(found, operation)
        return found

    async def show(self, token: str, positions: Sequence[LogPosition]) -> None:
        """Wait a moment until what changed is shown; it changes nobody's access. Raises: Unavailable."""
        await self._remember(token, positions)
        for position in positions:
            await self.sessions.shown(position)

    async def _remember(self, token: str, positions: Sequence[LogPosition]) -> None:
        for position in positions:
            await self.sessions.remember(token, position)
