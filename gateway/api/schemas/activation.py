"""What goes in and out on the way from the mailed link to a usable login. Next stop: api/activation.py."""

from datetime import datetime

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.application.steps import Factor, Method, Purpose, Step
from kernel.adapters.http.body import Body

TOKEN = Field(
    default=None,
    min_length=1,
    max_length=200,
    description="The last part of the mailed link; may be left out by a browser that opened the link.",
)


class ActivationLink(Body):
    """Names the mailed link."""

    token: str | None = TOKEN


class Confirmation(Body):
    """What a person says of themselves: all three as registered."""

    token: str | None = TOKEN
    email: str = Field(min_length=1, max_length=254, examples=["hanako.sato@example.co.jp"])
    name: str = Field(min_length=1, max_length=100, examples=["佐藤 花子"])
    contact_phone_number: str = Field(min_length=1, max_length=40, examples=["03-1234-5678"])


class NewPassword(Body):
    """The password a person chose."""

    token: str | None = TOKEN
    password: str = Field(min_length=1, max_length=1024, description="At least 8 characters, of any kind.")


class FactorChoice(Body):
    """How the person wants to give the second proof."""

    token: str | None = TOKEN
    second_factor: Method


class FirstCode(Body):
    """The first code of the authenticator app."""

    token: str | None = TOKEN
    code: str = Field(min_length=1, max_length=16, examples=["492039"])


class ResetRequest(Body):
    """What a person says of themselves to get a new link."""

    email: str = Field(min_length=1, max_length=254)
    name: str = Field(min_length=1, max_length=100)
    contact_phone_number: str = Field(min_length=1, max_length=40)


class ActivationAnswer(Answer):
    """Where the holder of the link stands."""

    purpose: Purpose
    state: Step = Field(description="The step to do now.")
    steps: list[Step] = Field(description="All steps of this way, in order.")
    second_factor: Factor = Field(description="UNSET: the person chooses in the step FACTOR.")
    choices: list[Method] = Field(description="What may be chosen, while there is a choice to make.")
    expires_at: datetime
    confirm_tries_left: int


class TotpAnswer(Answer):
    """What an authenticator app needs."""

    otpauth_uri: str = Field(examples=["otpauth://totp/…"])
    secret: str = Field(description="To be typed where no picture can be scanned.")
    qr_code: str = Field(description="The QR code as an SVG data URI.")
