"""The passwords of a stack's servers: made once, kept where only the owner reads. Next stop: secret_files.py."""

import json
import os
import secrets
from pathlib import Path

FILE = "passwords.json"


class Passwords:
    """Passwords by name; one that was never asked for before is made."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._known: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}

    def of(self, name: str) -> str:
        """Return the password of *name*."""
        if name not in self._known:
            self._known[name] = secrets.token_urlsafe(24)
            write_private(self._file, json.dumps(self._known, indent=1).encode())
        return self._known[name]


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner reads; a crash leaves the old one or the new one, never half of one."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
