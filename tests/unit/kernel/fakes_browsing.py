"""Keys for tests that look into a log of which no text belongs to anybody."""

from collections.abc import Collection, Sequence
from uuid import UUID


class NoKeys:
    """A keyring that knows nobody."""

    async def prepare(self, subjects: Collection[UUID]) -> None:
        raise NotImplementedError

    async def seal(self, subject: UUID, plain: dict[str, str], *, stream_id: UUID, version: int) -> dict[str, str]:
        raise NotImplementedError

    async def open(self, sealed: Sequence[str]) -> list[str | None]:
        return [None for _ in sealed]

    async def shred(self, subject: UUID) -> None:
        raise NotImplementedError
