"""What can happen to a credential, a login and a session; no secret is ever in a fact. Next stop: credential.py."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from kernel.domain.event import event


class SecondFactor(StrEnum):
    """How the second proof of a login is given."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"
    UNSET = "UNSET"
    """The person chooses at the first login."""


CHOICES = (SecondFactor.TOTP, SecondFactor.MAIL_OTP)
"""What may be chosen or assigned."""


class Proof(StrEnum):
    """How the second proof of one login was given."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"
    PASSKEY = "PASSKEY"
    TRUSTED_BROWSER = "TRUSTED_BROWSER"
    """By the browser, which passed both steps some days ago."""


class Purpose(StrEnum):
    """What a mailed link is for."""

    ACTIVATION = "ACTIVATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a purpose
    FACTOR_RESET = "FACTOR_RESET"


class CodePurpose(StrEnum):
    """What a mailed code is for."""

    LOGIN = "LOGIN"
    STEP_UP = "STEP_UP"


class LockReason(StrEnum):
    """Why a credential was locked."""

    CODE_TRIES = "CODE_TRIES"


class UnlockCause(StrEnum):
    """What unlocked a credential."""

    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a cause
    ADMINISTRATOR = "ADMINISTRATOR"


class EndReason(StrEnum):
    """Why a session is over."""

    LOGOUT = "LOGOUT"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a reason
    EXPIRED = "EXPIRED"
    ADMINISTRATOR = "ADMINISTRATOR"
    SUSPENDED = "SUSPENDED"
    ELSEWHERE = "ELSEWHERE"
    """By the person, from another session."""


@event("credential.opened")
class CredentialOpened:
    """A person got a credential that is not usable yet."""

    user_id: UUID
    second_factor: SecondFactor
    at: datetime


@event("credential.activation-issued")
class ActivationIssued:
    """A link was made for the person; any link before it is replaced."""

    user_id: UUID
    activation_id: UUID
    purpose: Purpose
    expires_at: datetime
    at: datetime


@event("credential.identity-confirmed")
class IdentityConfirmed:
    """The holder of the link named the person's mail address, name and phone number."""

    user_id: UUID
    activation_id: UUID
    at: datetime


@event("credential.password-set")
class PasswordSet:
    """The guarded password of this id counts from now on, and no other."""

    user_id: UUID
    activation_id: UUID
    password_id: UUID
    at: datetime


@event("credential.second-factor-chosen")
class SecondFactorChosen:
    """The person said, on the way of the link, how the second proof will be given."""

    user_id: UUID
    activation_id: UUID
    second_factor: SecondFactor
    at: datetime


@event("credential.totp-enrolled")
class TotpEnrolled:
    """The guarded authenticator seed of this id counts from now on; a first code proved it."""

    user_id: UUID
    activation_id: UUID
    enrolment_id: UUID
    at: datetime


@event("credential.activated")
class CredentialActivated:
    """The credential can be used to log in."""

    user_id: UUID
    at: datetime


@event("credential.locked")
class CredentialLocked:
    """Nobody can log in with the credential until it is unlocked."""

    user_id: UUID
    reason: LockReason
    at: datetime


@event("credential.unlocked")
class CredentialUnlocked:
    """The credential can be used again."""

    user_id: UUID
    cause: UnlockCause
    at: datetime


@event("credential.disabled")
class CredentialDisabled:
    """The person may not use the portal: nobody can log in, no link of theirs works."""

    user_id: UUID
    at: datetime


@event("credential.enabled")
class CredentialEnabled:
    """The person may use the portal again."""

    user_id: UUID
    at: datetime


@event("credential.second-factor-changed")
class SecondFactorChanged:
    """The second proof is given in another way from now on."""

    user_id: UUID
    second_factor: SecondFactor
    setup: bool
    """Whether nobody can log in until a link was followed that is issued with this."""
    at: datetime


@event("credential.second-factor-reset")
class SecondFactorReset:
    """The second proof of before counts no more; the person must show anew who they are, and set it up again."""

    user_id: UUID
    at: datetime


@event("credential.password-changed")
class PasswordChanged:
    """The person chose another password, knowing the one before; the guarded one of this id counts from now on."""

    user_id: UUID
    password_id: UUID
    at: datetime


@event("credential.passkey-added")
class PasskeyAdded:
    """The guarded passkey of this id may give the second proof from now on."""

    user_id: UUID
    passkey_id: UUID
    at: datetime


@event("credential.passkey-removed")
class PasskeyRemoved:
    """The passkey of this id counts no more."""

    user_id: UUID
    passkey_id: UUID
    at: datetime


@event("credential.recovery-codes-issued")
class RecoveryCodesIssued:
    """The guarded recovery codes of this id count from now on, each once; those before are dead."""

    user_id: UUID
    codes_id: UUID
    count: int
    at: datetime


@event("credential.sessions-ended")
class SessionsEnded:
    """All sessions of the person that started before *at* are over, but for the one that is kept, if any."""

    user_id: UUID
    kept_session_id: UUID | None = None
    reason: EndReason
    at: datetime


@event("challenge.mail-code-issued")
class MailCodeIssued:
    """A code was made for a login, or for a change that asks for one again; any code of it before is dead."""

    user_id: UUID
    challenge_id: UUID
    purpose: CodePurpose = CodePurpose.LOGIN
    expires_at: datetime
    at: datetime


@event("session.started")
class SessionStarted:
    """A person passed both steps of a login."""

    session_id: UUID
    user_id: UUID
    method: Proof
    amr: tuple[str, ...] = ()
    """How it was shown who it is. See: RFC 8176, section 2."""
    at: datetime


@event("session.ended")
class SessionEnded:
    """A session is over."""

    session_id: UUID
    user_id: UUID
    reason: EndReason
    at: datetime


@event("session.site-entered")
class SiteEntered:
    """A person went on to a settings site, to change the settings of a contract there."""

    session_id: UUID
    user_id: UUID
    client_id: str
    contract_id: UUID
    at: datetime


CredentialEvent: TypeAlias = (
    CredentialOpened
    | ActivationIssued
    | IdentityConfirmed
    | PasswordSet
    | SecondFactorChosen
    | TotpEnrolled
    | CredentialActivated
    | CredentialLocked
    | CredentialUnlocked
    | CredentialDisabled
    | CredentialEnabled
    | SecondFactorChanged
    | SecondFactorReset
    | PasswordChanged
    | PasskeyAdded
    | PasskeyRemoved
    | RecoveryCodesIssued
    | SessionsEnded
)
SessionEvent: TypeAlias = SessionStarted | SessionEnded | SiteEntered

EVENTS: tuple[type, ...] = (
    CredentialOpened,
    ActivationIssued,
    IdentityConfirmed,
    PasswordSet,
    SecondFactorChosen,
    TotpEnrolled,
    CredentialActivated,
    CredentialLocked,
    CredentialUnlocked,
    CredentialDisabled,
    CredentialEnabled,
    SecondFactorChanged,
    SecondFactorReset,
    PasswordChanged,
    PasskeyAdded,
    PasskeyRemoved,
    RecoveryCodesIssued,
    SessionsEnded,
    MailCodeIssued,
    SessionStarted,
    SessionEnded,
    SiteEntered,
)
"""All facts of this service: its log holds no others."""
