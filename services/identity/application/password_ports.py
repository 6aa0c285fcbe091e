"""What guards passwords must do. Next stop: adapters/guarded_passwords.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """A kept password whose fact may be there or not: the process may have died in between."""

    password_id: UUID
    user_id: UUID
    at: datetime


class Passwords(Protocol):
    """Guards password hashes."""

    async def keep(self, password_id: UUID, user_id: UUID, hashed: str, at: datetime) -> None:
        """Keep a hash before the fact that names it."""
        ...

    async def replace(self, password_id: UUID, old: str, new: str) -> None:
        """Put a stronger hash of the same password in the place of *old*."""
        ...

    async def settle(self, user_id: UUID, password_id: UUID, at: datetime) -> None:
        """Throw away the passwords before, forget failures from before *at*, end logins that began before it."""
        ...

    async def forgive(self, user_id: UUID, at: datetime) -> None:
        """Forget failures from before *at*, and end logins that began before it."""
        ...

    async def unsettled(self, before: datetime) -> Sequence[Unsettled]:
        """Return passwords older than *before* of which it is not known whether a fact names them."""
        ...

    async def discard(self, password_id: UUID) -> None:
        """Throw a password away that no fact names."""
        ...
