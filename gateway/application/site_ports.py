"""What the way on to settings sites needs of the world. Next stop: clients/sites.py, adapters/sites.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.session import Session
from gateway.application.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWish:
    """What a code is to be bound to."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    scope: str
    contract_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who is at which site, with which session, for which contract."""

    grant_id: UUID
    client_id: str
    scope: str
    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    contract_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a code was turned into."""

    grant: Grant
    access_token: str
    id_token: str
    expires_in: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """What a site shows at the token endpoint."""

    client_id: str
    client_secret: str | None
    client_assertion: str | None
    code: str
    redirect_uri: str
    code_verifier: str


class Provider(Protocol):
    """Identity's part: codes, tokens and keys. Raises, everywhere: Unavailable."""

    async def issue(self, session: Session, wish: CodeWish, asked: Asked) -> str:
        """Return a code. Raises: Refused `invalid-grant` when the session is over."""
        ...

    async def redeem(self, shown: Redemption, asked: Asked) -> Tokens:
        """Turn a code into tokens, once. Raises: Unauthenticated `invalid-client`; Refused `invalid-grant`."""
        ...

    async def look(self, token: str, asked: Asked) -> Grant:
        """Return what a token stands for. Raises: Unauthenticated `invalid-token`."""
        ...

    async def revoke(self, grant_id: UUID, asked: Asked) -> None:
        """Take back what a code gave."""
        ...

    async def keys(self) -> Sequence[Mapping[str, Any]]:
        """Return the public keys that sign."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What an ID token of ours says of a login."""

    client_id: str
    session_id: UUID
    user_id: UUID


class Hints(Protocol):
    """Reads ID tokens of ours that come back."""

    async def read(self, token: str) -> Hint | None:
        """Return what an ID token says, expired or not; None when it is not ours. Raises: Unavailable."""
        ...


class SiteHealth(Protocol):
    """Whether sites work."""

    async def works(self, site: Site) -> bool:
        """Return whether a site answers, soon enough that a person may be sent there."""
        ...
