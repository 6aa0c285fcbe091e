"""What goes in and out of a person's own second step. Next stop: api/second_step.py."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.login import Signed
from gateway.application.steps import Method
from kernel.adapters.http.body import Body
from kernel.adapters.http.texts import plain


class PasswordAgain(Body):
    """The first proof, once more."""

    password: str = Field(min_length=1, max_length=1024)


class CodeAgain(Body):
    """The second proof, once more."""

    code: str = Field(min_length=1, max_length=20, examples=["492039"])


class Signature(Body):
    """What a passkey signed."""

    credential: Signed


class NewPasskey(Body):
    """A passkey that a browser made, and what its owner calls it."""

    name: Annotated[str, plain(60)] = Field(examples=["会社のノートパソコン"])
    credential: Signed


class PasskeyAnswer(Answer):
    """A key of the caller's own device."""

    passkey_id: UUID
    name: str
    synced: bool = Field(description="Whether the device keeps copies of it elsewhere.")
    at: datetime
    used_at: datetime | None


class PasskeyList(Answer):
    """The caller's passkeys, the oldest first."""

    items: list[PasskeyAnswer]


class NewApp(Body):
    """The first code of another authenticator app."""

    code: str = Field(min_length=1, max_length=16, examples=["492039"])
    end_others: bool = Field(default=True, description="Whether the caller's other sessions end.")


class StepUpAnswer(Answer):
    """How far the caller has shown again that it is them."""

    method: Method = Field(description="What is asked for after the password.")
    passkeys: bool = Field(description="A passkey may be given in its place; then no code is mailed.")
    proven: bool
    expires_at: datetime
    tries_left: int


class TrustedBrowserAnswer(Answer):
    """A browser that skips the code."""

    browser_id: UUID
    since: datetime
    used_at: datetime
    expires_at: datetime = Field(description="Each login puts it off to 10 days later.")
    client_ip: str
    user_agent: str


class TrustedBrowserList(Answer):
    """The caller's trusted browsers, the one used last first."""

    items: list[TrustedBrowserAnswer]
    allowed: bool = Field(description="Whether the company lets browsers be trusted at all.")
