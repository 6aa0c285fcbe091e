"""Tokens used again for some seconds: signing and verifying one costs more than the rest of a call. Next: tokens.py."""

import time
from collections.abc import Callable, Iterable
from uuid import UUID

from kernel.adapters.http.tokens import Signer

USED_SECONDS = 20.0
"""A third of a token's life, so that none expires on its way."""
MOST = 1000


class KeptTokens:
    """Gives the same token for the same subject, scopes and tenant at one audience for a while."""

    def __init__(self, signer: Signer, audience: str, now: Callable[[], float] = time.monotonic) -> None:
        self._signer = signer
        self._audience = audience
        self._now = now
        self._kept: dict[tuple[str, tuple[str, ...], UUID | None], tuple[float, str]] = {}

    def token(self, subject: str, scopes: Iterable[str], tenant_id: UUID | None = None) -> str:
        """Return a token that is good for most of its life yet."""
        now, asked = self._now(), (subject, tuple(scopes), tenant_id)
        until, token = self._kept.get(asked, (0.0, ""))
        if until <= now:
            token = self._signer.token(self._audience, subject, asked[1], tenant_id=tenant_id)
            self._kept.pop(asked, None)
            if len(self._kept) >= MOST:
                del self._kept[next(iter(self._kept))]
            self._kept[asked] = now + USED_SECONDS, token
        return token
