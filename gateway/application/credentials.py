"""A person's way in, as identity tells it to an administrator and to the person. Next stop: own.py, people.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NotOf:
    """What a person's password must not be made of."""

    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationSent:
    """The link that was mailed last."""

    state: str
    """As identity names it: OPEN, EXPIRED, USED, …"""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialState:
    """How a person's way in stands."""

    state: str
    second_factor: str
    activation: ActivationSent | None = None
    locked_at: datetime | None = None
    last_login_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """One of the caller's sessions."""

    session_id: UUID
    started_at: datetime
    method: str
    client_ip: str | None = None
    user_agent: str | None = None
    current: bool = False
    """Whether it is the one that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRecord:
    """One login, one that was refused, or a lock and what undid it."""

    at: datetime
    outcome: str
    method: str | None = None
    client_ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """A part of the logins, newest first."""

    items: tuple[LoginRecord, ...]
    next_cursor: str | None = None


class LoginResult(StrEnum):
    """Whether somebody came in."""

    SUCCEEDED = "SUCCEEDED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginsWanted:
    """Which logins of the company: of everybody or one person, with any result or one, of which time."""

    user_id: UUID | None = None
    result: LoginResult | None = None
    since: datetime | None = None
    """What happened then is not in it; None for the beginning."""
    until: datetime | None = None
    """What happened then is in it; None for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLogin(LoginRecord):
    """One login of somebody of the company, or one that was refused."""

    user_id: UUID
    name: str | None = None
    """What the person is called; None for who was deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLoginPage:
    """A part of the logins of the company, newest first."""

    items: tuple[CompanyLogin, ...]
    next_cursor: str | None = None
