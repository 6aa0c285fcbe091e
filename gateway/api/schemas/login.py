"""What goes in and out at login and of a session. Next stop: api/login.py."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from gateway.api.schemas.answer import Answer
from gateway.application.signed import small
from gateway.application.steps import Method
from gateway.application.viewer import Role, Viewer
from kernel.adapters.http.body import Body

Signed = Annotated[dict[str, Any], AfterValidator(small)]
"""A PublicKeyCredential as the browser writes it in JSON."""


class FirstProof(Body):
    """The first of the two steps."""

    user_id: str = Field(min_length=1, max_length=254, description="The person's mail address.")
    password: str = Field(min_length=1, max_length=1024)


class SecondProof(Body):
    """The second of the two steps."""

    code: str = Field(min_length=1, max_length=16, examples=["492039"])
    trust: bool = Field(
        default=False,
        description="Whether this browser skips the code for 10 days from its last login on, if the company lets it.",
    )


class PasskeyProof(Body):
    """The second of the two steps by a passkey."""

    credential: Signed
    trust: bool = Field(default=False, description="As with a code.")


class ScreenLanguage(Body):
    """The language of a person's screens."""

    language: Literal["ja", "en"]


class PasskeyQuestion(Answer):
    """What a browser needs to have a passkey sign, or to make one."""

    public_key: dict[str, Any] = Field(description="PublicKeyCredential…OptionsJSON of WebAuthn Level 3.")


class PendingAnswer(Answer):
    """A login that waits for its code; it is no session."""

    method: Method = Field(description="MAIL_OTP: the code was mailed; TOTP: the authenticator app shows it.")
    passkeys: bool = Field(description="A passkey may be given instead; then a code is mailed only on asking.")
    expires_at: datetime
    tries_left: int


class SessionAnswer(Answer):
    """Who the caller is."""

    user_id: UUID
    tenant_id: UUID
    name: str
    email: str
    role: Role
    language: str
    timezone: str
    mail_language: str
    csrf_token: str = Field(description="Goes into X-CSRF-Token of every call that changes something.")
    expires_at: datetime = Field(description="The session ends then at the latest.")


def session_answer(viewer: Viewer, language: str) -> SessionAnswer:
    """Return what a person may know of their session."""
    return SessionAnswer(
        user_id=viewer.user_id,
        tenant_id=viewer.tenant_id,
        name=viewer.name,
        email=viewer.email,
        role=viewer.role,
        language=language,
        timezone=viewer.timezone,
        mail_language=viewer.mail_language,
        csrf_token=viewer.csrf_token,
        expires_at=viewer.ends_at,
    )
