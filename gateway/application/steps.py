"""What identity says about a way in: the answers of its commands as plain values. Next stop: identity_ports.py."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.domain.recorded import LogPosition


class Step(StrEnum):
    """A step of the activation, in their order."""

    CONFIRM = "CONFIRM"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a step
    FACTOR = "FACTOR"
    TOTP = "TOTP"
    DONE = "DONE"


class Purpose(StrEnum):
    """What a mailed link is for."""

    ACTIVATION = "ACTIVATION"
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a purpose
    FACTOR_RESET = "FACTOR_RESET"


class Method(StrEnum):
    """How the second proof of a login is given."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"


class Factor(StrEnum):
    """What the second proof is, also where it is not decided yet."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"
    UNSET = "UNSET"


class Proof(StrEnum):
    """How the second proof of one login was given."""

    TOTP = "TOTP"
    MAIL_OTP = "MAIL_OTP"
    PASSKEY = "PASSKEY"
    TRUSTED_BROWSER = "TRUSTED_BROWSER"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationState:
    """Where a person stands on the way from the mailed link to a usable login."""

    purpose: Purpose
    state: Step
    """The step to do now."""
    steps: tuple[Step, ...]
    """All steps of this way, in order; without DONE."""
    second_factor: Factor
    expires_at: datetime
    confirm_tries_left: int
    choices: tuple[Method, ...] = ()
    """What the person may choose for the second proof, where there is a choice to make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TotpSetup:
    """What an authenticator app needs to know: as the URI of the QR code, and to be typed by hand."""

    otpauth_uri: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLogin:
    """A login whose password was right and whose code is awaited: not a session."""

    login: str
    """Opaque; whoever holds it may try the code."""
    method: Method
    expires_at: datetime
    tries_left: int
    passkeys: bool = False
    """Whether a passkey may be given in place of the code; then no code is mailed until it is asked for."""
    may_trust: bool = False
    """Whether this browser may be spared the second step for some days; told on looking, not at the beginning."""
    ends_at: datetime | None = None
    """When this method ends, where the tenant gives it up; told on looking too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPassed:
    """Both proofs were right."""

    session_id: UUID
    user_id: UUID
    tenant_id: UUID
    method: Proof
    started_at: datetime
    position: LogPosition | None
    """Where the fact stands that says so."""
    trusted: str | None = None
    """What this browser shows at its next login, where it is trusted now."""
