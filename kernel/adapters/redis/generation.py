"""A generation of read models: where its rows lie in Redis, and how a row becomes bytes. Next stop: projector.py.

The name of a generation contains a fingerprint of what is folded. A release that changes a row folds it anew beside
the old one, which stays as it was until nobody has used it for a day: going back is instant.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from kernel.application.projection import ReadModel
from kernel.domain.errors import Unreadable

Row = TypeVar("Row")

PREFIX = "rm"
LAYOUT = 3
"""Of what is kept beside the rows: another number has everything folded anew, as rows of another shape have."""


class Generation:
    """The read models that one program folds together, and the names of their keys."""

    def __init__(self, models: Sequence[ReadModel[Any]], name: str = "g1") -> None:
        self.models = tuple(models)
        self._adapters: dict[str, TypeAdapter[Any]] = {model.name: TypeAdapter(model.row) for model in models}
        self._models = {model.name: model for model in models}
        if len(self._adapters) != len(self.models):
            raise ValueError("two read models have the same name")
        self.name = f"{name}-{self._fingerprint()}"
        self.prefix = f"{PREFIX}:{self.name}"

    def model(self, name: str) -> ReadModel[Any]:
        """Return the read model of that name."""
        return self._models[name]

    def models_of(self, fact: type[Any]) -> tuple[ReadModel[Any], ...]:
        """Return the read models that fold facts of a class."""
        return self._readers.get(fact, ())

    @cached_property
    def _readers(self) -> dict[type[Any], tuple[ReadModel[Any], ...]]:
        return {fact: tuple(model for model in self.models if fact in model.reads) for fact in self.reads}

    @cached_property
    def reads(self) -> tuple[type[Any], ...]:
        """The facts that any of the models folds."""
        return tuple(dict.fromkeys(fact for model in self.models for fact in model.reads))

    @property
    def checkpoint(self) -> str:
        """The hash with `seq`, `complete`, and for each `topic/partition` its offset, epoch and position."""
        return f"{self.prefix}:checkpoint"

    @property
    def alive(self) -> str:
        """The key that says that a program folds this generation; it expires."""
        return f"{self.prefix}:alive"

    @property
    def parked(self) -> str:
        """The hash of parked streams: why, since when, from where, how often and when it was tried."""
        return f"{self.prefix}:parked"

    @property
    def parked_kinds(self) -> str:
        """The set of the kinds of error for which a stream was ever parked."""
        return f"{self.prefix}:parked-kinds"

    @property
    def retries(self) -> str:
        """The hash of parked streams whose release was asked for, and when."""
        return f"{self.prefix}:retries"

    @property
    def discards(self) -> str:
        """The hash of parked streams that are to be given up, who said so and why."""
        return f"{self.prefix}:discards"

    @property
    def channel(self) -> str:
        """The channel on which every batch tells what it moved and touched."""
        return f"{self.prefix}:applied"

    def parked_events(self, stream_id: object) -> str:
        """Return the key of the list of one stream's parked records."""
        return f"{self.prefix}:parked:{stream_id}"

    def discarded(self, stream_id: object) -> str:
        """Return the key of the hash of one stream's facts that were given up, by version; it expires."""
        return f"{self.prefix}:discarded:{stream_id}"

    def parked_by_age(self, kind: str | None = None) -> str:
        """Return the key of the places of parked streams, of all or of a kind of error.

        It is a sorted set in which all have one score, so that they are kept as text is sorted.
        """
        return f"{self.prefix}:parked-by-age" + (f":{kind}" if kind else "")

    def row_key(self, model: str, key: str) -> str:
        """Return the key of a row."""
        return f"{self.prefix}:row:{model}:{key}"

    def index_key(self, model: str, index: str) -> str:
        """Return the key of an index, a sorted set of the keys of rows."""
        return f"{self.prefix}:index:{model}:{index}"

    def encode(self, model: str, row: Any) -> bytes:
        """Return the row as JSON; the same row gives the same bytes."""
        return self._adapters[model].dump_json(row, by_alias=True)

    def decode(self, model: str, data: bytes | str) -> Any:
        """Return the row. Raises: Unreadable."""
        try:
            return self._adapters[model].validate_json(data)
        except ValidationError as broken:
            raise Unreadable(f"not a row of {model}") from broken

    def _fingerprint(self) -> str:
        """Return a short text that changes when rows, or the facts they are folded from, change their shape."""
        told: list[Any] = [LAYOUT]
        told += [
            [one.name, one.version, self._adapters[one.name].json_schema(), [_shape(fact) for fact in one.reads]]
            for one in self.models
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]


def parked_place(since: datetime, stream_id: object) -> str:
    """Return where a parked stream stands among the others: by age, then by id, as text that is sorted like that."""
    return f"{since.astimezone(UTC).isoformat(timespec='microseconds')}/{stream_id}"


def _shape(fact: type[Any]) -> list[Any]:
    return [fact.__name__, TypeAdapter(fact).json_schema()]
