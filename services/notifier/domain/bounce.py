"""What a report of a mail server means. Next stop: application/bounces.py."""

import re
from dataclasses import dataclass

from services.notifier.domain.errors import BounceUnreadable

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mail on its further way."""

    status: str
    """See: RFC 3463, section 2."""
    lasting: bool
    """Whether the server has given up, for a reason that does not pass by itself."""


def verdict(action: str, status: str) -> Verdict:
    """Return what a server's action and status mean. Raises: BounceUnreadable when nothing went wrong, or neither says.

    See: RFC 3464, sections 2.3.3 and 2.3.4. A status 4.x.x is trouble that may pass, even where the server gave up:
    the address itself may be good.
    """
    action, status = action.strip().lower(), status.strip().partition(" ")[0]
    if action not in ("failed", "delayed") or not _STATUS.fullmatch(status) or status.startswith("2"):
        raise BounceUnreadable
    return Verdict(status, lasting=action == "failed" and status.startswith("5"))
