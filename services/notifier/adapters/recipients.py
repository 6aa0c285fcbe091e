"""The people that mails go to; address and name are opened only here. Next stop: letters.py."""

from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.mail_addresses import deliverable
from kernel.application.ports import Keyring
from kernel.domain.errors import Unsealable
from services.notifier.application.ports import Recipient

_FIND = "SELECT email, name, language, timezone FROM mail.recipient WHERE user_id = $1"


class SealedRecipients:
    """Finds people and opens what was sealed."""

    def __init__(self, pool: "asyncpg.Pool[Any]", keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring

    async def find(self, user_id: UUID) -> Recipient | None:
        """Return a person, None when not known yet. Raises: Unsealable when the person was forgotten."""
        row = await self._pool.fetchrow(_FIND, user_id)
        if row is None:
            return None
        email, name = await self._keyring.open([row["email"], row["name"]])
        if not email or name is None:
            raise Unsealable
        return Recipient(email=deliverable(email), name=name, language=row["language"], timezone=row["timezone"])
