"""What the application needs of the world. Adapters make these real; kernel/testing makes them small."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from kernel.domain.context import Context
from kernel.domain.recorded import Appended, Claim, Recorded

Clock = Callable[[], datetime]
"""Returns the time as aware UTC."""

NewId = Callable[[], UUID]
"""Returns a fresh UUIDv7."""


class EventStore(Protocol):
    """One service's log."""

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        """Return the stream's facts with version > *after*, in order."""
        ...

    async def load_many(self, stream_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Recorded[Any]]]:
        """Return the facts of several streams, each in order, in one go; a stream without facts is not in it."""
        ...

    async def append(
        self,
        stream_id: UUID,
        expected: int,
        events: Sequence[object],
        context: Context,
        *,
        claims: Sequence[Claim] = (),
        releases: Sequence[Claim] = (),
    ) -> Appended:
        """Write *events* if the stream is at version *expected* and every claim is free or its own.

        The stream then holds *claims*, and those of *releases* that it held are free. All or nothing, durable when it
        returns; a command id that was seen answers as before.
        Raises: StreamMoved, ClaimTaken, KeyReused, Invalid when there is too much to write, Unavailable.
        """
        ...

    async def find(self, claim: Claim) -> UUID | None:
        """Return the stream that holds *claim*."""
        ...

    async def holders(self, claims: Collection[Claim]) -> Mapping[Claim, UUID]:
        """Return which streams hold those of *claims* that are held."""
        ...

    async def answered(self, command_id: UUID, content: bytes | None = None) -> Appended | None:
        """Return what the command of this id left, if it was carried out within the last 48 hours.

        Raises: KeyReused when it was another wish than the one with this *content*; Unavailable.
        """
        ...


class Keyring(Protocol):
    """Keys for personal data, one a person; who forgets the key forgets the person."""

    async def prepare(self, subjects: Collection[UUID]) -> None:
        """Have a key at hand for each of *subjects*, made where there is none, in one go: sealing is then quick."""
        ...

    async def seal(self, subject: UUID, plain: dict[str, str], *, stream_id: UUID, version: int) -> dict[str, str]:
        """Return the texts sealed, by field name, making the subject's key if there is none.

        Raises: Unsealable when the subject was forgotten.
        """
        ...

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        """Return the texts in order, None where the key is gone; one query for all keys not at hand.

        Raises: Unreadable.
        """
        ...

    async def shred(self, subject: UUID) -> None:
        """Forget the subject's key for ever."""
        ...
