"""The kernel's fakes pass the tests of the real adapters; given-when-then tells right from wrong."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from itertools import count

import pytest

from kernel.adapters.clock import new_id
from kernel.application.ports import EventStore, Keyring
from kernel.domain.decider import Decider
from kernel.domain.errors import Gone, Refused
from kernel.testing import FakeKeyring, InMemoryStore, StillClock, given, ids
from tests.ports.keyring import KeyringContract
from tests.ports.store import StoreContract


class TestInMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> EventStore:
        return InMemoryStore()


class TestFakeKeyring(KeyringContract):
    @pytest.fixture
    def keyring(self) -> Keyring:
        return FakeKeyring()


@dataclass(frozen=True)
class Counted:
    by: int


class Full(Refused):
    code = "full"


def decide(state: int, command: int) -> list[Counted]:
    if state + command > 3:
        raise Full
    return [Counted(command)] if command else []


counter = Decider(initial=0, decide=decide, evolve=lambda state, event: state + event.by)


def test_given_a_past_a_command_leads_to_facts_or_nothing_or_a_refusal() -> None:
    given(counter, Counted(1), Counted(1)).when(1).then(Counted(1))
    given(counter).when(0).then_nothing()
    assert given(counter, Counted(3)).when(1).refused(Full).code == "full"
    assert given(counter, Counted(1), Counted(2)).state == 3


def test_another_outcome_than_the_expected_one_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="expected"):
        given(counter).when(1).then(Counted(2))
    with pytest.raises(AssertionError):
        given(counter).when(1).then_nothing()
    with pytest.raises(AssertionError):
        given(counter).when(1).refused(Full)
    with pytest.raises(AssertionError):
        given(counter, Counted(3)).when(1).refused(Gone)
    with pytest.raises(Full):
        given(counter, Counted(3)).when(1).then_nothing()


def test_an_aggregate_that_answers_otherwise_when_asked_again_fails_the_test() -> None:
    numbers = count()
    fickle = Decider(initial=0, decide=lambda _, __: [Counted(next(numbers))], evolve=lambda state, _: state)
    with pytest.raises(AssertionError, match="same past"):
        given(fickle).when(1)


def test_the_clock_stands_still_until_it_is_told_to_move() -> None:
    now = StillClock()
    before = now()
    assert now() == before
    assert before.tzinfo is UTC
    now.advance(timedelta(minutes=5))
    assert now() - before == timedelta(minutes=5)


def test_ids_are_of_version_7_in_order_and_the_same_in_every_run() -> None:
    first, second = ids(), ids()
    several = [first() for _ in range(5)]
    assert several == [second() for _ in range(5)] == sorted(several)
    assert {made.version for made in several} == {new_id().version} == {7}
