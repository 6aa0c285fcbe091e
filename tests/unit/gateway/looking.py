"""Looks at an open page as often as a test says, in place of every second."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from gateway.application.sessions import Sessions
from gateway.application.viewer import Viewer


def looking(*steps: Callable[[], object]) -> Any:
    """Return what looks once after each step and then ends, in place of `looks`."""

    async def looks(_: Sessions, viewer: Viewer, __: str) -> AsyncGenerator[Viewer, None]:
        for step in steps:
            step()
            yield viewer

    return looks
