"""Walks in which administrators step in at any time: nobody gets in with a factor of before, or while shut out."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.domain.errors import PortalError
from services.identity.domain.commands import (
    AssignFactor,
    ConfirmIdentity,
    DisableCredential,
    EnableCredential,
    EnrolTotp,
    IssueLink,
    OpenCredential,
    ResendLink,
    ResetFactor,
    SetPassword,
)
from services.identity.domain.credential import credential
from services.identity.domain.events import (
    ActivationIssued,
    CredentialActivated,
    CredentialDisabled,
    CredentialEnabled,
    IdentityConfirmed,
    PasswordSet,
    SecondFactor,
    SecondFactorChanged,
    SecondFactorReset,
    TotpEnrolled,
)

USER = UUID(int=1)
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
LIFE = timedelta(hours=72)
ON_THE_WAY = (IdentityConfirmed, PasswordSet, TotpEnrolled)
KINDS = ("confirm", "password", "enrol", "issue", "resend", "disable", "enable", "totp", "mail", "reset")


def _command(kind: str, link: UUID, fresh: UUID, at: datetime) -> Any:
    linked: dict[str, Any] = {"user_id": USER, "activation_id": fresh, "expires_at": at + LIFE, "at": at}
    match kind:
        case "confirm":
            return ConfirmIdentity(user_id=USER, activation_id=link, at=at)
        case "password":
            return SetPassword(user_id=USER, activation_id=link, password_id=fresh, at=at)
        case "enrol":
            return EnrolTotp(user_id=USER, activation_id=link, enrolment_id=fresh, at=at)
        case "disable":
            return DisableCredential(user_id=USER, at=at)
        case "totp" | "mail":
            return AssignFactor(second_factor=SecondFactor.TOTP if kind == "totp" else SecondFactor.MAIL_OTP, **linked)
        case _:
            kinds: dict[str, Any] = {
                "issue": IssueLink,
                "resend": ResendLink,
                "enable": EnableCredential,
                "reset": ResetFactor,
            }
            return kinds[kind](**linked)


def _walk(factor: SecondFactor, steps: list[tuple[str, bool]]) -> list[Any]:
    """Return the facts of a walk; a step goes by the newest link, or by the one before it."""
    numbers, at = count(100), BEGIN
    first = UUID(int=next(numbers))
    opened = OpenCredential(user_id=USER, second_factor=factor, activation_id=first, expires_at=at + LIFE, at=at)
    facts: list[Any] = list(credential.decide(credential.initial, opened))
    for kind, newest in steps:
        at += timedelta(seconds=1)
        links = [fact.activation_id for fact in facts if isinstance(fact, ActivationIssued)]
        command = _command(kind, links[-1 if newest else max(-2, -len(links))], UUID(int=next(numbers)), at)
        try:
            facts += credential.decide(credential.fold(facts), command)
        except PortalError:
            continue
    return facts


STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9).map(bool)), min_size=1, max_size=40)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(SecondFactor), STEPS)
def test_asvs_6_4_4_a_usable_credential_was_proved_anew_since_its_factor_was_taken_away(
    factor: SecondFactor, steps: list[tuple[str, bool]]
) -> None:
    facts = _walk(factor, steps)
    for number in range(1, len(facts) + 1):
        past = facts[:number]
        state = credential.fold(past)
        if not state.active:
            continue
        assert state.password_id is not None
        gone = [at for at, fact in enumerate(past) if isinstance(fact, SecondFactorReset | SecondFactorChanged)]
        needs = [at for at in gone if isinstance(past[at], SecondFactorReset) or past[at].setup]
        if needs:
            since = [type(fact) for fact in past[needs[-1] :]]
            assert IdentityConfirmed in since
        if state.second_factor is SecondFactor.TOTP:
            assert TotpEnrolled in [type(fact) for fact in past[gone[-1] if gone else 0 :]]
            assert state.enrolment_id is not None


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(SecondFactor), STEPS)
def test_asvs_7_4_2_nothing_happens_on_the_way_while_a_person_is_shut_out(
    factor: SecondFactor, steps: list[tuple[str, bool]]
) -> None:
    shut = False
    for fact in _walk(factor, steps):
        if isinstance(fact, CredentialDisabled | CredentialEnabled):
            assert shut is isinstance(fact, CredentialEnabled)
            shut = isinstance(fact, CredentialDisabled)
        assert not (shut and isinstance(fact, (*ON_THE_WAY, ActivationIssued, CredentialActivated)))


def test_the_walks_do_arrive_and_come_back() -> None:
    way = ["confirm", "password", "enrol", "reset", "confirm", "enrol", "disable", "enable", "mail", "totp", "confirm"]
    facts = _walk(SecondFactor.TOTP, [(kind, True) for kind in [*way, "enrol"]])
    assert credential.fold(facts).active
    assert [type(fact) for fact in facts].count(CredentialActivated) == 3
