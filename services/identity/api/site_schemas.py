"""Bodies and answers of the routes for settings sites. Next stop: sites.py."""

from typing import Any
from uuid import UUID

from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from services.identity.api.schemas import SECRET


class CodeBody(Body):
    """What a site asked for, for whom; the gateway has seen that both may."""

    client_id: str = SECRET
    redirect_uri: str = Field(min_length=1, max_length=2000)
    challenge: str = Field(pattern=r"^[A-Za-z0-9_-]{43}$")
    nonce: str | None = Field(default=None, max_length=1000)
    scope: str = SECRET
    session_id: UUID
    user_id: UUID
    contract_id: UUID


class CodeReply(Reply):
    """A code, to be used once and soon."""

    code: str


class TokensBody(Body):
    """What a site shows to have its code turned into tokens."""

    client_id: str = SECRET
    client_secret: str | None = Field(default=None, max_length=500)
    client_assertion: str | None = Field(default=None, max_length=8000)
    code: str = Field(min_length=1, max_length=500)
    redirect_uri: str = Field(min_length=1, max_length=2000)
    code_verifier: str = Field(max_length=500)


class GrantReply(Reply):
    """What a code or token stands for."""

    grant_id: UUID
    client_id: str
    scope: str
    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    contract_id: UUID


class TokensReply(Reply):
    """Tokens, and what they stand for."""

    grant: GrantReply
    access_token: str
    id_token: str
    expires_in: int


class TokenBody(Body):
    """A token that a site showed."""

    token: str = Field(min_length=1, max_length=500)


class KeysReply(Reply):
    """Public keys. See: RFC 7517, section 5."""

    keys: list[dict[str, Any]]


class RotationBody(Body):
    """How keys are changed."""

    withdraw: bool = False
    """Whether the key of before counts no more at once, because it is no secret any more."""
