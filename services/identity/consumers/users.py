"""What identity reads of users: who was registered. Next stop: application/registration.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.domain.event import Personal
from kernel.domain.reads import reads, wire_name
from services.identity.application.ports import Said
from services.identity.application.registration import Registration
from services.identity.domain.events import SecondFactor

READER = "identity.users"


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person was registered; the personal texts are empty when the person was forgotten since."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]
    name: Annotated[str, Personal("user_id")]
    phone_number: Annotated[str, Personal("user_id")]
    mail_language: str
    second_factor: SecondFactor
    at: datetime


@dataclass(frozen=True, slots=True)
class UsersReaction:
    """Opens a credential for everybody who is registered."""

    registration: Registration

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads, by wire name."""
        return {wire_name(UserRegistered): UserRegistered}

    async def __call__(self, fact: UserRegistered, about: Incoming, transaction: Any) -> None:  # noqa: ARG002 - its shape
        """Open the credential; the same fact again changes nothing. Raises: ClaimTaken, Unavailable."""
        if not fact.email:
            return
        said = Said(email=fact.email, name=fact.name, phone=fact.phone_number)
        by = caused_by(about, READER, uuid5(fact.user_id, f"{READER} {about.id}"))
        await self.registration.open(fact.user_id, said, fact.mail_language, fact.second_factor, by)
