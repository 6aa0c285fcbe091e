"""People see what they just did: a read waits for the person's own writes. Next stop: progress_ports.py."""

import re
from typing import Annotated

from fastapi import Depends, Request

from gateway.application.door import CurrentViewer, Use
from kernel.domain.errors import Unavailable

PATIENCE = 0.8
"""Seconds a read waits unless told otherwise."""

LONGEST = 10.0

HEADERS = "portal_headers"
"""Where the answer's extra headers wait in the request's state; adapters/edge.py puts them on it."""

_WAIT = re.compile(r"(?:^|,)\s*wait\s*=\s*\"?(\d{1,4})\"?\s*(?:;|,|$)", re.IGNORECASE)


def asked_wait(prefer: str) -> float | None:
    """Return the seconds of `Prefer: wait=n`. See: RFC 7240, section 4.3."""
    found = _WAIT.search(prefer)
    return min(float(found[1]), LONGEST) if found else None


async def fresh(request: Request, viewer: CurrentViewer, use: Use) -> bool:
    """Wait until the read models show the viewer's own writes; return whether they do, and say so in the answer.

    Raises: Unavailable when the caller asked to wait (`Prefer: wait=n`) and it took longer.
    """
    asked = asked_wait(request.headers.get("prefer", ""))
    reached = await use.progress.reached(viewer.session.positions, PATIENCE if asked is None else asked)
    if not reached and asked is not None:
        raise Unavailable("the read model has not come that far", retry_after=1)
    if not reached:
        answer_header(request, "X-Stale", "true")
    return reached


Fresh = Annotated[bool, Depends(fresh)]


def answer_header(request: Request, name: str, value: str) -> None:
    """Put a header on the answer, whatever kind of answer it becomes."""
    if not hasattr(request.state, HEADERS):
        setattr(request.state, HEADERS, {})
    getattr(request.state, HEADERS)[name] = value
