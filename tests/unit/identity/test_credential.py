"""What happens to a credential: a past, a wish, an outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.testing import given
from services.identity.domain.commands import (
    ChooseFactor,
    ConfirmIdentity,
    EnrolTotp,
    IssueLink,
    LockCredential,
    OpenCredential,
    ResendLink,
    SetPassword,
)
from services.identity.domain.credential import credential
from services.identity.domain.errors import (
    ActivationExpired,
    ActivationReplaced,
    ActivationUnknown,
    ActivationUsed,
    IdentityNotConfirmed,
    StepOrder,
)
from services.identity.domain.events import (
    ActivationIssued,
    CredentialActivated,
    CredentialLocked,
    CredentialOpened,
    CredentialUnlocked,
    IdentityConfirmed,
    LockReason,
    PasswordSet,
    Purpose,
    SecondFactor,
    SecondFactorChosen,
    TotpEnrolled,
    UnlockCause,
)
from services.identity.domain.steps import Step

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
END = AT + timedelta(hours=72)
USER, LINK, OTHER, SECRET, SEED = (UUID(int=number) for number in range(1, 6))

OPENED = CredentialOpened(user_id=USER, second_factor=SecondFactor.TOTP, at=AT)
MAIL = CredentialOpened(user_id=USER, second_factor=SecondFactor.MAIL_OTP, at=AT)
UNSET = CredentialOpened(user_id=USER, second_factor=SecondFactor.UNSET, at=AT)
ISSUED = ActivationIssued(user_id=USER, activation_id=LINK, purpose=Purpose.ACTIVATION, expires_at=END, at=AT)
CONFIRMED = IdentityConfirmed(user_id=USER, activation_id=LINK, at=AT)
PASSWORD = PasswordSet(user_id=USER, activation_id=LINK, password_id=SECRET, at=AT)
ENROLLED = TotpEnrolled(user_id=USER, activation_id=LINK, enrolment_id=SEED, at=AT)
ACTIVATED = CredentialActivated(user_id=USER, at=AT)
LOCKED = CredentialLocked(user_id=USER, reason=LockReason.CODE_TRIES, at=AT)
REISSUED = ActivationIssued(user_id=USER, activation_id=OTHER, purpose=Purpose.ACTIVATION, expires_at=END, at=AT)
RESET = ActivationIssued(user_id=USER, activation_id=OTHER, purpose=Purpose.PASSWORD_RESET, expires_at=END, at=AT)
DONE = (OPENED, ISSUED, CONFIRMED, PASSWORD, ENROLLED, ACTIVATED)

CONFIRM = ConfirmIdentity(user_id=USER, activation_id=LINK, at=AT)
SET = SetPassword(user_id=USER, activation_id=LINK, password_id=SECRET, at=AT)
ENROL = EnrolTotp(user_id=USER, activation_id=LINK, enrolment_id=SEED, at=AT)
ISSUE = IssueLink(user_id=USER, activation_id=OTHER, expires_at=END, at=AT)
LOCK = LockCredential(user_id=USER, at=AT)


def _open(factor: SecondFactor) -> OpenCredential:
    return OpenCredential(user_id=USER, second_factor=factor, activation_id=LINK, expires_at=END, at=AT)


def test_s04_opening_a_credential_issues_the_link_to_activate_it() -> None:
    given(credential).when(_open(SecondFactor.TOTP)).then(OPENED, ISSUED)


def test_m06_who_is_to_be_invited_later_has_a_credential_and_no_link_until_somebody_sends_it() -> None:
    opened = replace(_open(SecondFactor.TOTP), activation_id=None)
    given(credential).when(opened).then(OPENED)
    resend = ResendLink(user_id=USER, activation_id=LINK, expires_at=END, at=AT)
    given(credential, OPENED).when(resend).then(ISSUED)


def _choose(factor: SecondFactor, link: UUID = LINK) -> ChooseFactor:
    return ChooseFactor(user_id=USER, activation_id=link, second_factor=factor, at=AT)


def _chosen(factor: SecondFactor) -> SecondFactorChosen:
    return SecondFactorChosen(user_id=USER, activation_id=LINK, second_factor=factor, at=AT)


TOTP_CHOSEN, MAIL_CHOSEN = _chosen(SecondFactor.TOTP), _chosen(SecondFactor.MAIL_OTP)
UNDECIDED = (UNSET, ISSUED, CONFIRMED, PASSWORD)


def test_n03_who_has_no_second_factor_is_not_active_with_a_password() -> None:
    given(credential, UNSET, ISSUED, CONFIRMED).when(SET).then(PASSWORD)


def test_n03_codes_by_mail_that_are_chosen_need_nothing_more() -> None:
    given(credential, *UNDECIDED).when(_choose(SecondFactor.MAIL_OTP)).then(MAIL_CHOSEN, ACTIVATED)


def test_n03_an_app_that_is_chosen_is_set_up_next() -> None:
    given(credential, *UNDECIDED).when(_choose(SecondFactor.TOTP)).then(TOTP_CHOSEN)
    given(credential, *UNDECIDED, TOTP_CHOSEN).when(ENROL).then(ENROLLED, ACTIVATED)


def test_n03_until_the_app_is_set_up_the_choice_may_be_made_otherwise() -> None:
    given(credential, *UNDECIDED, TOTP_CHOSEN).when(_choose(SecondFactor.MAIL_OTP)).then(MAIL_CHOSEN, ACTIVATED)
    given(credential, *UNDECIDED, TOTP_CHOSEN).when(_choose(SecondFactor.TOTP)).then_nothing()
    done = (*UNDECIDED, TOTP_CHOSEN, ENROLLED, ACTIVATED)
    given(credential, *done).when(_choose(SecondFactor.MAIL_OTP)).refused(ActivationUsed)


@pytest.mark.parametrize("past", [(UNSET, ISSUED), (UNSET, ISSUED, CONFIRMED), (OPENED, ISSUED, CONFIRMED, PASSWORD)])
def test_n03_s09_the_choice_comes_after_the_password_and_only_for_who_has_it(past: tuple[Any, ...]) -> None:
    given(credential, *past).when(_choose(SecondFactor.MAIL_OTP)).refused(StepOrder)


def test_n03_s09_the_app_is_not_set_up_before_the_choice() -> None:
    given(credential, *UNDECIDED).when(ENROL).refused(StepOrder)


def test_n03_a_newer_link_asks_for_the_choice_again() -> None:
    state = credential.fold([*UNDECIDED, TOTP_CHOSEN, REISSUED])
    assert state.link is not None
    assert state.link.steps[-1] is Step.FACTOR


def test_s01_opening_twice_changes_nothing() -> None:
    given(credential, OPENED, ISSUED).when(_open(SecondFactor.TOTP)).then_nothing()


def test_s06_the_first_step_confirms_who_it_is() -> None:
    given(credential, OPENED, ISSUED).when(CONFIRM).then(CONFIRMED)


def test_s07_a_password_before_the_confirmation_is_denied() -> None:
    given(credential, OPENED, ISSUED).when(SET).refused(IdentityNotConfirmed)


def test_s08_with_an_authenticator_the_password_does_not_activate_yet() -> None:
    given(credential, OPENED, ISSUED, CONFIRMED).when(SET).then(PASSWORD)


def test_s08_with_codes_by_mail_the_password_is_the_last_step() -> None:
    given(credential, MAIL, ISSUED, CONFIRMED).when(SET).then(PASSWORD, ACTIVATED)


def test_s47_only_the_enrolment_activates_who_uses_an_authenticator() -> None:
    given(credential, OPENED, ISSUED, CONFIRMED, PASSWORD).when(ENROL).then(ENROLLED, ACTIVATED)


@pytest.mark.parametrize(
    ("past", "wish"),
    [
        ((OPENED, ISSUED), ENROL),
        ((OPENED, ISSUED, CONFIRMED), ENROL),
        ((OPENED, ISSUED, CONFIRMED), CONFIRM),
        ((OPENED, ISSUED, CONFIRMED, PASSWORD), CONFIRM),
        ((OPENED, ISSUED, CONFIRMED, PASSWORD), SET),
    ],
)
def test_s09_a_step_out_of_order_is_refused(past: tuple[Any, ...], wish: Any) -> None:
    given(credential, *past).when(wish).refused(StepOrder)


@pytest.mark.parametrize("wish", [CONFIRM, SET, ENROL])
def test_s07_a_link_that_did_its_work_is_used(wish: Any) -> None:
    given(credential, *DONE).when(wish).refused(ActivationUsed)


@pytest.mark.parametrize("wish", [CONFIRM, SET, ENROL])
def test_m02_a_newer_link_replaces_the_one_before(wish: Any) -> None:
    given(credential, OPENED, ISSUED, CONFIRMED, REISSUED).when(wish).refused(ActivationReplaced)


@pytest.mark.parametrize("past", [(OPENED, ISSUED), (OPENED, ISSUED, CONFIRMED), (OPENED, ISSUED, CONFIRMED, PASSWORD)])
def test_s04_a_link_is_refused_from_the_very_moment_it_ends(past: tuple[Any, ...]) -> None:
    late = ConfirmIdentity(user_id=USER, activation_id=LINK, at=END)
    given(credential, *past).when(late).refused(ActivationExpired)
    just = ConfirmIdentity(user_id=USER, activation_id=LINK, at=END - timedelta(microseconds=1))
    given(credential, OPENED, ISSUED).when(just).then(IdentityConfirmed(user_id=USER, activation_id=LINK, at=just.at))


def test_s43_who_was_never_activated_gets_the_whole_way_again() -> None:
    given(credential, OPENED, ISSUED, CONFIRMED, PASSWORD).when(ISSUE).then(REISSUED)
    given(credential, OPENED, ISSUED, CONFIRMED, REISSUED).when(
        SetPassword(user_id=USER, activation_id=OTHER, password_id=SECRET, at=AT)
    ).refused(IdentityNotConfirmed)


def test_s43_a_reset_needs_only_the_new_password_and_leaves_the_authenticator() -> None:
    given(credential, *DONE).when(ISSUE).then(RESET)
    wish = SetPassword(user_id=USER, activation_id=OTHER, password_id=OTHER, at=AT)
    changed = PasswordSet(user_id=USER, activation_id=OTHER, password_id=OTHER, at=AT)
    given(credential, *DONE, RESET).when(wish).then(changed)
    state = credential.fold([*DONE, RESET, changed])
    assert (state.enrolment_id, state.password_id, state.active) == (SEED, OTHER, True)


def test_cve_2025_69614_a_link_to_reset_enrols_no_authenticator() -> None:
    wish = EnrolTotp(user_id=USER, activation_id=OTHER, enrolment_id=OTHER, at=AT)
    given(credential, *DONE, RESET).when(wish).refused(StepOrder)


def test_d08_a_reset_unlocks() -> None:
    wish = SetPassword(user_id=USER, activation_id=OTHER, password_id=OTHER, at=AT)
    given(credential, *DONE, LOCKED, RESET).when(wish).then(
        PasswordSet(user_id=USER, activation_id=OTHER, password_id=OTHER, at=AT),
        CredentialUnlocked(user_id=USER, cause=UnlockCause.PASSWORD_RESET, at=AT),
    )


def test_d08_a_credential_is_locked_once() -> None:
    later = LockCredential(user_id=USER, at=AT + timedelta(seconds=1))
    locked = CredentialLocked(user_id=USER, reason=LockReason.CODE_TRIES, at=later.at)
    given(credential, *DONE).when(later).then(locked)
    given(credential, *DONE, locked).when(later).then_nothing()


def test_d08_wrong_codes_from_before_the_last_password_lock_nothing() -> None:
    given(credential, *DONE).when(LOCK).then_nothing()


def test_a_link_for_nobody_is_refused() -> None:
    given(credential).when(ISSUE).refused(ActivationUnknown)
