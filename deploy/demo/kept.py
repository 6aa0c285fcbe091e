"""The sample people's passwords and TOTP secrets, kept where only the owner reads. Next stop: setting_up.py."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from deploy.passwords import write_private

FILE = "demo.json"
ANCHOR = "demo-month.json"
# Letters and digits that nobody takes for one another.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, OF = 4, 4


@dataclass(frozen=True, slots=True)
class Credentials:
    """How one sample person logs in."""

    password: str
    totp_secret: str | None = None
    ready: bool = False
    """True once all steps were done."""
    staff: bool = False
    """True once the colleagues were added."""


class Kept:
    """Credentials by mail address."""

    def __init__(self, state: Path) -> None:
        self._file = state / FILE
        read = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._known = {email: Credentials(**one) for email, one in read.items()}

    def of(self, email: str) -> Credentials:
        """Return a person's credentials; the password is made when there are none."""
        if email not in self._known:
            self.keep(email, Credentials(password=new_password()))
        return self._known[email]

    def keep(self, email: str, credentials: Credentials) -> None:
        """Write credentials down, before the portal knows them: a run that is broken off can be gone on with."""
        self._known[email] = credentials
        content = json.dumps({email: asdict(one) for email, one in self._known.items()}, indent=1)
        write_private(self._file, content.encode())

    def start_again(self, email: str) -> Credentials:
        """Return credentials for a person whom the portal does not know yet."""
        self.keep(email, replace(self.of(email), totp_secret=None, ready=False, staff=False))
        return self._known[email]

    def has_staff(self, email: str) -> None:
        """Write down that a person's colleagues were added."""
        self.keep(email, replace(self.of(email), staff=True))


class Played:
    """Up to when the sample's months reach, and whose were played in."""

    def __init__(self, state: Path, now: datetime) -> None:
        self._file = state / ANCHOR
        hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        read = json.loads(self._file.read_text()) if self._file.exists() else {}
        self.anchor = datetime.fromisoformat(read.get("anchor", hour.isoformat()))
        """The hour in which the sample was played first: a month that is played again is the same one."""
        self._numbers: list[str] = read.get("played", [])
        self._write()

    def knows(self, number: str) -> bool:
        """Return whether the month of a company was played in, by its application."""
        return number in self._numbers

    def add(self, number: str) -> None:
        """Write down that it was."""
        self._numbers.append(number)
        self._write()

    def _write(self) -> None:
        self._file.write_text(json.dumps({"anchor": self.anchor.isoformat(), "played": self._numbers}))


def new_password() -> str:
    """Return a password that can be typed from a screen."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(OF)) for _ in range(GROUPS))
