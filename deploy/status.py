"""What the supervisor tells the commands: a file that is always whole. Next stop: supervisor.py."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Self

from deploy.passwords import write_private
from deploy.warden import State

Phase = Literal["starting", "up", "failed", "stopping"]


@dataclass(frozen=True, slots=True)
class Status:
    """How a stack is."""

    phase: Phase
    message: str = ""
    parts: list[State] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    """Version and address of each server that was given from outside."""

    def write(self, state: Path) -> None:
        """Put the status where the commands look."""
        write_private(_file(state), json.dumps(asdict(self), indent=1).encode())

    @classmethod
    def read(cls, state: Path) -> Self | None:
        """Return the status last written, or None."""
        if not _file(state).exists():
            return None
        said = json.loads(_file(state).read_text())
        return cls(said["phase"], said["message"], [State(**part) for part in said["parts"]], said["given"])


def supervisor(state: Path) -> int | None:
    """Return the supervisor's process while it lives; its lock ends with it, however it ends."""
    file = lock_file(state)
    if not file.exists():
        return None
    with file.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read().strip() or 0) or None
    return None


def take_lock(state: Path) -> int:
    """Become the supervisor of *state*; return the descriptor to keep. Raises: BlockingIOError when there is one."""
    descriptor = os.open(lock_file(state), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def lock_file(state: Path) -> Path:
    """Return the file whose lock the supervisor holds."""
    return state / "supervisor.lock"


def _file(state: Path) -> Path:
    return state / "status.json"
