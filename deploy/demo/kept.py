"""The sample people's passwords and TOTP secrets, kept where only the owner reads. Next stop: setting_up.py."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from deploy.passwords import write_private

FILE = "demo.json"
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
        self.keep(email, replace(self.of(email), totp_secret=None, ready=False))
        return self._known[email]


def new_password() -> str:
    """Return a password that can be typed from a screen."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(OF)) for _ in range(GROUPS))
