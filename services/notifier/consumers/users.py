"""What the notifier reads of the users service: to whom mails go. Next stop: consumers/identity.py."""

from collections.abc import Mapping
from typing import Any, TypeAlias
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.domain.reads import reads, wire_name
from services.notifier.application.ports import ChangedRecipient, Intake, SealedRecipient


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person may use the portal; name and address are read as they came, sealed."""

    user_id: UUID
    email: str
    name: str
    mail_language: str
    timezone: str


@reads("portal.user.profile-changed.v1")
class ProfileChanged:
    """A person is called otherwise, or reads mails in another language or zone; the name is sealed."""

    user_id: UUID
    name: str
    mail_language: str
    timezone: str


@reads("portal.user.notifications-chosen.v1")
class NotificationsChosen:
    """A person wants all mails but of these kinds, and some of them together once a day."""

    user_id: UUID
    refused: tuple[str, ...]
    daily: tuple[str, ...] = ()


@reads("portal.user.deleted.v1")
class UserDeleted:
    """A person is no user any more."""

    user_id: UUID


UserFact: TypeAlias = UserRegistered | ProfileChanged | NotificationsChosen | UserDeleted
FACTS: tuple[type[Any], ...] = (UserRegistered, ProfileChanged, NotificationsChosen, UserDeleted)


class Recipients:
    """Keeps the people that mails go to."""

    types: Mapping[str, type[Any]] = {wire_name(fact): fact for fact in FACTS}

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def __call__(self, fact: UserFact, about: Incoming, transaction: Any) -> None:
        """Keep a person, and have mails sent that were waiting for them."""
        _ = about
        match fact:
            case UserRegistered():
                person = SealedRecipient(
                    user_id=fact.user_id,
                    email=fact.email,
                    name=fact.name,
                    language=fact.mail_language,
                    timezone=fact.timezone,
                )
                await self._intake.keep(transaction, person)
            case ProfileChanged():
                changed = ChangedRecipient(
                    user_id=fact.user_id, name=fact.name, language=fact.mail_language, timezone=fact.timezone
                )
                await self._intake.change(transaction, changed)
            case NotificationsChosen(user_id=user_id):
                await self._intake.refuse(transaction, user_id, fact.refused, fact.daily)
            case UserDeleted():
                await self._intake.forget(transaction, fact.user_id)
