"""What goes in and out about what was changed, who was registered and who came in. Next stop: api/histories.py."""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.people import PhoneNumbers
from gateway.application.directory import HistoryOf, LinkState
from gateway.application.viewer import Origin, Role
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Typed


class Part(BaseModel):
    """Which part of a list."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=100)
    cursor: Typed | None = Field(default=None, max_length=1000)


class HistoryPart(Part):
    """Which part of a history, and of which time."""

    since: Moment | None = None
    until: Moment | None = None

    def of(self, whose: HistoryOf) -> HistoryOf:
        """Return whose history of this time is asked for."""
        return replace(whose, since=self.since, until=self.until)


class RegistrationPart(Part):
    """Which registrations."""

    state: LinkState | None = None


class Format(BaseModel):
    """As what kind of file, and of which time."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    phone_numbers: PhoneNumbers = "masked"
    format: Literal["csv", "json"] = "csv"
    since: Moment | None = None
    until: Moment | None = None

    def of(self, whose: HistoryOf) -> HistoryOf:
        """Return whose history of this time is asked for."""
        return replace(whose, since=self.since, until=self.until)


class HistoryAnswer(Answer):
    """One change of one field."""

    at: datetime
    by: str = Field(description="`user:<id>`, `service:<name>` or `operator:<client>`.")
    by_name: str | None = Field(description="Null for who is no person, and for a person who was deleted.")
    client_ip: str | None = Field(description="From where; null where nobody knows, or the person was deleted.")
    user_agent: str | None
    field: str
    old: str | None
    new: str | None
    cause: str | None = Field(description="The fact that led to it, `stream/version`.")
    fact: str | None = Field(description="What happened.", examples=["portal.user.role-changed.v1"])
    correlation_id: UUID | None = Field(description="The same for everything that one click led to.")


class HistoryList(Answer):
    """What changed, newest first."""

    items: list[HistoryAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get what was before; null at the end.")


class LoginRecordAnswer(Answer):
    """One login, one that was refused, or a lock and what undid it."""

    at: datetime
    outcome: str = Field(examples=["PASSED", "PASSWORD_WRONG", "CODE_WRONG", "LOCKED", "UNLOCKED"])
    method: str | None
    client_ip: str | None
    user_agent: str | None


class LoginRecordList(Answer):
    """Logins, newest first."""

    items: list[LoginRecordAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get what was before; null at the end.")


class RegistrationAnswer(Answer):
    """Who was registered when and by whom, and how far they have come."""

    user_id: UUID
    name: str = Field(description="Empty once the person was deleted, as is the mail address.")
    email: str
    role: Role
    origin: Origin
    registered_at: datetime
    by: str = Field(description="`user:<id>` or `service:<name>`.")
    by_name: str | None
    state: LinkState
    link_sent_at: datetime | None
    link_expires_at: datetime | None
    activated_at: datetime | None


class RegistrationList(Answer):
    """Registrations, newest first."""

    items: list[RegistrationAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get what was before; null at the end.")
