"""What identity needs of the world: guarded tables, a hasher, fingerprints, codes. Next stop: adapters/."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.identity.domain.events import SecondFactor

NewSecret = Callable[[], str]
"""Returns a fresh unguessable text of 256 bits, fit for a link."""

NewCode = Callable[[], str]
"""Returns a fresh code of six digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of themselves."""

    email: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The same in a form that can be compared but not read."""

    email: bytes
    name: bytes
    phone: bytes

    def __bytes__(self) -> bytes:
        """Return all three in one, each of the same length as any other of its kind."""
        return self.email + self.name + self.phone


class Fingerprints(Protocol):
    """Makes keyed fingerprints, of texts brought into one form first."""

    def of(self, said: Said) -> Fingerprint:
        """Return the fingerprint of mail address, name and phone number."""
        ...

    def email(self, email: str) -> bytes:
        """Return the fingerprint of a mail address."""
        ...

    def network(self, email: str, ip: str) -> bytes:
        """Return the fingerprint of a mail address tried from a network."""
        ...

    def own(self, user_id: UUID) -> bytes:
        """Return under what a person's wrong tries of their own password are counted, while they are logged in."""
        ...

    def code(self, challenge_id: UUID, code: str) -> bytes:
        """Return the fingerprint of a code; the same code has another one in another challenge."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLink:
    """The guarded side of a mailed link."""

    activation_id: UUID
    user_id: UUID
    confirm_tries: int
    code_tries: int
    registered: Fingerprint | None
    language: str
    said: Said | None
    """The mail address and name that the holder gave, until the link is used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLink:
    """A link to keep before the fact that names it."""

    activation_id: UUID
    user_id: UUID
    token: str
    expires_at: datetime
    at: datetime
    said: Said | None = None


class Links(Protocol):
    """Guards mailed links, what their holders said, and seeds of authenticators not yet in use."""

    async def register(self, user_id: UUID, registered: Fingerprint, language: str) -> None:
        """Keep who a person is; again with the same is harmless."""
        ...

    async def keep(self, link: NewLink) -> None:
        """Keep a link's token, hashed, and sealed for delivery."""
        ...

    async def find(self, token: str) -> KeptLink | None:
        """Return the link of a token."""
        ...

    async def deliver(self, activation_id: UUID) -> tuple[KeptLink, str] | None:
        """Return a link and its token, while that is kept."""
        ...

    async def confirmed(self, activation_id: UUID, said: Said, most: int) -> bool:
        """Keep what the holder said; false when the link is frozen."""
        ...

    async def mismatched(self, activation_id: UUID, most: int) -> int | None:
        """Count a wrong confirmation and return how many are left; None when the link was frozen before."""
        ...

    async def seed(self, link: KeptLink, enrolment_id: UUID, fresh: str, at: datetime) -> str:
        """Return the seed pending for a link; *fresh* when there was none."""
        ...

    async def pending_seed(self, activation_id: UUID) -> tuple[UUID, str] | None:
        """Return the enrolment and seed pending for a link."""
        ...

    async def first_code(self, link: KeptLink, step: int | None, at: datetime, most: int) -> int | None:
        """Judge a first code (step None is wrong); return the tries left after a wrong one, None after a right one.

        Raises: ActivationFrozen when too many were wrong before.
        """
        ...

    async def close(self, link: KeptLink) -> None:
        """Forget what nobody needs of a link that is used up: what was said, tokens, seeds never confirmed."""
        ...

    async def links_since(self, user_id: UUID, since: datetime) -> int:
        """Return how many links a person was given since then."""
        ...

    async def discard(self, activation_id: UUID) -> None:
        """Throw a link away that no fact names."""
        ...


class Hasher(Protocol):
    """Hashes passwords without holding up anything else."""

    def see_room(self) -> None:
        """See, before anything is looked up, that a password would be checked soon. Raises: Busy."""
        ...

    async def hash(self, password: str) -> str:
        """Return a hash with the parameters of now. Raises: Busy."""
        ...

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Tell whether the password is right; None takes as long and is wrong. Raises: Busy."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Tell whether the hash was made with other parameters than those of now."""
        ...


