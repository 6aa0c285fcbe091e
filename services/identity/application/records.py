"""What administration and self-service need of the guarded tables. Next stop: adapters/guarded_people.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from services.identity.application.ports import Client, Judged, RecoveryKey
from services.identity.domain.events import Proof


class People(Protocol):
    """Guards who people are, and ends what is theirs."""

    async def email_key(self, user_id: UUID) -> bytes | None:
        """Return the fingerprint of a person's mail address."""
        ...

    async def change(self, user_id: UUID, name: bytes, phone: bytes, language: str) -> None:
        """Keep what a person is called from now on; again with the same is harmless."""
        ...

    async def revoke(self, user_id: UUID, at: datetime, factor_at: datetime | None) -> Sequence[UUID]:
        """End logins that began before *at*, and seeds and recovery codes from before *factor_at*.

        Returns the sessions that such a login has opened since *at*.
        """
        ...

    async def forget(self, user_id: UUID) -> None:
        """Throw away who a person is and all that they could prove it with."""
        ...

    async def tries(self, activation_id: UUID) -> tuple[int, int]:
        """Return how many confirmations and first codes of a link were wrong."""
        ...

    async def last_login(self, user_id: UUID) -> datetime | None:
        """Return when a person logged in last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """The guarded side of a session: where it came from."""

    session_id: UUID
    started_at: datetime
    client: Client


class Outcome(StrEnum):
    """What came of a login, or happened to a person's way in."""

    PASSED = "PASSED"
    PASSWORD_WRONG = "PASSWORD_WRONG"  # noqa: S105 - the name of an outcome
    CODE_WRONG = "CODE_WRONG"
    LOCKED = "LOCKED"
    """Too many codes were wrong."""
    UNLOCKED = "UNLOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRecord:
    """The guarded side of a login that passed or was refused; one that passed has its session's id."""

    record_id: UUID
    at: datetime
    outcome: Outcome
    method: Proof | None
    client: Client


Before: TypeAlias = tuple[datetime, UUID]
"""A place in a list of logins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRecord(LoginRecord):
    """The guarded side of a login of somebody of a company."""

    user_id: UUID

    @property
    def place(self) -> Before:
        """Return where it stands in the list."""
        return self.at, self.record_id


class Result(StrEnum):
    """Whether somebody came in."""

    SUCCEEDED = "SUCCEEDED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginsWanted:
    """Which logins of a company: of everybody or one person, with any result or one, of which time."""

    tenant_id: UUID
    user_id: UUID | None = None
    result: Result | None = None
    since: datetime | None = None
    """What happened then is not in it; None for the beginning."""
    until: datetime | None = None
    """What happened then is in it; None for now."""


class CompanyRecords(Protocol):
    """Guards where the logins of a company came from."""

    async def of_company(self, wanted: LoginsWanted, most: int, before: Before | None) -> Sequence[CompanyRecord]:
        """Return a company's logins, the refused too, newest first, from before a place."""
        ...


class SessionRecords(Protocol):
    """Guards where sessions and logins came from."""

    async def logins(self, user_id: UUID, most: int, before: Before | None) -> Sequence[LoginRecord]:
        """Return a person's logins, the refused too, newest first, from before a place."""
        ...

    async def latest(self, user_id: UUID, most: int, *, since: datetime | None = None) -> Sequence[SessionRecord]:
        """Return a person's sessions, newest first, none from before *since*."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecoveryCode:
    """A recovery code to keep: the key that finds it, and the hash of its secret part."""

    key: bytes
    hashed: str


class RecoveryCodes(Protocol):
    """Guards recovery codes."""

    async def keep(self, codes_id: UUID, user_id: UUID, codes: Sequence[NewRecoveryCode], at: datetime) -> None:
        """Keep a set before the fact that names it."""
        ...

    async def settle(self, user_id: UUID, codes_id: UUID, at: datetime) -> None:
        """Throw away the sets before."""
        ...

    async def find(self, key: RecoveryKey) -> str | None:
        """Return the hash of a code that was not used yet."""
        ...

    async def left(self, codes_id: UUID) -> int:
        """Return how many codes of a set were not used yet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsettledEnrolment:
    """A kept seed that was confirmed or not; its link is over."""

    enrolment_id: UUID
    user_id: UUID


class Enrolments(Protocol):
    """Guards seeds until it is known whether they count."""

    async def unsettled(self, before: datetime) -> Sequence[UnsettledEnrolment]:
        """Return seeds whose links were over before then, and of which it is not known whether a fact names them."""
        ...

    async def settle(self, enrolment_id: UUID) -> None:
        """Keep a seed for good that a fact names."""
        ...

    async def discard(self, enrolment_id: UUID) -> None:
        """Throw a seed away that no fact names."""
        ...


class Authenticators(Protocol):
    """Guards seeds in use, and counts codes that are given once more by who is logged in."""

    async def seed(self, enrolment_id: UUID) -> str | None:
        """Return a seed."""
        ...

    async def judge(self, user_id: UUID, step: int | None, at: datetime) -> Judged:
        """Decide about one code of the app (step None is wrong); each step of the clock counts once."""
        ...
