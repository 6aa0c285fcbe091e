"""What goes in and out about a tenant's people. Next stop: api/people.py."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.api.schemas.answer import Answer, FieldError
from gateway.application.directory import PeopleWanted, Status
from gateway.application.steps import Method
from gateway.application.viewer import Role
from kernel.adapters.http.body import Body, unset
from kernel.adapters.http.texts import Comment, MailAddress, Name, PhoneNumber, Typed, Zone

MOST_GROUPS = 100

Language = Literal["ja", "en"]
BrowserTrust = Literal["AS_COMPANY", "ALLOWED", "FORBIDDEN"]
Groups = Annotated[list[UUID], Field(max_length=MOST_GROUPS)]


class NewUser(Body):
    """A person who is to be registered; the activation mail goes out at once."""

    email: MailAddress = Field(examples=["ichiro.suzuki@example.co.jp"])
    name: Name = Field(examples=["鈴木 一郎"])
    title: Name | None = None
    phone_number: PhoneNumber = Field(examples=["03-1234-5679"])
    mobile_phone_number: PhoneNumber | None = None
    mail_language: Language
    timezone: Zone = Field(examples=["Asia/Tokyo"])
    second_factor: Method
    role: Role
    group_ids: Groups = Field(default_factory=list)
    comment: Comment | None = None


class UserChanges(Body):
    """What is to be otherwise; fields that are left out keep their values, null empties those that may be empty."""

    name: Name = Field(default_factory=unset)
    title: Name | None = None
    phone_number: PhoneNumber = Field(default_factory=unset)
    mobile_phone_number: PhoneNumber | None = None
    mail_language: Language = Field(default_factory=unset)
    timezone: Zone = Field(default_factory=unset)
    comment: Comment | None = None
    role: Role = Field(default_factory=unset)
    second_factor: Method = Field(default_factory=unset)
    browser_trust: BrowserTrust = Field(default_factory=unset)
    group_ids: Groups = Field(default_factory=unset)


class UserQuery(BaseModel):
    """Which people, in which order."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    q: Typed | None = Field(default=None, max_length=100, description="In name, mail address and phone numbers.")
    role: Role | None = None
    status: Status | None = None
    group: UUID | None = None
    last_login: str | None = Field(
        default=None,
        pattern=r"^(never|(before|after):[0-9]{4}-[0-9]{2}-[0-9]{2})$",
        description="`never`, `before:<date>` or `after:<date>`; days of UTC.",
    )
    bounced: bool = Field(default=False, description="Only those to whom mail could not be delivered.")
    sort: Literal["name", "email", "lastLogin", "status"] = "name"
    order: Literal["asc", "desc"] = "asc"

    def wanted(self) -> PeopleWanted:
        """Return it as the journey asks."""
        return PeopleWanted(
            q=self.q or None,
            role=self.role,
            status=self.status,
            group=self.group,
            last_login=self.last_login,
            bounced=self.bounced,
            sort=self.sort,
            order=self.order,
        )


PhoneNumbers: TypeAlias = Annotated[
    Literal["masked", "whole"], Field(description="Whether a file holds whole phone numbers or their beginnings.")
]


class UserExportQuery(UserQuery):
    """Which people, in which order, and with how much of their phone numbers."""

    phone_numbers: PhoneNumbers = "masked"


class UserPageQuery(UserQuery):
    """Which people, in which order, and which part of the list."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: Typed | None = Field(default=None, max_length=1000)


class GroupNameAnswer(Answer):
    """A group that a person is in."""

    group_id: UUID
    name: str


class UserAnswer(Answer):
    """A person of the tenant."""

    user_id: UUID
    name: str
    email: str
    title: str | None
    role: Role
    phone_number: str
    mobile_phone_number: str | None
    status: Status
    second_factor: str = Field(examples=["TOTP"])
    browser_trust: BrowserTrust = Field(description="Whether a browser that passed the second step may skip it.")
    groups: list[GroupNameAnswer]
    last_login_at: datetime | None
    mail_language: str
    timezone: str
    comment: str | None
    mail_bounced_at: datetime | None = Field(description="When a mail to them came back; null once one got through.")
    mail_bounce: str | None = Field(description="Why, as `reason` of a mail says it.", examples=["DSN_5.1.1"])
    version: int = Field(description="Also in the ETag of one person; goes into If-Match.")


class UserList(Answer):
    """A part of the list of people."""

    items: list[UserAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get the rows after these; null at the end.")
    previous_cursor: str | None = Field(description="Goes into `cursor` for the rows before these; null at the start.")
    total: int = Field(description="How many people the filters let through.")


class ActivationSentAnswer(Answer):
    """The activation link that was mailed last."""

    state: str
    expires_at: datetime | None


class CredentialAnswer(Answer):
    """How a person's way in stands."""

    state: str
    second_factor: str
    activation: ActivationSentAnswer | None
    locked_at: datetime | None
    last_login_at: datetime | None


class UserDetail(UserAnswer):
    """One person, with how their way in stands."""

    credential: CredentialAnswer | None = Field(description="Null while it cannot be known.")


class NewUserAnswer(Answer):
    """Who was registered."""

    user_id: UUID


class ImportedRow(Answer):
    """Why a row was refused."""

    row: int = Field(description="From 1, without the heading.")
    code: str
    errors: list[FieldError] | None = Field(default=None, description="Every field that is wrong.")


class ImportedUsers(Answer):
    """What came of many rows."""

    added: int = Field(description="Of a dry run: how many would be.")
    refused: int
    rows: list[ImportedRow] = Field(description="Those that were refused.")
