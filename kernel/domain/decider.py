"""The decider: a past and a wish give facts, the same ones every time. Next stop: application/execute.py."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Decider(Generic[State, Command, Event]):
    """An aggregate: its first state, what it decides, how a fact changes it. Both functions are pure."""

    initial: State
    decide: Callable[[State, Command], Sequence[Event]]
    evolve: Callable[[State, Event], State]

    def fold(self, past: Iterable[Event], state: State | None = None) -> State:
        """Return the state after *past*, from the first state or a known one."""
        return reduce(self.evolve, past, self.initial if state is None else state)
