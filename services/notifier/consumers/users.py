"""What the notifier reads of the users service: to whom mails go. Next stop: consumers/identity.py."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.domain.reads import reads, wire_name
from services.notifier.application.ports import Intake, SealedRecipient


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person may use the portal; name and address are read as they came, sealed."""

    user_id: UUID
    email: str
    name: str
    mail_language: str
    timezone: str


class Recipients:
    """Keeps the people that mails go to."""

    types: Mapping[str, type[Any]] = {wire_name(UserRegistered): UserRegistered}

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def __call__(self, fact: UserRegistered, about: Incoming, transaction: Any) -> None:
        """Keep a person, and have mails sent that were waiting for them."""
        _ = about
        person = SealedRecipient(
            user_id=fact.user_id,
            email=fact.email,
            name=fact.name,
            language=fact.mail_language,
            timezone=fact.timezone,
        )
        await self._intake.keep(transaction, person)
