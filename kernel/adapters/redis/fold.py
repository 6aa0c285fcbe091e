"""Folds a batch of facts into rows and tells which commands keep them; asks nothing of Redis. Next: projector.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kernel.adapters.redis.generation import Generation
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

Command = list[str]
At = tuple[str, str]
"""A row: its model's name and its key."""


@dataclass(slots=True)
class Fold:
    """Rows as they are before and after a batch.

    A *careful* one writes every row out after every fact, and so knows which fact made a row that cannot be written.
    """

    generation: Generation
    careful: bool = False
    kept: dict[At, bytes | None] = field(default_factory=dict)
    before: dict[At, Any] = field(default_factory=dict)
    rows: dict[At, Any] = field(default_factory=dict)

    def needs(self, facts: Iterable[tuple[Any, Incoming]]) -> list[At]:
        """Return the rows that some facts are about and that are not loaded. A key that cannot be told needs none."""
        found: dict[At, None] = {}
        for fact, about in facts:
            for model in self.generation.models_of(type(fact)):
                try:
                    key = model.key(fact, about)
                except Exception:  # noqa: BLE001, S112 - apply() meets it again and has the stream parked
                    continue
                if key is not None and (model.name, key) not in self.kept:
                    found[model.name, key] = None
        return list(found)

    def load(self, rows: Mapping[At, bytes | str | None]) -> None:
        """Take the rows as they are kept. Raises: Unreadable."""
        for at, data in rows.items():
            self.kept[at] = data.encode() if isinstance(data, str) else data
            self.before[at] = self.rows[at] = None if data is None else self.generation.decode(at[0], data)

    def apply(self, fact: Any, about: Incoming) -> None:
        """Fold one fact into every model that reads it; into all or none. Raises: what a model's function raises."""
        after: dict[At, Any] = {}
        for model in self.generation.models_of(type(fact)):
            key = model.key(fact, about)
            if key is not None:
                after[model.name, key] = model.evolve(self.rows[model.name, key], fact, about)
        if self.careful:
            for at, row in after.items():
                self._data(at, row)
                _told(self.generation.model(at[0]), row)
        self.rows.update(after)

    def commands(self) -> tuple[list[Command], set[str]]:
        """Return the Redis commands that keep what changed, and whom the changes touch; rows are then as `kept`.

        Raises: what a model's function raises; a careful fold does not.
        """
        commands: list[Command] = []
        touched: set[str] = set()
        for at, row in self.rows.items():
            if row is not self.before[at] and (data := self._data(at, row)) != self.kept[at]:
                commands.extend(self._change(at, data, touched))
                self.kept[at] = data
        return commands, touched

    def _change(self, at: At, data: bytes | None, touched: set[str]) -> Iterable[Command]:
        model = self.generation.model(at[0])
        key = self.generation.row_key(*at)
        yield ["DEL", key] if data is None else ["SET", key, data.decode()]
        was, touched_before = _told(model, self.before[at])
        now, touched_after = _told(model, self.rows[at])
        touched |= touched_before | touched_after
        for index, member in was.keys() - now.keys():
            yield ["ZREM", self.generation.index_key(model.name, index), member]
        for (index, member), score in now.items():
            if was.get((index, member)) != score:
                yield ["ZADD", self.generation.index_key(model.name, index), repr(score), member]

    def _data(self, at: At, row: Any) -> bytes | None:
        return None if row is None else self.generation.encode(at[0], row)


def _told(model: ReadModel[Any], row: Any) -> tuple[dict[tuple[str, str], float], set[str]]:
    """Return where a row is listed, and whom it concerns."""
    if row is None:
        return {}, set()
    return {(index, member): float(score) for index, member, score in model.indexes(row)}, set(model.touches(row))
