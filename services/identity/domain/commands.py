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
    activation_id: UUID | None
    """None when the person is to get the link later."""
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
class ChooseFactor:
    """Have the second proof given as the person wants it."""

    user_id: UUID
    activation_id: UUID
    second_factor: SecondFactor
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterSite:
    """Note that the person of the session went on to a settings site."""

    session_id: UUID
    user_id: UUID
    client_id: str
    contract_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableCredential:
    """Let nobody in any more, because the person was suspended or deleted."""

    user_id: UUID
    gone: bool = False
    """Whether the person will not come back, so that the mail address is free again."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableCredential:
    """Let the person in again; who has not set everything up gets the link of this id to do it."""

    user_id: UUID
    activation_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignFactor:
    """Have the second proof given in another way; where it must be set up, by the link of this id."""

    user_id: UUID
    second_factor: SecondFactor
    activation_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetFactor:
    """Have the person show anew who they are and set up the second proof again, by the link of this id."""

    user_id: UUID
    activation_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendLink:
    """Give who has something left to set up a new link for it."""

    user_id: UUID
    activation_id: UUID
    expires_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockCredential:
    """Have an administrator unlock the credential."""

    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Have the guarded password of this id count in the place of the one that the person just proved."""

    user_id: UUID
    proved_id: UUID
    password_id: UUID
    kept_session: "KeptSession | None"
    """Given when all other sessions are to end."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceAuthenticator:
    """Have the guarded seed of this id count in the place of whatever the second factor was."""

    user_id: UUID
    step_up_id: UUID
    enrolment_id: UUID
    kept_session: "KeptSession | None"
    """Given when all other sessions are to end."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPasskey:
    """Have the guarded passkey of this id give the second proof too."""

    user_id: UUID
    passkey_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePasskey:
    """Have the passkey of this id count no more."""

    user_id: UUID
    passkey_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRecoveryCodes:
    """Have the guarded recovery codes of this id count."""

    user_id: UUID
    codes_id: UUID
    count: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOtherSessions:
    """End all sessions of the person but one."""

    user_id: UUID
    kept_session: "KeptSession"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSession:
    """The session that asks, and goes on."""

    session_id: UUID
    started_at: datetime


SessionCommand: TypeAlias = EndSession | EnterSite

CredentialCommand: TypeAlias = (
    OpenCredential
    | IssueLink
    | ConfirmIdentity
    | SetPassword
    | ChooseFactor
    | EnrolTotp
    | LockCredential
    | DisableCredential
    | EnableCredential
    | AssignFactor
    | ResetFactor
    | ResendLink
    | UnlockCredential
    | ChangePassword
    | ReplaceAuthenticator
    | AddPasskey
    | RemovePasskey
    | IssueRecoveryCodes
    | EndOtherSessions
)