class Seeds(Protocol):
    """Authenticator apps. See: RFC 6238."""

    def fresh(self) -> str:
        """Return a new seed in base32."""
        ...

    def uri(self, seed: str, email: str, language: str) -> str:
        """Return what the QR code of a seed says."""
        ...

    def step(self, seed: str, code: str, now: datetime) -> int | None:
        """Return the step of the clock whose code this is, if it is one that counts at *now*."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where a login comes from."""

    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A login that is refused, to be told to whom it was about; None is nobody, whom it takes as long to refuse."""

    attempt_id: UUID
    user_id: UUID | None
    client: Client


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """All that is known about a mail address before the password is checked, in one look."""

    user_id: UUID | None
    version: int
    """Of the person's stream; 0 of nobody's."""
    hashes: Mapping[UUID, str]
    closed_until: datetime | None
    """No password counts before, right or wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code to be mailed."""

    challenge_id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogin:
    """A login to keep, whose password was right."""

    login_id: UUID
    token: str
    user_id: UUID
    tenant_id: UUID
    method: SecondFactor
    credential_version: int
    enrolment_id: UUID | None
    code: Code | None
    client: Client
    started_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLogin:
    """A login that was begun."""

    login_id: UUID
    user_id: UUID
    tenant_id: UUID
    method: SecondFactor
    started_at: datetime
    expires_at: datetime
    tries: int
    challenge_id: UUID | None
    code_key: bytes | None
    enrolment_id: UUID | None
    seed: str | None
    moved: bool
    """Something happened to the credential since the password was checked."""
    session_id: UUID | None
    passed_by: UUID | None
    passed_at: datetime | None


class Verdict(StrEnum):
    """What the guarded tables say to a try."""

    BEGUN = "begun"
    PASSED = "passed"
    WRONG = "wrong"
    OVER = "over"
    LOCKED = "locked"
    LOCKS = "locks"
    CLOSED = "closed"
    MAILED = "mailed"
    SENT = "sent"
    MUCH = "much"
    ENDED = "ended"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict, with what belongs to it."""

    verdict: Verdict
    at: datetime | None = None
    """Locked since, closed until."""
    tries_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryKey:
    """Names one recovery code of a set."""

    codes_id: UUID
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One code that was tried."""

    login: KeptLogin
    right: bool
    step: int | None
    recovery: RecoveryKey | None
    """The recovery code that stands in for the app's, once."""
    session_id: UUID
    attempt_id: UUID
    """Under which it is remembered if it is wrong."""
    command_id: UUID | None
    at: datetime


class Logins(Protocol):
    """Guards logins under way, their codes and the counters of failures."""

    async def look(self, email: bytes, keys: Sequence[bytes], now: datetime) -> FirstLook:
        """Return what is known about a mail address, for the unknown as for the known."""
        ...

    async def refuse(
        self, email: bytes, keys: Sequence[bytes], now: datetime, attempt: Attempt | None = None
    ) -> datetime | None:
        """Count a wrong password and remember the login that was refused with it, if it was one.

        When that came too late to be answered, return until when all is closed.
        """
        ...

    async def begin(self, login: NewLogin, keys: Sequence[bytes]) -> Judged:
        """Keep a login, and its code before the fact that names it."""
        ...

    async def find(self, token: str) -> KeptLogin | None:
        """Return the login of a token."""
        ...

    async def moved(self, token: str) -> bool:
        """Tell whether something happened to the credential since the login began, or the login is gone."""
        ...

    async def judge(self, tried: Try) -> Judged:
        """Decide about one code: exactly the allowed number is ever answered."""
        ...

    async def resend(self, login: KeptLogin, code: Code, now: datetime) -> Judged:
        """Put a fresh code in the place of the one before."""
        ...

    async def deliver(self, challenge_id: UUID, now: datetime) -> tuple[str, datetime] | None:
        """Return a code and its end, while it counts."""
        ...
