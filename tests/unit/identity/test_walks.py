"""Walks through the steps in any order, with any link, at any time: no way round a proof is found."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.domain.errors import PortalError
from services.identity.domain.commands import (
    ChooseFactor,
    ConfirmIdentity,
    EnrolTotp,
    IssueLink,
    LockCredential,
    OpenCredential,
    SetPassword,
)
from services.identity.domain.credential import credential
from services.identity.domain.events import (
    CredentialActivated,
    IdentityConfirmed,
    PasswordSet,
    SecondFactor,
    SecondFactorChosen,
    TotpEnrolled,
)

USER = UUID(int=1)
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
KINDS = ("issue", "confirm", "password", "mail", "app", "enrol", "lock", "wait")


def _command(kind: str, link: UUID, at: datetime, fresh: UUID) -> Any:
    match kind:
        case "issue":
            return IssueLink(user_id=USER, activation_id=fresh, expires_at=at + timedelta(hours=72), at=at)
        case "confirm":
            return ConfirmIdentity(user_id=USER, activation_id=link, at=at)
        case "password":
            return SetPassword(user_id=USER, activation_id=link, password_id=fresh, at=at)
        case "mail" | "app":
            factor = SecondFactor.TOTP if kind == "app" else SecondFactor.MAIL_OTP
            return ChooseFactor(user_id=USER, activation_id=link, second_factor=factor, at=at)
        case "enrol":
            return EnrolTotp(user_id=USER, activation_id=link, enrolment_id=fresh, at=at)
        case _:
            return LockCredential(user_id=USER, at=at)


def _walk(factor: SecondFactor, steps: list[tuple[str, int, int]]) -> tuple[list[Any], dict[UUID, datetime]]:
    """Return the facts of a walk, and when each link ends."""
    numbers = count(100)
    first, at = UUID(int=next(numbers)), BEGIN
    ends = {first: at + timedelta(hours=72)}
    opened = OpenCredential(user_id=USER, second_factor=factor, activation_id=first, expires_at=ends[first], at=at)
    facts: list[Any] = list(credential.decide(credential.initial, opened))
    for kind, which, hours in steps:
        at += timedelta(hours=hours if kind == "wait" else 0, seconds=1)
        if kind == "wait":
            continue
        fresh, link = UUID(int=next(numbers)), list(ends)[which % len(ends)]
        try:
            new = credential.decide(credential.fold(facts), _command(kind, link, at, fresh))
        except PortalError:
            continue
        facts += new
        if kind == "issue":
            ends[fresh] = at + timedelta(hours=72)
    return facts, ends


STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(1, 80)), min_size=1, max_size=40)


@settings(max_examples=2000, deadline=None)
@given(st.sampled_from(SecondFactor), STEPS)
def test_a9_cve_2025_64103_nobody_gets_in_without_every_proof(
    factor: SecondFactor, steps: list[tuple[str, int, int]]
) -> None:
    facts, _ = _walk(factor, steps)
    seen: list[type] = [type(fact) for fact in facts]
    if CredentialActivated in seen:
        before = seen[: seen.index(CredentialActivated)]
        assert IdentityConfirmed in before
        assert PasswordSet in before
        chosen = [fact.second_factor for fact in facts[: len(before)] if isinstance(fact, SecondFactorChosen)]
        assert bool(chosen) == (factor is SecondFactor.UNSET)
        assert (TotpEnrolled in before) == ((chosen or [factor])[-1] is SecondFactor.TOTP)
        assert seen.count(CredentialActivated) == 1


@settings(max_examples=2000, deadline=None)
@given(st.sampled_from(SecondFactor), STEPS)
def test_a9_cve_2026_18963_each_link_does_each_step_once_and_only_while_it_lives(
    factor: SecondFactor, steps: list[tuple[str, int, int]]
) -> None:
    facts, ends = _walk(factor, steps)
    # A choice may be made otherwise until the app is set up.
    steps = [fact for fact in facts if hasattr(fact, "activation_id") and not isinstance(fact, SecondFactorChosen)]
    done = [(type(fact), fact.activation_id) for fact in steps]
    assert len(done) == len(set(done))
    newest: UUID | None = None
    for fact in facts:
        if hasattr(fact, "expires_at"):
            newest = fact.activation_id
        elif hasattr(fact, "activation_id"):
            assert fact.activation_id == newest
            assert fact.at < ends[fact.activation_id]


def test_a9_the_walks_do_arrive() -> None:
    way = [("confirm", 0, 1), ("password", 0, 1), ("enrol", 0, 1), ("issue", 0, 1), ("password", 1, 1)]
    assert len(_walk(SecondFactor.TOTP, way)[0]) == 8
    way.insert(2, ("app", 0, 1))
    assert len(_walk(SecondFactor.UNSET, way)[0]) == 9
