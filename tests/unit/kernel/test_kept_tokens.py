"""Tokens that are used again: given for a while, believed until they expire, never longer."""

from uuid import UUID

import pytest

from kernel.adapters.http import kept_tokens, tokens
from kernel.adapters.http.kept_tokens import USED_SECONDS, KeptTokens
from kernel.adapters.http.tokens import SECONDS, Signer, Verifier
from kernel.domain.errors import Unauthenticated
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
MAY = {"gateway": frozenset({"login"})}
TENANT, OTHER = UUID(int=1), UUID(int=2)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> KeptTokens:
    return KeptTokens(Signer("gateway", PRIVATE["gateway"], clock), "identity", clock)


def test_a_token_is_given_again_for_a_third_of_its_life(kept: KeptTokens, clock: Clock) -> None:
    first = kept.token("user:7", ["login"], TENANT)
    clock.now += USED_SECONDS - 1
    assert kept.token("user:7", ["login"], TENANT) == first
    clock.now += 1
    assert kept.token("user:7", ["login"], TENANT) != first
    assert USED_SECONDS <= SECONDS / 3


def test_v9_nobody_gets_the_token_of_somebody_else(kept: KeptTokens) -> None:
    asked = [("a", ["login"], TENANT), ("b", ["login"], TENANT), ("a", ["x"], TENANT), ("a", ["login"], OTHER)]
    assert len({kept.token(*one) for one in [*asked, ("a", ["login"], None)]}) == 5


def test_tokens_are_kept_within_bounds(kept: KeptTokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_tokens, "MOST", 2)
    first = kept.token("0", ["login"])
    second, third = kept.token("1", ["login"]), kept.token("2", ["login"])
    assert (kept.token("1", ["login"]), kept.token("2", ["login"])) == (second, third)
    assert kept.token("0", ["login"]) != first


def test_v9_a_token_that_was_believed_is_refused_when_it_has_expired(clock: Clock) -> None:
    verifier = Verifier(PUBLIC, "identity", MAY, clock)
    token = Signer("gateway", PRIVATE["gateway"], clock).token("identity", "x", ["login"])
    assert verifier.verify(token) is verifier.verify(token)
    clock.now += SECONDS
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(token)


def test_v9_what_was_refused_is_refused_again(clock: Clock) -> None:
    verifier = Verifier(PUBLIC, "contracts", MAY, clock)
    token = Signer("gateway", PRIVATE["gateway"], clock).token("identity", "x", ["login"])
    for _ in range(2):
        with pytest.raises(Unauthenticated, match="another audience"):
            verifier.verify(token)


def test_believed_tokens_are_kept_within_bounds(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_BELIEVED", 2)
    verifier, signer = Verifier(PUBLIC, "identity", MAY, clock), Signer("gateway", PRIVATE["gateway"], clock)
    several = [signer.token("identity", str(number), ["login"]) for number in range(3)]
    first = verifier.verify(several[0])
    for token in several[1:]:
        verifier.verify(token)
    assert verifier.verify(several[0]) == first
    assert verifier.verify(several[0]) is not first
