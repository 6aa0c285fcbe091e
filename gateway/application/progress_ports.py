"""How far the read models have come, and what changes in them. Next stop: adapters/progress.py."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from kernel.domain.recorded import LogPosition

RESYNC = "resync"
"""The key of a change that stands for changes which were dropped."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody looks at has changed."""

    id: str
    """The vector of positions after it."""
    key: str
    """What was touched, such as `tenant:<id>`; RESYNC when the reader was too slow and must read all again."""


class Progress(Protocol):
    """How far the read models have come."""

    async def reached(self, positions: Sequence[LogPosition], timeout: float) -> bool:  # noqa: ASYNC109 - the wait is the subject
        """Wait until the read models show every position, at most *timeout* seconds; return whether they do."""
        ...

    def shows(self, positions: Sequence[LogPosition]) -> bool:
        """Return at once whether the read models show every position."""
        ...

    def mark(self) -> object:
        """Return what is to be taken before something is read that is kept; None while nothing may be kept."""
        ...

    def untouched(self, mark: object, keys: Sequence[str]) -> bool:
        """Return whether nothing of *keys* was applied since *mark* was taken."""
        ...

    def vector(self) -> str:
        """Return all positions applied, as the id of an event for the browser."""
        ...

    def changes(self, keys: Sequence[str]) -> AsyncIterator[Change]:
        """Return the changes that touch *keys* from now on; a reader that is too slow gets `resync`."""
        ...
