"""A part's process: started, asked, stopped, killed, and remembered on disk. Next stop: warden.py."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psutil

from deploy.part import NotReady, Part, PartFailed
from deploy.places import Places
from deploy.taken_ports import require_free

FIRST_LOOK = 0.05
LAST_LOOK = 0.5
WITHHELD = {"PORTAL_POSTGRES_URL", "PORTAL_KEYS_URL"}
LOG_KEPT = 5_000_000  # bytes, after which a log starts anew beside the old one


class Child:
    """The process of one part."""

    def __init__(self, part: Part, places: Places, given_up: threading.Event) -> None:
        self.part = part
        self._given_up = given_up
        self.version = ""
        self._log = places.logs / f"{part.name}.log"
        self._note = places.run / f"{part.name}.json"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Return the process's id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process. Raises: PartFailed, PortTaken."""
        self.part.prepare()
        for port in self.part.ports:
            require_free(self.part.name, port)
        how = self.part.launch()
        self._turn_log()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - words of our own
                how.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=how.folder,
                env={**_inherited(), **how.environment},
                # A Ctrl-C meant for us must not reach the servers first. A session of its own each would do that too,
                # but Linux shares the processor between sessions before it asks who in them stands back.
                process_group=0,
                user=how.account.uid if how.account else None,
                group=how.account.gid if how.account else None,
                extra_groups=[] if how.account else None,
                umask=0o077,  # what servers write, mails and sessions among it, is for their owner
            )
        self._remember(self._process.pid)

    def wait_ready(self, seconds: float) -> None:
        """Return when the part answers. Raises: PartFailed with the last lines of its log."""
        until, pause = time.monotonic() + seconds, FIRST_LOOK
        while True:
            if self._process is None or self._process.poll() is not None:
                raise PartFailed(f"{self.part.name} ended as it started. Its log says:\n{tail(self._log)}")
            try:
                self.version = self.part.ready()
            except NotReady as reason:
                if time.monotonic() > until:
                    said = tail(self._log)
                    raise PartFailed(
                        f"{self.part.name} was not ready after {seconds:.0f} s ({reason}). Its log says:\n{said}"
                    ) from reason
                if self._given_up.wait(pause):
                    raise PartFailed(f"{self.part.name} was stopped while it started") from reason
                pause = min(LAST_LOOK, pause * 1.5)
            else:
                return

    def wait_end(self) -> int:
        """Return how the process ended, once it has."""
        return self._process.wait() if self._process else 0

    def stop(self, seconds: float = 20) -> None:
        """Ask the process to end, and end it when it does not."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(self.part.launch().stop_signal)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._note.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._note.unlink(missing_ok=True)

    def _remember(self, pid: int) -> None:
        note = {"pid": pid, "created": psutil.Process(pid).create_time()}
        note["signal"] = int(self.part.launch().stop_signal)
        self._note.write_text(json.dumps(note))

    def _turn_log(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LOG_KEPT:
            self._log.replace(self._log.with_suffix(".log.1"))


def _inherited() -> dict[str, str]:
    """Return our environment without the addresses that carry the administrator's password."""
    return {name: value for name, value in os.environ.items() if name not in WITHHELD}


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log."""
    if not log.exists():
        return "(nothing)"
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 8000))
        return "\n".join(stream.read().decode(errors="replace").splitlines()[-lines:])
