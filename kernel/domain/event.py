"""Facts: frozen, named for ever, versioned. Next stop: decider.py, which decides them."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Annotated, Any, TypeVar, dataclass_transform, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a text that belongs to a person; sealed with the key of whom the field *subject* names."""

    subject: str


def wire_type(name: str, version: int) -> str:
    """Return how the wire calls the facts of a name and version: their CloudEvents type."""
    return f"portal.{name}.v{version}"


@dataclass(frozen=True, slots=True)
class EventType:
    """What the log and the wire need to know of an event class."""

    name: str
    version: int
    public: bool
    personal: tuple[tuple[str, str], ...]
    """Pairs of a personal field and the field that holds its subject's id."""

    @property
    def wire_name(self) -> str:
        """Return the CloudEvents type, such as `portal.contract.suspended.v1`."""
        return wire_type(self.name, self.version)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, *, version: int = 1, public: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a class a fact, stored for ever as *name* in this *version*; a private one never leaves the service."""

    def declare(cls: type[T]) -> type[T]:
        frozen = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        declared = EventType(name=name, version=version, public=public, personal=tuple(_personal(frozen)))
        frozen.__event_type__ = declared  # type: ignore[attr-defined]
        return frozen

    return declare


def event_type(of: object) -> EventType:
    """Return what was declared of an event or its class. Raises: TypeError when it is no event."""
    declared = getattr(of, "__event_type__", None)
    if not isinstance(declared, EventType):
        raise TypeError(f"{of!r} is no event: declare its class with @event")
    return declared


def _personal(cls: type[Any]) -> list[tuple[str, str]]:
    hints = get_type_hints(cls, include_extras=True)
    return [
        (field.name, mark.subject)
        for field in fields(cls)
        for mark in _marks(hints[field.name])
        if isinstance(mark, Personal)
    ]


def _marks(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Annotated:
        return get_args(hint)[1:]
    return tuple(mark for arg in get_args(hint) for mark in _marks(arg))
