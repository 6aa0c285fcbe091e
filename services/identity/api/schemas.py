"""Bodies and answers of identity's routes. Next stop: activations.py."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from services.identity.domain.events import EndReason, Proof, Purpose, SecondFactor
from services.identity.domain.steps import Step

SECRET = Field(min_length=1, max_length=200)


class LinkBody(Body):
    """Names a mailed link by its token."""

    token: str = SECRET


class ConfirmationBody(LinkBody):
    """What the holder of a link says of themselves."""

    email: str = Field(min_length=1, max_length=254)
    name: str = Field(min_length=1, max_length=200)
    contact_phone_number: str = Field(min_length=1, max_length=40)


class PasswordBody(LinkBody):
    """The password a person chose."""

    password: str = Field(min_length=1)


class FactorBody(LinkBody):
    """How the person wants to give the second proof."""

    second_factor: Literal[SecondFactor.TOTP, SecondFactor.MAIL_OTP]


class FirstCodeBody(LinkBody):
    """The first code of an authenticator app."""

    code: str = Field(min_length=1, max_length=32)


class StandingReply(Reply):
    """Where the holder of a link stands."""

    purpose: Purpose
    state: Step
    steps: tuple[Step, ...]
    second_factor: SecondFactor
    choices: tuple[SecondFactor, ...]
    expires_at: datetime
    confirm_tries_left: int


class SetupReply(Reply):
    """What an authenticator app needs."""

    otpauth_uri: str
    secret: str


class ResetBody(Body):
    """What somebody says of themselves who wants a new link."""

    email: str = Field(min_length=1, max_length=254)
    name: str = Field(min_length=1, max_length=200)
    contact_phone_number: str = Field(min_length=1, max_length=40)


class ClientBody(Body):
    """Where a login comes from, as the gateway saw it."""

    ip: str | None = Field(default=None, max_length=64)
    user_agent: str | None = Field(default=None, max_length=1000)


class LoginBody(Body):
    """The first proof."""

    email: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1)
    client: ClientBody = ClientBody()
    trusted: str | None = Field(default=None, max_length=200)
    """What a browser holds that was trusted at a login before."""


class PendingBody(Body):
    """Names a login under way."""

    login: str = SECRET


class CodeBody(PendingBody):
    """The second proof."""

    code: str = Field(min_length=1, max_length=32)
    trust: bool = False
    """Whether this browser is to skip the second step for some days."""


class PasskeyBody(PendingBody):
    """The second proof by a passkey: what the browser says, as WebAuthn writes it in JSON."""

    credential: dict[str, Any]
    trust: bool = False


class QuestionReply(Reply):
    """What a browser needs to have a passkey sign, or to make one, as WebAuthn writes it in JSON."""

    public_key: dict[str, Any]


class PendingStateReply(Reply):
    """A login that waits for its code."""

    method: SecondFactor
    passkeys: bool
    expires_at: datetime
    tries_left: int


class OfferReply(PendingStateReply):
    """The same, and what may be offered beside the code."""

    may_trust: bool
    ends_at: datetime | None
    """When the method ends, where the tenant gives it up and the new one holds already."""


class PendingReply(PendingStateReply):
    """A login that has begun; only now its opaque token is told."""

    login: str


class PassedReply(Reply):
    """A session."""

    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    method: Proof
    started_at: datetime
    trusted: str | None = None
    """What this browser shows at its next login, where it is trusted now."""


class EndBody(Body):
    """Why whose session ends."""

    user_id: UUID
    reason: EndReason


class LinkReply(Reply):
    """A link's token, to be mailed."""

    token: str
    expires_at: datetime


class CodeReply(Reply):
    """A code, to be mailed."""

    code: str
    expires_at: datetime
