"""What journeys need beside what has a file of its own: a language kept, tries counted, seals opened. Next: clients."""

from collections.abc import Sequence
from typing import Protocol

from gateway.application.asked import Asked
from gateway.application.session import Session
from kernel.domain.recorded import LogPosition


class Users(Protocol):
    """The commands of the users service."""

    async def choose_language(self, session: Session, language: str, asked: Asked) -> LogPosition | None:
        """Record the language of a person's screens."""
        ...


class Limits(Protocol):
    """Counts tries of those who have not shown who they are."""

    async def count(self, what: str, who: str) -> None:
        """Count one try. Raises: TooManyTries with retry_after."""
        ...


class Opener(Protocol):
    """Opens sealed personal data. The kernel's Keyring is one."""

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        """Return the texts in order, None where the person was forgotten."""
        ...
