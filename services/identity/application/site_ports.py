"""What the way to settings sites needs of the world: who they are, guarded codes, signatures. Next stop: adapters/."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from services.identity.domain.events import EndReason
from services.identity.domain.site import KeyTime


class AuthMethod(StrEnum):
    """How a site shows who it is at the token endpoint. See: OpenID Connect Core 1.0, section 9."""

    CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105 - the name of a method
    PRIVATE_KEY_JWT = "private_key_jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A settings site as identity knows it: how it shows who it is, and where it is told of ended sessions."""

    client_id: str
    auth_method: AuthMethod
    secret_hash: bytes | None = None
    """SHA-256 of a secret of 256 random bits; None for a site that signs."""
    jwks: Mapping[str, Any] | None = None
    logout_uri: str | None = None
    """See: OpenID Connect Back-Channel Logout 1.0."""
    events_uri: str | None = None
    """Takes security event tokens. See: RFC 8935."""


Sites = Mapping[str, Site]
"""All sites by their client id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProof:
    """What somebody shows to be a site: a secret, or an assertion signed with its key."""

    client_id: str
    secret: str | None = None
    assertion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A client assertion whose signature was right and which is for us."""

    jti: str
    expires_at: datetime


class Assertions(Protocol):
    """Reads client assertions, and takes each once."""

    def read(self, site: Site, assertion: str, now: datetime) -> Assertion | None:
        """Return what a site signed; None when it did not, or for somebody else, or too long ago."""
        ...

    async def take(self, site: Site, assertion: Assertion) -> bool:
        """Note that an assertion was used; false when it was before."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code to keep: what it is bound to."""

    code: str
    grant_id: UUID
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    scope: str
    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    contract_id: UUID
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a used code gave."""

    grant_id: UUID
    client_id: str
    scope: str
    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    contract_id: UUID
    nonce: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a site shows to have its code turned into tokens."""

    code: str
    client_id: str
    redirect_uri: str
    challenge: str
    """Made of the verifier that the site showed."""


class Grants(Protocol):
    """Guards codes and what was issued for them; codes and tokens are kept hashed."""

    async def keep(self, code: NewCode) -> None:
        """Keep a code."""
        ...

    async def redeem(self, shown: Shown, token: str, now: datetime, life: timedelta) -> Grant | None:
        """Use a code up and keep its token; None unless it is fresh, unused, and shown as it was asked for."""
        ...

    async def revoke_used(self, code: str, now: datetime) -> UUID | None:
        """Revoke what a code gave that was used before; return what that was, None for any other code."""
        ...

    async def find(self, token: str, now: datetime) -> Grant | None:
        """Return what a token stands for while it counts."""
        ...

    async def revoke(self, grant_id: UUID, now: datetime) -> None:
        """Have a token count no more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key of ours: as JWK, public and private."""

    kid: str
    private: Mapping[str, Any]
    public: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey(KeyTime):
    """A key that is kept."""

    key: SigningKey


class KeyStore(Protocol):
    """Guards the keys that sign; the private halves are sealed."""

    async def all(self) -> Sequence[KeptKey]:
        """Return all keys."""
        ...

    async def add(self, key: SigningKey, signs_from: datetime, now: datetime) -> None:
        """Keep a key, unless another process was quicker to make one for that time or a later one."""
        ...

    async def drop(self, kid: str) -> None:
        """Forget a key."""
        ...

    async def advance(self, now: datetime) -> None:
        """Have the next key sign from now on."""
        ...


MakeKey = Callable[[], SigningKey]
"""Returns a fresh key; takes its time."""

Sign = Callable[[SigningKey, Mapping[str, Any], str], str]
"""Returns claims as a signed token of a type."""


class NoticeKind(StrEnum):
    """How a site is told that a session is over."""

    LOGOUT = "LOGOUT"
    """A logout token at its logout address."""
    REVOKED = "REVOKED"
    """A session-revoked event at its events address. See: OpenID CAEP 1.0, section 3.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that a site is to be told."""

    notice_id: UUID
    client_id: str
    kind: NoticeKind
    session_id: UUID
    user_id: UUID
    reason: EndReason
    ended_at: datetime
    traceparent: str | None
    tries: int
    not_after: datetime


class Notices(Protocol):
    """The notices that wait."""

    async def lease(self, most: int, now: datetime, lease: timedelta) -> Sequence[Notice]:
        """Take notices that are due; nobody else gets them until the lease ends."""
        ...

    async def put_off(self, notice_id: UUID, until: datetime) -> None:
        """Give a notice back until then, and count the try."""
        ...

    async def close(self, notice_id: UUID, outcome: str, now: datetime) -> None:
        """Take a notice out for good."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One session that is over, or all of a person that began before *at*."""

    user_id: UUID
    reason: EndReason
    at: datetime
    session_id: UUID | None = None
    """The one that is over; None for all."""
    kept_session_id: UUID | None = None
    """The one that goes on when all others are over."""
    traceparent: str | None = None


class Intake(Protocol):
    """Queues what sites are to be told."""

    async def queue(self, transaction: Any, ended: Ended) -> None:
        """Queue a notice for every site that the ended sessions went on to."""
        ...


class Told(StrEnum):
    """What came of telling a site."""

    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    """The site cannot make anything of it, so that sending it again does not help."""
    AWAY = "AWAY"


Tell = Callable[[str, NoticeKind, str], Awaitable[Told]]
"""Sends a token of a kind to an address, and returns what came of it."""
