"""Places where a test may kill the process; in production none is armed."""

import os
import signal

_armed: dict[str, int] = {}


def arm(spec: str) -> None:
    """Arm points from `name` or `name:n` (die at the n-th pass), comma separated. See: PORTAL_FAILPOINTS."""
    _armed.clear()
    for part in filter(None, (item.strip() for item in spec.split(","))):
        name, _, count = part.partition(":")
        _armed[name] = int(count or 1)


def crashpoint(name: str) -> None:
    """Die here by SIGKILL if the point is armed: nothing is flushed, nothing is said."""
    left = _armed.get(name)
    if left is None:
        return
    _armed[name] = left - 1
    if left <= 1:
        os.kill(os.getpid(), signal.SIGKILL)
