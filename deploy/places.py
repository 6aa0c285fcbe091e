"""Where a stack keeps what it makes. Next stop: ports.py."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

MARK = ".portal-state"
PROJECT = Path(__file__).resolve().parent.parent


def default_state() -> Path:
    """Return the folder given by PORTAL_STATE, or `.portal` in the project."""
    return (PROJECT / (os.environ.get("PORTAL_STATE") or ".portal")).resolve()


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one stack; programs are shared, everything else is its own."""

    state: Path
    installed: Path = PROJECT / ".portal"
    """Where bootstrap.py has put the programs, whatever stack they run for."""

    @property
    def data(self) -> Path:
        """Return the folder of the servers' data."""
        return self.state / "data"

    @property
    def logs(self) -> Path:
        """Return the folder of what each part says."""
        return self.state / "logs"

    @property
    def run(self) -> Path:
        """Return the folder that tells which processes were started."""
        return self.state / "run"

    @property
    def sites(self) -> Path:
        """Return the folder of the settings sites that people may go on to."""
        return self.state / "sites"

    @property
    def secrets(self) -> Path:
        """Return the folder of keys and passwords."""
        return self.state / "secrets"

    def make(self) -> None:
        """Create the folders; only the owner reads secrets."""
        for folder in (self.state, self.data, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        (self.state / MARK).touch()

    def remove(self) -> None:
        """Delete everything. Raises: ValueError when the folder is not one that `make` made or holds the project."""
        if not self.state.exists():
            return
        if not (self.state / MARK).exists() or PROJECT.is_relative_to(self.state):
            raise ValueError(f"{self.state} was not made by this command and is left alone")
        shutil.rmtree(self.state)
