"""Stops a stack, and whatever an earlier one left behind."""

import contextlib
import os
import signal
import time
from pathlib import Path

from deploy.leftovers import stop_leftovers
from deploy.status import supervisor

PATIENCE = 90.0
LOOK = 0.1


def take_down(state: Path) -> None:
    """Return when no process of *state* runs any more."""
    pid = supervisor(state)
    if pid:
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while supervisor(state) and time.monotonic() < until:
            time.sleep(LOOK)
        if supervisor(state):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    for run in (state / "run", *state.glob("test/*/run")):
        stop_leftovers(run)
