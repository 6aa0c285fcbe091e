"""Where a mail stands in the eyes of who operates, and what may be seen of its address. Next: application/desk.py."""

from enum import StrEnum

from services.notifier.domain.message import Status


class Standing(StrEnum):
    """The states of TMF681, and apart from those that failed at once the ones that came back."""

    INITIAL = "initial"
    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    BOUNCED = "bounced"

    @property
    def status(self) -> Status:
        """Return the state that it is part of."""
        return Status.FAILED if self is Standing.BOUNCED else Status(self.value)


LOST = (Standing.FAILED, Standing.BOUNCED)
"""What did not reach anybody."""

HIDDEN = "•••"


def masked(email: str) -> str:
    """Return a mail address without saying whose it is: the domain is needed to see which server has trouble."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}{HIDDEN}@{domain}" if local else HIDDEN
