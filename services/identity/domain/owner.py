"""What people do to their own credential while they are logged in. Next stop: state.py."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.identity.domain.commands import (
    ChangePassword,
    EndOtherSessions,
    IssueRecoveryCodes,
    KeptSession,
    ReplaceAuthenticator,
)
from services.identity.domain.errors import (
    CredentialIsDisabled,
    CredentialIsLocked,
    CredentialUnknown,
    CurrentPasswordWrong,
    NoAuthenticator,
    SessionUnknown,
)
from services.identity.domain.events import (
    CredentialEvent,
    EndReason,
    PasswordChanged,
    RecoveryCodesIssued,
    SecondFactor,
    SecondFactorChanged,
    SessionsEnded,
    TotpEnrolled,
)
from services.identity.domain.state import Credential


def change_password(state: Credential, asked: ChangePassword) -> Sequence[CredentialEvent]:
    """Put another password in the place of the proved one. Raises: CurrentPasswordWrong when that counts no more."""
    see_usable(state)
    if state.password_id != asked.proved_id:
        raise CurrentPasswordWrong
    changed = PasswordChanged(user_id=asked.user_id, password_id=asked.password_id, at=asked.at)
    if asked.kept_session is None:
        return [changed]
    return [changed, _others_end(state, asked.user_id, asked.kept_session, asked.at)]


def replace_authenticator(state: Credential, asked: ReplaceAuthenticator) -> Sequence[CredentialEvent]:
    """Have another authenticator give the second proof; what was given it before, recovery codes too, is dead."""
    see_usable(state)
    user_id, at = asked.user_id, asked.at
    facts: list[CredentialEvent] = [
        SecondFactorChanged(user_id=user_id, second_factor=SecondFactor.TOTP, setup=False, at=at),
        TotpEnrolled(user_id=user_id, activation_id=asked.step_up_id, enrolment_id=asked.enrolment_id, at=at),
    ]
    return facts if asked.kept_session is None else [*facts, _others_end(state, user_id, asked.kept_session, at)]


def issue_codes(state: Credential, asked: IssueRecoveryCodes) -> Sequence[CredentialEvent]:
    """Have a new set of recovery codes count. Raises: NoAuthenticator."""
    see_usable(state)
    see_authenticator(state)
    return [RecoveryCodesIssued(user_id=asked.user_id, codes_id=asked.codes_id, count=asked.count, at=asked.at)]


def end_others(state: Credential, asked: EndOtherSessions) -> Sequence[CredentialEvent]:
    """End all sessions but the one that asks. Raises: SessionUnknown when that is over itself."""
    see_usable(state)
    return [_others_end(state, asked.user_id, asked.kept_session, asked.at)]


def see_usable(state: Credential) -> None:
    """See that the person may be here. Raises: CredentialUnknown; CredentialIsDisabled; CredentialIsLocked."""
    if state.disabled:
        raise CredentialIsDisabled
    if state.locked:
        raise CredentialIsLocked
    if not state.active:
        raise CredentialUnknown


def see_authenticator(state: Credential) -> None:
    """See that an authenticator is in use. Raises: NoAuthenticator."""
    if state.second_factor is not SecondFactor.TOTP or state.enrolment_id is None:
        raise NoAuthenticator


def _others_end(state: Credential, user_id: UUID, kept: KeptSession, at: datetime) -> SessionsEnded:
    # A session that is over must not come back as the one that is kept.
    if state.ended(kept.session_id, kept.started_at):
        raise SessionUnknown
    return SessionsEnded(user_id=user_id, kept_session_id=kept.session_id, reason=EndReason.ELSEWHERE, at=at)
