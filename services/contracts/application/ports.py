"""What the contracts service needs of the world beside its log. Next stop: handlers.py."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from kernel.domain.context import Context

Fingerprint = Callable[[str, str], bytes]
"""Returns the HMAC of a text in a scope: texts can be compared and claimed without being kept."""

ForTenant = Callable[[UUID], Context]
"""Returns the circumstances of a command for a tenant: the operator has none of its own."""


class CalendarSecrets(Protocol):
    """The digests of calendar feeds' secrets. Everything here raises Unavailable when it cannot know."""

    async def keep(self, digest: bytes, feed_id: UUID, user_id: UUID) -> None:
        """Keep the digest of a new secret."""
        ...

    async def find(self, digest: bytes) -> tuple[UUID, UUID] | None:
        """Return the feed of a secret and its person."""
        ...

    async def forget(self, user_id: UUID) -> None:
        """Forget all secrets of a person."""
        ...
