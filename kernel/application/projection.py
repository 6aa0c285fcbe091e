"""The shape of a read model: which row a fact is about, and the row after it. Next: adapters/redis/projector.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kernel.application.consume import Incoming

Row = TypeVar("Row")

Entry = tuple[str, str, float]
"""A place in an index: the index's key, the member (a row's key), the score that sorts it."""


def nothing(_row: Any) -> Iterable[Any]:
    """Return no entries and no touched keys."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModel(Generic[Row]):
    """One read model: rows that are folded from facts, without opinions. All functions are pure.

    The same facts in the same order give the same rows, byte for byte; nothing here looks at a clock.
    """

    name: str
    row: type[Row]
    """A frozen dataclass, kept as JSON."""
    reads: tuple[type[Any], ...]
    """The facts it folds, declared with @reads: the fields it reads and no others."""
    key: Callable[[Any, Incoming], str | None]
    """Returns the key of the row that a fact is about; None when it is about none."""
    evolve: Callable[[Row | None, Any, Incoming], Row | None]
    """Returns the row after a fact; None removes it. Facts of other streams may come first: absence is no error."""
    indexes: Callable[[Row], Iterable[Entry]] = nothing
    """Returns where the row is listed, such as (`tenant:<id>`, contract id, 0.0)."""
    touches: Callable[[Row], Iterable[str]] = nothing
    """Returns whom a change of the row concerns, such as a tenant's id: they are told at once."""
    version: int = 1
    """Raise it when the functions change meaning: the rows are then folded again from the first fact."""
