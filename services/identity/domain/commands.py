"""What may be asked of a credential, a login and a session. Next stop: credential.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.identity.domain.events import EndReason, SecondFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCredential:
    """Give a registered person a credential and the link to activate it."""

    user_id: UUID
    second_factor: SecondFactor
    activation_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink:
    """Give a person a new link: to activate what was never activated, else to set a new password."""

    user_id: UUID
    activation_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmIdentity:
    """Note that the holder of the link is the person."""

    user_id: UUID
    activation_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPassword:
    """Have the guarded password of this id count."""

    user_id: UUID
    activation_id: UUID
    password_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolTotp:
    """Have the guarded authenticator seed of this id count."""

    user_id: UUID
    activation_id: UUID
    enrolment_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LockCredential:
    """Stop all logins, because too many codes were wrong until *at*."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueMailCode:
    """Name a login's guarded code, so that it is mailed."""

    user_id: UUID
    challenge_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    """End the session of this person."""

    session_id: UUID
    user_id: UUID
    reason: EndReason
    at: datetime


CredentialCommand: TypeAlias = OpenCredential | IssueLink | ConfirmIdentity | SetPassword | EnrolTotp | LockCredential
