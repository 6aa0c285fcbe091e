"""Looks at an open ops console again and again, for as long as its operator may. Next stop: ops.py."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer
from kernel.domain.errors import Denied, Unavailable

APART_SECONDS = 1.0
"""What is parked within half a second, as a fact that cannot be read, then shows within two."""


async def looks(sessions: Sessions, viewer: Viewer, token: str) -> AsyncGenerator[Viewer, None]:
    """Yield who looks, every moment until the session ends or they operate no longer; it counts as no use."""
    while True:
        await asyncio.sleep(APART_SECONDS)
        found: Viewer | None = None
        with suppress(Unavailable, Denied):
            if await sessions.alive(token, viewer.idle):
                found = await sessions.still(token, viewer)
        if found is None or found.operator is None:
            return
        yield found
