"""The people that mails go to; address and name are opened only here. Next stop: letters.py."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from kernel.adapters.mail_addresses import deliverable
from kernel.adapters.postgres.pool import reachable
from kernel.application.ports import Keyring
from kernel.domain.errors import Unsealable
from services.notifier.application.ports import Recipient

_FIND = "SELECT email, name, language, timezone, refused FROM mail.recipient WHERE user_id = $1"
_ALL = """
SELECT user_id, email, name, language, timezone, refused FROM mail.recipient WHERE user_id = ANY($1::uuid[])
"""


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
        return _recipient(row, deliverable(email), name)

    async def all(self, user_ids: Collection[UUID]) -> Mapping[UUID, Recipient]:
        """Return those who are known and were not forgotten, with one look at the keys."""
        with reachable("the recipients"):
            rows = await self._pool.fetch(_ALL, list(user_ids))
        opened = iter(await self._keyring.open([text for row in rows for text in (row["email"], row["name"])]))
        people = [(row, email, name) for row, email, name in zip(rows, opened, opened, strict=True)]
        return {row["user_id"]: _recipient(row, email, name) for row, email, name in people if email and name}


def _recipient(row: Any, email: str, name: str) -> Recipient:
    refused = frozenset(row["refused"])
    return Recipient(email=email, name=name, language=row["language"], timezone=row["timezone"], refused=refused)
