"""What administrators, and the people themselves, do to a credential: a past, a wish, an outcome."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.testing import given
from services.identity.domain.commands import (
    AssignFactor,
    ChangePassword,
    ConfirmIdentity,
    DisableCredential,
    EnableCredential,
    EndOtherSessions,
    EnrolTotp,
    IssueLink,
    IssueRecoveryCodes,
    KeptSession,
    LockCredential,
    ResendLink,
    ResetFactor,
    SetPassword,
    UnlockCredential,
)
from services.identity.domain.credential import credential
from services.identity.domain.errors import (
    ActivationReplaced,
    ActivationRevoked,
    CredentialIsDisabled,
    CredentialIsLocked,
    CredentialUnknown,
    CurrentPasswordWrong,
    NoAuthenticator,
    NotActivated,
    NothingToSetUp,
    SessionUnknown,
    StepOrder,
)
from services.identity.domain.events import (
    ActivationIssued,
    CredentialActivated,
    CredentialDisabled,
    CredentialEnabled,
    CredentialLocked,
    CredentialUnlocked,
    EndReason,
    IdentityConfirmed,
    LockReason,
    PasswordChanged,
    PasswordSet,
    Purpose,
    RecoveryCodesIssued,
    SecondFactor,
    SecondFactorChanged,
    SecondFactorReset,
    SessionsEnded,
    TotpEnrolled,
    UnlockCause,
)
from services.identity.domain.session import ended_with_all
from services.identity.domain.steps import Step
from tests.unit.identity.test_credential import AT, DONE, END, ISSUED, LINK, MAIL, OPENED, OTHER, SECRET, SEED, USER

NOW = AT + timedelta(days=1)
NEW, CODES, SESSION = (UUID(int=number) for number in (11, 12, 13))
MAILER = (
    MAIL,
    ISSUED,
    IdentityConfirmed(user_id=USER, activation_id=LINK, at=AT),
    PasswordSet(user_id=USER, activation_id=LINK, password_id=SECRET, at=AT),
    CredentialActivated(user_id=USER, at=AT),
)
LOCKED = CredentialLocked(user_id=USER, reason=LockReason.CODE_TRIES, at=AT + timedelta(hours=1))
CODES_ISSUED = RecoveryCodesIssued(user_id=USER, codes_id=CODES, count=10, at=AT)
DISABLED = CredentialDisabled(user_id=USER, at=NOW)
ENABLED = CredentialEnabled(user_id=USER, at=NOW)
SUSPENDED = SessionsEnded(user_id=USER, reason=EndReason.SUSPENDED, at=NOW)
BY_ADMINISTRATOR = SessionsEnded(user_id=USER, reason=EndReason.ADMINISTRATOR, at=NOW)
RESET = SecondFactorReset(user_id=USER, at=NOW)
TO_SET_UP = ActivationIssued(
    user_id=USER, activation_id=NEW, purpose=Purpose.FACTOR_RESET, expires_at=NOW + timedelta(hours=72), at=NOW
)
TO_ACTIVATE = replace(TO_SET_UP, purpose=Purpose.ACTIVATION)

DISABLE = DisableCredential(user_id=USER, at=NOW)
LINKED: dict[str, Any] = {"user_id": USER, "activation_id": NEW, "expires_at": TO_SET_UP.expires_at, "at": NOW}
ENABLE, RESEND, RESET_FACTOR = EnableCredential(**LINKED), ResendLink(**LINKED), ResetFactor(**LINKED)
KEPT = KeptSession(session_id=SESSION, started_at=AT + timedelta(hours=1))


def _assign(factor: SecondFactor) -> AssignFactor:
    return AssignFactor(second_factor=factor, **LINKED)


def _changed(factor: SecondFactor, *, setup: bool) -> SecondFactorChanged:
    return SecondFactorChanged(user_id=USER, second_factor=factor, setup=setup, at=NOW)


def test_asvs_7_4_2_who_is_suspended_is_out_at_once_and_only_once() -> None:
    given(credential, *DONE).when(DISABLE).then(DISABLED, SUSPENDED)
    given(credential, *DONE, DISABLED, SUSPENDED).when(DISABLE).then_nothing()
    given(credential).when(DISABLE).then_nothing()


def test_who_is_deleted_while_suspended_gives_the_mail_address_up_with_a_fact() -> None:
    given(credential, *DONE, DISABLED).when(replace(DISABLE, gone=True)).then(SUSPENDED)
    given(credential, *DONE).when(replace(DISABLE, gone=True)).then(DISABLED, SUSPENDED)


@pytest.mark.parametrize(
    "wish",
    [
        ConfirmIdentity(user_id=USER, activation_id=LINK, at=AT),
        SetPassword(user_id=USER, activation_id=LINK, password_id=SECRET, at=AT),
        EnrolTotp(user_id=USER, activation_id=LINK, enrolment_id=SEED, at=AT),
        IssueLink(user_id=USER, activation_id=OTHER, expires_at=END, at=AT),
    ],
)
def test_no_link_of_a_suspended_person_works_nor_is_a_new_one_made(wish: Any) -> None:
    given(credential, OPENED, ISSUED, DISABLED, SUSPENDED).when(wish).refused(ActivationRevoked)


def test_a_link_from_before_the_suspension_stays_dead_after_it() -> None:
    past = (OPENED, ISSUED, DISABLED, SUSPENDED, ENABLED, SUSPENDED)
    wish = ConfirmIdentity(user_id=USER, activation_id=LINK, at=AT)
    given(credential, *past).when(wish).refused(ActivationReplaced)


def test_who_comes_back_logs_in_anew_and_who_never_was_here_is_mailed_the_way() -> None:
    given(credential, *DONE, DISABLED, SUSPENDED).when(ENABLE).then(ENABLED, SUSPENDED)
    given(credential, OPENED, ISSUED, DISABLED, SUSPENDED).when(ENABLE).then(ENABLED, SUSPENDED, TO_ACTIVATE)
    given(credential, *DONE).when(ENABLE).then_nothing()


def test_n03_an_authenticator_that_is_assigned_must_be_set_up_by_a_link_first() -> None:
    given(credential, *MAILER).when(_assign(SecondFactor.TOTP)).then(
        _changed(SecondFactor.TOTP, setup=True), BY_ADMINISTRATOR, TO_SET_UP
    )
    state = credential.fold([*MAILER, _changed(SecondFactor.TOTP, setup=True), BY_ADMINISTRATOR, TO_SET_UP])
    assert not state.active
    assert state.link is not None
    assert state.link.steps == (Step.CONFIRM, Step.TOTP)


def test_n03_codes_by_mail_need_no_setup_and_the_app_of_before_is_dead() -> None:
    past = (*DONE, CODES_ISSUED)
    changed = _changed(SecondFactor.MAIL_OTP, setup=False)
    given(credential, *past).when(_assign(SecondFactor.MAIL_OTP)).then(changed, BY_ADMINISTRATOR)
    state = credential.fold([*past, changed])
    assert (state.active, state.enrolment_id, state.codes_id) == (True, None, None)


def test_n03_a_person_under_way_gets_a_link_with_the_new_steps() -> None:
    changed = _changed(SecondFactor.MAIL_OTP, setup=True)
    given(credential, OPENED, ISSUED).when(_assign(SecondFactor.MAIL_OTP)).then(changed, BY_ADMINISTRATOR, TO_ACTIVATE)
    state = credential.fold([OPENED, ISSUED, changed, BY_ADMINISTRATOR, TO_ACTIVATE])
    assert state.link is not None
    assert state.link.steps == (Step.CONFIRM, Step.PASSWORD)


def test_the_factor_that_a_person_has_is_not_assigned_again() -> None:
    given(credential, *DONE).when(_assign(SecondFactor.TOTP)).then_nothing()
    given(credential).when(_assign(SecondFactor.TOTP)).then_nothing()


def test_a_suspended_person_is_mailed_no_link_for_a_new_factor() -> None:
    given(credential, *MAILER, DISABLED).when(_assign(SecondFactor.TOTP)).then(
        _changed(SecondFactor.TOTP, setup=True), BY_ADMINISTRATOR
    )


def test_asvs_6_4_4_a_lost_factor_is_replaced_only_by_who_proves_anew_who_they_are() -> None:
    given(credential, *DONE, CODES_ISSUED).when(RESET_FACTOR).then(RESET, BY_ADMINISTRATOR, TO_SET_UP)
    past = (*DONE, CODES_ISSUED, RESET, BY_ADMINISTRATOR, TO_SET_UP)
    state = credential.fold(past)
    assert (state.active, state.enrolment_id, state.codes_id, state.password_id) == (False, None, None, SECRET)
    enrol = EnrolTotp(user_id=USER, activation_id=NEW, enrolment_id=OTHER, at=NOW)
    given(credential, *past).when(enrol).refused(StepOrder)
    confirm = ConfirmIdentity(user_id=USER, activation_id=NEW, at=NOW)
    confirmed = IdentityConfirmed(user_id=USER, activation_id=NEW, at=NOW)
    given(credential, *past).when(confirm).then(confirmed)
    given(credential, *past, confirmed).when(enrol).then(
        TotpEnrolled(user_id=USER, activation_id=NEW, enrolment_id=OTHER, at=NOW),
        CredentialActivated(user_id=USER, at=NOW),
    )


def test_asvs_6_4_4_who_gets_codes_by_mail_only_proves_who_they_are() -> None:
    past = (*MAILER, RESET, BY_ADMINISTRATOR, TO_SET_UP)
    given(credential, *past).when(ConfirmIdentity(user_id=USER, activation_id=NEW, at=NOW)).then(
        IdentityConfirmed(user_id=USER, activation_id=NEW, at=NOW), CredentialActivated(user_id=USER, at=NOW)
    )


def test_asvs_6_4_3_a_lost_password_is_no_way_around_a_reset_factor() -> None:
    past = (*DONE, RESET, BY_ADMINISTRATOR, TO_SET_UP)
    asked = IssueLink(user_id=USER, activation_id=OTHER, expires_at=TO_SET_UP.expires_at, at=NOW)
    given(credential, *past).when(asked).then(replace(TO_ACTIVATE, activation_id=OTHER))


def test_a_factor_that_never_was_cannot_be_reset() -> None:
    given(credential, OPENED, ISSUED).when(RESET_FACTOR).refused(NotActivated)
    given(credential).when(RESET_FACTOR).refused(CredentialUnknown)
    given(credential, *DONE, DISABLED).when(RESET_FACTOR).refused(CredentialIsDisabled)


def test_d03_the_link_is_sent_again_for_what_is_left() -> None:
    given(credential, OPENED, ISSUED).when(RESEND).then(TO_ACTIVATE)
    given(credential, *DONE, RESET, BY_ADMINISTRATOR).when(RESEND).then(TO_SET_UP)
    given(credential, *DONE).when(RESEND).refused(NothingToSetUp)
    given(credential, OPENED, ISSUED, DISABLED).when(RESEND).refused(CredentialIsDisabled)


def test_d08_an_administrator_unlocks_and_codes_from_before_lock_no_more() -> None:
    wish = UnlockCredential(user_id=USER, at=NOW)
    unlocked = CredentialUnlocked(user_id=USER, cause=UnlockCause.ADMINISTRATOR, at=NOW)
    given(credential, *DONE, LOCKED).when(wish).then(unlocked)
    given(credential, *DONE).when(wish).then_nothing()
    late = LockCredential(user_id=USER, at=NOW - timedelta(seconds=1))
    given(credential, *DONE, LOCKED, unlocked).when(late).then_nothing()


def _change(kept: KeptSession | None, proved: UUID = SECRET) -> ChangePassword:
    return ChangePassword(user_id=USER, proved_id=proved, password_id=OTHER, kept_session=kept, at=NOW)


CHANGED = PasswordChanged(user_id=USER, password_id=OTHER, at=NOW)
OTHERS_ENDED = SessionsEnded(user_id=USER, kept_session_id=SESSION, reason=EndReason.ELSEWHERE, at=NOW)


def test_who_changes_the_password_stays_and_may_send_the_others_away() -> None:
    given(credential, *DONE).when(_change(None)).then(CHANGED)
    given(credential, *DONE).when(_change(KEPT)).then(CHANGED, OTHERS_ENDED)


def test_of_two_changes_with_one_proof_one_counts() -> None:
    given(credential, *DONE, CHANGED).when(_change(None)).refused(CurrentPasswordWrong)


@pytest.mark.parametrize(
    ("past", "why"),
    [((*DONE, DISABLED), CredentialIsDisabled), ((*DONE, LOCKED), CredentialIsLocked), ((OPENED,), CredentialUnknown)],
)
def test_who_may_not_be_here_changes_nothing(past: tuple[Any, ...], why: type[Exception]) -> None:
    for wish in (_change(None), EndOtherSessions(user_id=USER, kept_session=KEPT, at=NOW)):
        given(credential, *past).when(wish).refused(why)


def test_asvs_7_4_3_all_other_sessions_end_but_a_dead_one_cannot_be_kept() -> None:
    wish = EndOtherSessions(user_id=USER, kept_session=KEPT, at=NOW)
    given(credential, *DONE).when(wish).then(OTHERS_ENDED)
    given(credential, *DONE, OTHERS_ENDED).when(wish).then(OTHERS_ENDED)
    given(credential, *DONE, BY_ADMINISTRATOR).when(wish).refused(SessionUnknown)
    given(credential, *DONE, replace(OTHERS_ENDED, kept_session_id=OTHER)).when(wish).refused(SessionUnknown)


def test_sh02_only_who_uses_an_authenticator_has_recovery_codes() -> None:
    wish = IssueRecoveryCodes(user_id=USER, codes_id=CODES, count=10, at=AT)
    given(credential, *DONE).when(wish).then(CODES_ISSUED)
    given(credential, *MAILER).when(wish).refused(NoAuthenticator)
    again = replace(CODES_ISSUED, codes_id=OTHER, at=NOW)
    assert credential.fold([*DONE, CODES_ISSUED, again]).codes_id == OTHER


@pytest.mark.parametrize(
    ("fact", "outcome"),
    [
        (BY_ADMINISTRATOR, (NOW, EndReason.ADMINISTRATOR)),
        (OTHERS_ENDED, None),
        (replace(OTHERS_ENDED, kept_session_id=OTHER), (NOW, EndReason.ELSEWHERE)),
        (PasswordSet(user_id=USER, activation_id=LINK, password_id=OTHER, at=NOW), (NOW, EndReason.PASSWORD_RESET)),
        (CHANGED, None),
    ],
)
def test_d14_a_list_of_logins_knows_what_ended_a_session_together_with_others(fact: Any, outcome: Any) -> None:
    assert ended_with_all([*DONE, fact], SESSION, KEPT.started_at) == outcome
    assert ended_with_all([*DONE, fact], SESSION, NOW) is None
