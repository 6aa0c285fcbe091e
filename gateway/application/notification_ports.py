"""What the journey of notifications needs of the users service. Next stop: clients/users.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.directory import Done
from gateway.application.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One kind of mail as it stands with a person."""

    kind: str
    wanted: bool
    daily: bool = False
    """Whether it is put together into one mail a day."""
    refusable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person wants, all of it."""

    refused: Sequence[str]
    """Kinds of mail that they do not want."""
    daily: Sequence[str] = ()
    """Kinds that they want together, once a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifications:
    """All kinds of mail as they stand with a person."""

    items: tuple[Notification, ...]
    version: int
    """Goes into If-Match of a change."""


class MailWishes(Protocol):
    """The users service, asked which mails people want."""

    async def notifications(self, session: Session, user_id: UUID, asked: Asked) -> Notifications:
        """Return which mails a person wants."""
        ...

    async def choose_notifications(
        self, session: Session, user_id: UUID, wishes: Wishes, if_match: str | None, asked: Asked
    ) -> Done:
        """Say which mails a person wants, and which of them once a day."""
        ...

    async def own_notifications(self, session: Session, asked: Asked) -> Notifications:
        """Return which mails the caller wants."""
        ...

    async def choose_own_notifications(
        self, session: Session, wishes: Wishes, if_match: str | None, asked: Asked
    ) -> Done:
        """Say which mails the caller wants, and which of them once a day."""
        ...
