"""What goes in and out about the caller. Next stop: api/me.py."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.people import Language
from kernel.adapters.http.body import Body, unset
from kernel.adapters.http.texts import Zone


class OwnChanges(Body):
    """What is to be otherwise; fields that are left out keep their values."""

    mail_language: Language = Field(default_factory=unset)
    timezone: Zone = Field(default_factory=unset, examples=["Asia/Tokyo"])


class OwnAnswer(Answer):
    """The caller's language of mails and zone."""

    mail_language: str
    timezone: str


class PasswordChange(Body):
    """A new password, with the present one as the proof."""

    current: str = Field(min_length=1, max_length=1024)
    new: str = Field(min_length=1, max_length=1024, description="At least 8 characters, of any kind.")
    end_others: bool = Field(default=True, description="Whether the caller's other sessions end.")


class Proof(Body):
    """A code of the second factor."""

    code: str = Field(min_length=1, max_length=16, examples=["492039"])


class OwnSessionAnswer(Answer):
    """One of the caller's sessions."""

    session_id: UUID
    started_at: datetime
    method: str
    client_ip: str | None
    user_agent: str | None
    current: bool = Field(description="Whether it is the one that asks.")


class OwnSessionList(Answer):
    """The caller's sessions, newest first."""

    items: list[OwnSessionAnswer]


class RecoveryCodes(Answer):
    """Ten codes, each good once; they are shown this once."""

    codes: list[str]
