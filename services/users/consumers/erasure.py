"""Reads the service's own log: whoever was deleted is forgotten. Next stop: domain/user.py.

First the key, then the fact that says so: a crash in between does both once more. The key is that of the person in
every log, so what contracts was told of them in the application form is gone too.
See: docs/decisions/0028-who-is-deleted-is-forgotten-at-once.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, Keyring
from kernel.domain.reads import wire_name
from services.users.domain.commands import RecordShredding
from services.users.domain.events import UserDeleted
from services.users.domain.user import user

READER = "users.erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Forgets people, each once."""

    store: EventStore
    keyring: Keyring
    now: Clock

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(UserDeleted): UserDeleted}

    async def __call__(
        self,
        fact: UserDeleted,
        about: Incoming,
        transaction: object,  # noqa: ARG002 - every reaction is given it; this one has no rows of its own
    ) -> None:
        """Throw the person's key away and record it. Raises: Unavailable."""
        await self.keyring.shred(fact.user_id)
        by = caused_by(about, "users", uuid5(fact.user_id, "shred"))
        await execute(self.store, user, fact.user_id, RecordShredding(user_id=fact.user_id, at=self.now()), by)
