"""What every part of a stack has in common, a server as much as a service. Next stop: child.py."""

import pwd
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class NotReady(Exception):
    """A part does not answer yet."""


class PartFailed(Exception):
    """A part cannot be started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the machine as which a process runs."""

    uid: int
    gid: int

    @classmethod
    def nobody(cls) -> "Account":
        """Return the machine's user without rights."""
        entry = pwd.getpwnam("nobody")
        return cls(entry.pw_uid, entry.pw_gid)


@dataclass(frozen=True, slots=True)
class Launch:
    """How a process is started."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM


class Part(Protocol):
    """One process of the stack."""

    @property
    def name(self) -> str:
        """Return the name that people and logs use."""
        ...

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the ports that it listens on, the best known first."""
        ...

    @property
    def leans_on_others(self) -> bool:
        """Tell whether it must be stopped before the servers are."""
        ...

    def prepare(self) -> None:
        """Make what the process needs on disk; doing it twice changes nothing. Raises: PartFailed."""
        ...

    def launch(self) -> Launch:
        """Return how to start the process."""
        ...

    def ready(self) -> str:
        """Ask the running process, and return its version. Raises: NotReady."""
        ...
