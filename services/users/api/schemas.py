"""What is sent about people, and what is answered. Next stop: application/handlers.py."""

from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import Field

from kernel.adapters.http.body import Body, Reply, unset
from kernel.adapters.http.texts import Comment, MailAddress, Name, PhoneNumber, Zone
from services.users.domain.commands import Changes, ProfileChanges, Registration
from services.users.domain.events import BrowserTrust, Language, Origin, Role, SecondFactor

NOBODY = UUID(int=0)
"""Stands for the id that is not given yet."""

Assignable = Literal[SecondFactor.TOTP, SecondFactor.MAIL_OTP]
GroupIds = Annotated[tuple[UUID, ...], Field(max_length=100)]


class LanguageChoice(Body):
    """A language for one's screens."""

    screen_language: Language


class LanguageAnswer(Reply):
    """The language of one's screens from now on."""

    screen_language: Language


class Preferences(Body):
    """What a person may change of their own profile; what is left out keeps its value."""

    mail_language: Language = Field(default_factory=unset)
    timezone: Zone = Field(default_factory=unset)

    def changes(self) -> ProfileChanges:
        """Return what was said, and nothing else."""
        return cast("ProfileChanges", self.model_dump(exclude_unset=True))


class UserForm(Body):
    """A person who is to become a user (S24 to S35)."""

    email: MailAddress
    name: Name
    title: Name | None = None
    phone_number: PhoneNumber
    mobile_phone_number: PhoneNumber | None = None
    mail_language: Language
    timezone: Zone
    second_factor: Assignable
    role: Role
    group_ids: GroupIds = ()
    comment: Comment | None = None

    def registration(self) -> Registration:
        """Return the form as the domain knows it, before it has an id."""
        said = self.model_dump(exclude={"group_ids"})
        return Registration(**said, user_id=NOBODY, origin=Origin.ADMINISTRATOR)


class UserChanges(Preferences):
    """What of a person may change; what is left out keeps its value, null empties what may be empty."""

    name: Name = Field(default_factory=unset)
    title: Name | None = None
    phone_number: PhoneNumber = Field(default_factory=unset)
    mobile_phone_number: PhoneNumber | None = None
    comment: Comment | None = None
    role: Role = Field(default_factory=unset)
    second_factor: Assignable = Field(default_factory=unset)
    browser_trust: BrowserTrust = Field(default_factory=unset)
    group_ids: GroupIds = Field(default_factory=unset)

    def wish(self) -> Changes:
        """Return what was said, and nothing else, as the domain knows it."""
        said = self.model_dump(exclude_unset=True)
        group_ids = said.pop("group_ids", None)
        return Changes(
            role=said.pop("role", None),
            second_factor=said.pop("second_factor", None),
            browser_trust=said.pop("browser_trust", None),
            group_ids=group_ids,
            profile=cast("ProfileChanges", said),
        )


class UserReply(Reply):
    """Which person was asked about, and at which version they are."""

    user_id: UUID
    version: int
