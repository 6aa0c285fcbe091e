"""Bodies and answers about one person's credential. Next stop: own.py, administration.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from services.identity.application.administration import Condition, LinkCondition
from services.identity.application.own_logins import LoginView
from services.identity.application.records import CompanyRecord, Outcome
from services.identity.domain.events import EndReason, Proof, Purpose, SecondFactor
from services.identity.domain.steps import Step


class LinkStateReply(Reply):
    """The link that was mailed last."""

    state: LinkCondition
    purpose: Purpose
    step: Step
    expires_at: datetime


class CredentialReply(Reply):
    """How a person's way in stands."""

    state: Condition
    second_factor: SecondFactor
    activation: LinkStateReply | None
    locked_at: datetime | None
    last_login_at: datetime | None


class NewPasswordBody(Body):
    """Another password, and the proof that the person knows the present one."""

    current: str = Field(min_length=1)
    new: str = Field(min_length=1)
    end_others: bool
    session_id: UUID
    """The session that asks, and goes on."""
    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=200)
    """What the password must not be made of."""


class EndSessionsBody(Body):
    """Which session ends; with *others* all end but this one."""

    session_id: UUID
    others: bool = False


class OwnCodeBody(Body):
    """The app's code of now."""

    code: str = Field(min_length=1, max_length=32)


class SessionReply(Reply):
    """A session that has not been ended."""

    session_id: UUID
    started_at: datetime
    method: Proof
    client_ip: str
    user_agent: str

    @classmethod
    def of(cls, view: LoginView) -> Self:
        """Return it as told."""
        return cls(
            session_id=view.record_id,
            started_at=view.at,
            method=view.method or Proof.TOTP,
            client_ip=view.client.ip,
            user_agent=view.client.user_agent,
        )


class SessionsReply(Reply):
    """Sessions, newest first."""

    items: Sequence[SessionReply]


class LoginReply(Reply):
    """One login and what became of its session, or a lock and what undid it."""

    session_id: UUID | None
    """Null where there never was one."""
    at: datetime
    outcome: Outcome
    method: Proof | None
    client_ip: str
    user_agent: str
    ended_at: datetime | None
    end_reason: EndReason | None

    @classmethod
    def of(cls, view: LoginView) -> Self:
        """Return it as told."""
        return cls(
            session_id=view.record_id if view.outcome is Outcome.PASSED else None,
            at=view.at,
            outcome=view.outcome,
            method=view.method,
            client_ip=view.client.ip,
            user_agent=view.client.user_agent,
            ended_at=view.ended_at,
            end_reason=view.end_reason,
        )


class LoginsReply(Reply):
    """A page of logins."""

    items: Sequence[LoginReply]
    next_cursor: str | None


class CompanyLoginReply(Reply):
    """One login of somebody of a company."""

    user_id: UUID
    session_id: UUID | None
    """Null where there never was one."""
    at: datetime
    outcome: Outcome
    method: Proof | None
    client_ip: str
    user_agent: str

    @classmethod
    def of(cls, record: CompanyRecord) -> Self:
        """Return it as told."""
        return cls(
            user_id=record.user_id,
            session_id=record.record_id if record.outcome is Outcome.PASSED else None,
            at=record.at,
            outcome=record.outcome,
            method=record.method,
            client_ip=record.client.ip,
            user_agent=record.client.user_agent,
        )


class CompanyLoginsReply(Reply):
    """A page of the logins of a company."""

    items: Sequence[CompanyLoginReply]
    next_cursor: str | None


class CodesReply(Reply):
    """Recovery codes, shown this once."""

    codes: Sequence[str]


class CodesLeftReply(Reply):
    """How many recovery codes are left of how many."""

    left: int
    total: int
    issued_at: datetime | None
