"""What one service reads of another's facts: the fields it reads and no others. Next stop: adapters/codec.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform

from kernel.domain.event import EventType

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def reads(wire_name: str) -> Callable[[type[T]], type[T]]:
    """Make a class a reader's view of the fact that the wire calls *wire_name*."""

    def declare(cls: type[T]) -> type[T]:
        frozen = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        frozen.__wire_name__ = wire_name  # type: ignore[attr-defined]
        return frozen

    return declare


def wire_name(cls: type[Any]) -> str:
    """Return how the wire calls a class made by @reads or @event. Raises: TypeError when it is neither."""
    named = getattr(cls, "__wire_name__", None)
    if isinstance(named, str):
        return named
    declared = getattr(cls, "__event_type__", None)
    if isinstance(declared, EventType):
        return declared.wire_name
    raise TypeError(f"{cls!r} is no fact: declare it with @reads or @event")
