"""Reads the contracts service's facts: a new tenant's administrator becomes its first user. Next: domain/user.py.

They join the group that permits everything, for an administrator in no group sees no contract.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID, uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.domain.event import Personal
from kernel.domain.reads import reads, wire_name
from services.users.application.group_handlers import GroupHandlers
from services.users.application.handlers import UserHandlers
from services.users.domain.commands import Registration
from services.users.domain.events import Language, Origin, Role, SecondFactor

READER = "users.contracts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """The first administrator as the application form names them."""

    user_id: UUID
    name: Annotated[str, Personal("user_id")]
    email: Annotated[str, Personal("user_id")]
    phone_number: Annotated[str, Personal("user_id")]
    mobile_phone_number: Annotated[str | None, Personal("user_id")] = None
    title: Annotated[str | None, Personal("user_id")] = None
    mail_language: Language
    timezone: str
    second_factor: SecondFactor


@reads("portal.application.received.v1")
class ApplicationReceived:
    """The operator received an application form."""

    administrator: Administrator


@dataclass(frozen=True, slots=True)
class Applications:
    """Registers the administrator that each application names, once."""

    handlers: UserHandlers
    groups: GroupHandlers

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(ApplicationReceived): ApplicationReceived}

    async def __call__(
        self,
        fact: ApplicationReceived,
        about: Incoming,
        transaction: object,  # noqa: ARG002 - every reaction is given it; this one has no rows of its own
    ) -> None:
        """Register the administrator, unless they were forgotten since."""
        who = fact.administrator
        if not who.email:
            return
        registration = Registration(**asdict(who), role=Role.PORTAL_ADMIN, origin=Origin.APPLICATION_FORM)
        # Both are the same commands however often the application is read.
        made = caused_by(about, "users", uuid5(who.user_id, "build-in"))
        group_id = await self.groups.build_in(who.mail_language, made)
        by = caused_by(about, "users", uuid5(who.user_id, "register"))
        await self.handlers.register(registration, by, group_ids=[group_id])
