"""What administrators do to a person's credential. Next stop: state.py."""

from collections.abc import Sequence

from services.identity.domain.commands import (
    AssignFactor,
    DisableCredential,
    EnableCredential,
    ResendLink,
    ResetFactor,
    UnlockCredential,
)
from services.identity.domain.errors import CredentialIsDisabled, CredentialUnknown, NotActivated, NothingToSetUp
from services.identity.domain.events import (
    ActivationIssued,
    CredentialDisabled,
    CredentialEnabled,
    CredentialEvent,
    CredentialUnlocked,
    EndReason,
    Purpose,
    SecondFactor,
    SecondFactorChanged,
    SecondFactorReset,
    SessionsEnded,
    UnlockCause,
)
from services.identity.domain.state import Credential


def disable(state: Credential, asked: DisableCredential) -> Sequence[CredentialEvent]:
    """Let nobody in, and end what is open."""
    ended = SessionsEnded(user_id=asked.user_id, reason=EndReason.SUSPENDED, at=asked.at)
    if state.second_factor is None:
        return []
    if state.disabled:
        # The claim on the mail address is given up with a fact, so who goes while suspended needs one too.
        return [ended] if asked.gone else []
    return [CredentialDisabled(user_id=asked.user_id, at=asked.at), ended]


def enable(state: Credential, asked: EnableCredential) -> Sequence[CredentialEvent]:
    """Let the person in again, through the door: no session of before comes back."""
    if not state.disabled:
        return []
    facts: list[CredentialEvent] = [
        CredentialEnabled(user_id=asked.user_id, at=asked.at),
        SessionsEnded(user_id=asked.user_id, reason=EndReason.SUSPENDED, at=asked.at),
    ]
    return facts if state.active else [*facts, _setup(state, asked)]


def assign(state: Credential, asked: AssignFactor) -> Sequence[CredentialEvent]:
    """Change the second factor; an authenticator must be set up first, codes by mail only by who never was here."""
    if state.second_factor is None or state.second_factor is asked.second_factor:
        return []
    setup = asked.second_factor is SecondFactor.TOTP or not state.active
    facts: list[CredentialEvent] = [
        SecondFactorChanged(user_id=asked.user_id, second_factor=asked.second_factor, setup=setup, at=asked.at),
        SessionsEnded(user_id=asked.user_id, reason=EndReason.ADMINISTRATOR, at=asked.at),
    ]
    return [*facts, _setup(state, asked)] if setup and not state.disabled else facts


def reset_factor(state: Credential, asked: ResetFactor) -> Sequence[CredentialEvent]:
    """Kill the second factor and have the person prove anew who they are. See: OWASP ASVS 5.0, 6.4.4."""
    _see_enabled(state)
    if not state.was_active:
        raise NotActivated
    return [
        SecondFactorReset(user_id=asked.user_id, at=asked.at),
        SessionsEnded(user_id=asked.user_id, reason=EndReason.ADMINISTRATOR, at=asked.at),
        _setup(state, asked),
    ]


def resend(state: Credential, asked: ResendLink) -> Sequence[CredentialEvent]:
    """Issue the link again for what is left to be set up; the one before is dead."""
    _see_enabled(state)
    if state.active:
        raise NothingToSetUp
    return [_setup(state, asked)]


def unlock(state: Credential, asked: UnlockCredential) -> Sequence[CredentialEvent]:
    """Unlock; none when it is not locked. Raises: CredentialIsDisabled."""
    _see_enabled(state)
    if not state.locked:
        return []
    return [CredentialUnlocked(user_id=asked.user_id, cause=UnlockCause.ADMINISTRATOR, at=asked.at)]


def _see_enabled(state: Credential) -> None:
    if state.second_factor is None:
        raise CredentialUnknown
    if state.disabled:
        raise CredentialIsDisabled


def _setup(state: Credential, asked: EnableCredential | AssignFactor | ResetFactor | ResendLink) -> ActivationIssued:
    # Who never had a password goes the whole way; who has one sets up only the second factor.
    return ActivationIssued(
        user_id=asked.user_id,
        activation_id=asked.activation_id,
        purpose=Purpose.FACTOR_RESET if state.was_active else Purpose.ACTIVATION,
        expires_at=asked.expires_at,
        at=asked.at,
    )
