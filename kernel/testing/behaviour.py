"""Given a past, when something is asked, then facts or a refusal: how an aggregate is tested."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kernel.domain.decider import Decider
from kernel.domain.errors import PortalError

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")
E = TypeVar("E", bound=PortalError)


def given(decider: Decider[State, Command, Event], *past: Event) -> "Given[State, Command, Event]":
    """Begin with what happened before."""
    return Given(decider, past)


@dataclass(frozen=True, slots=True)
class Given(Generic[State, Command, Event]):
    """An aggregate with a past."""

    decider: Decider[State, Command, Event]
    past: tuple[Event, ...]

    @property
    def state(self) -> State:
        """Return the state that the past led to."""
        return self.decider.fold(self.past)

    def when(self, command: Command) -> "Decided":
        """Ask for something; the answer must be the same when asked again."""
        first, second = (self._decide(command) for _ in range(2))
        if repr(first) != repr(second):
            raise AssertionError(f"the same past and command gave {first} and then {second}")
        return first

    def _decide(self, command: Command) -> "Decided":
        try:
            return Decided(tuple(self.decider.decide(self.state, command)), None)
        except PortalError as refusal:
            return Decided((), refusal)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided."""

    facts: Sequence[Any]
    refusal: PortalError | None

    def then(self, *expected: object) -> None:
        """See that exactly these facts follow."""
        if self.refusal is not None:
            raise self.refusal
        if tuple(self.facts) != expected:
            raise AssertionError(f"expected {_lines(expected)}\nbut decided {_lines(self.facts)}")

    def then_nothing(self) -> None:
        """See that nothing changes."""
        self.then()

    def refused(self, error: type[E]) -> E:
        """See that it is refused by this very error, and return it."""
        if type(self.refusal) is not error:
            raise AssertionError(f"expected {error.__name__} but got {self.refusal!r} and {_lines(self.facts)}")
        return self.refusal


def _lines(facts: Sequence[object]) -> str:
    return "".join(f"\n  {fact!r}" for fact in facts) or "nothing"
