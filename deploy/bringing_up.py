"""Starts the supervisor where there is none, and waits while it works. Next stop: supervisor.py."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from deploy import services
from deploy.child import tail
from deploy.places import PROJECT
from deploy.plan import Plan
from deploy.status import Status, supervisor
from deploy.supervisor import WISH

LOOK = 0.1
PATIENCE = 240.0


def bring_up(plan: Plan, console: Console) -> Status:
    """Return the status once the stack is up or has failed."""
    state = plan.places.state
    pid, found = supervisor(state), Status.read(state)
    if pid and found and found.phase in {"failed", "stopping"}:
        await_end(state)
        pid = None
    if pid is None:
        return _wait(state, console, _daemon(plan))
    if found and found.phase == "up" and {part.name for part in found.parts} >= set(services.existing()):
        return found
    if found and found.phase == "up":
        return wish(state, pid, [])
    return _wait(state, console, None)


def wish(state: Path, pid: int, names: list[str]) -> Status:
    """Ask the supervisor to start parts again, and those that are new, and return how it went."""
    (state / WISH).write_text(" ".join(names))
    before = (state / "status.json").stat().st_mtime_ns
    os.kill(pid, signal.SIGHUP)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(LOOK)
        found = Status.read(state)
        changed = (state / "status.json").stat().st_mtime_ns != before
        if found and changed and not (state / WISH).exists() and found.phase != "starting":
            return found
    return Status("failed", f"The supervisor did not answer within {PATIENCE:.0f} s; see `make logs`")


def await_end(state: Path) -> None:
    """Return when no supervisor keeps *state* any more, or when patience ends."""
    until = time.monotonic() + PATIENCE
    while supervisor(state) and time.monotonic() < until:
        time.sleep(LOOK)


def _daemon(plan: Plan) -> "subprocess.Popen[bytes]":
    state = plan.places.state
    (state / "status.json").unlink(missing_ok=True)
    with (plan.places.logs / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.supervisor"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=PROJECT,
            env={**os.environ, "PORTAL_STATE": str(state)},
            start_new_session=True,  # it outlives this command and its terminal
        )


def _wait(state: Path, console: Console, daemon: "subprocess.Popen[bytes] | None") -> Status:
    told: set[str] = set()
    with console.status("starting"):
        for found in _seen(state, daemon):
            for words in _news(found):
                if words not in told:
                    told.add(words)
                    console.print(f"  {words}", markup=False, highlight=False)
            if found.phase == "failed":
                await_end(state)
            if found.phase != "starting":
                return found
    return Status("failed", f"Nothing came up within {PATIENCE:.0f} s. The supervisor's last words:\n{_last(state)}")


def _seen(state: Path, daemon: "subprocess.Popen[bytes] | None") -> Iterator[Status]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended = daemon.poll() is not None if daemon else supervisor(state) is None
        if found := Status.read(state):
            yield found
        if ended:
            yield Status("failed", f"The supervisor ended. Its last words:\n{_last(state)}")
        time.sleep(LOOK)


def _news(found: Status) -> list[str]:
    ready = [f"{part.name} {part.version} is ready" for part in found.parts if part.state == "ready"]
    return [*ready, *([found.message] if found.phase == "starting" and found.message else [])]


def _last(state: Path) -> str:
    return tail(state / "logs" / "supervisor.log")
