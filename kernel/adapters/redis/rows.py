"""Reads rows of read models: one call to Redis each, never a row of a half-filled model without saying so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.scripts import COUNT, GET, LIST, MERGE
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unavailable

Row = TypeVar("Row")


class Filling(Unavailable):
    """The read models are being folded from the first fact on; what they show is not the whole."""

    code = "filling"


Place = tuple[str, str]
"""Where a row stands in an index: its score as Redis writes it, and its key."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Row]):
    """A row and where it stands, for who goes on behind it."""

    row: Row
    place: Place


class Rows:
    """The rows of one generation. Raises, in every method: Unavailable; Filling unless *partial* ones are welcome."""

    def __init__(self, redis: "Redis", generation: Generation) -> None:
        self._generation = generation
        self._get = redis.register_script(GET)
        self._list = redis.register_script(LIST)
        self._merge = redis.register_script(MERGE)
        self._count = redis.register_script(COUNT)

    async def get(self, model: ReadModel[Row], key: str, *, partial: bool = False) -> Row | None:
        """Return one row."""
        rows = await self.many(model, [key], partial=partial)
        return rows[0]

    async def many(self, model: ReadModel[Row], keys: Sequence[str], *, partial: bool = False) -> list[Row | None]:
        """Return rows in the order of their keys, None where there is none."""
        return await self.mixed([(model, key) for key in keys], partial=partial)

    async def mixed(self, wanted: Sequence[tuple[ReadModel[Any], str]], *, partial: bool = False) -> list[Any]:
        """Return rows of several models, as of one moment, in the order they were asked for."""
        named = [self._generation.checkpoint, *(self._generation.row_key(model.name, key) for model, key in wanted)]
        try:
            complete, *rows = await self._get(keys=named)
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now") from trouble
        self._judge(complete, partial=partial)
        return [self._row(model, data) for (model, _), data in zip(wanted, rows, strict=True)]

    async def listed(
        self,
        model: ReadModel[Row],
        index: str,
        *,
        first: int = 0,
        last: int = -1,
        descending: bool = False,
        partial: bool = False,
    ) -> list[Row]:
        """Return the rows that an index lists, from place *first* to *last* (-1 is the end), by score."""
        prefix = self._generation.row_key(model.name, "")
        try:
            complete, *rows = await self._list(
                keys=[self._generation.checkpoint, self._generation.index_key(model.name, index)],
                args=[prefix, first, last, int(descending)],
            )
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now") from trouble
        self._judge(complete, partial=partial)
        return [row for data in rows if (row := self._row(model, data)) is not None]

    async def merged(
        self,
        model: ReadModel[Row],
        indexes: Sequence[str],
        *,
        limit: int,
        after: Place | None = None,
        descending: bool = False,
    ) -> list[Placed[Row]]:
        """Return the first rows of several indexes behind a place, by score and key; costs what is returned."""
        if not indexes:
            return []
        score, key = after or ("", "")
        keys = [self._generation.checkpoint, *(self._generation.index_key(model.name, one) for one in indexes)]
        try:
            complete, *found = await self._merge(
                keys=keys, args=[self._generation.row_key(model.name, ""), limit, int(descending), score, key]
            )
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now") from trouble
        self._judge(complete, partial=False)
        return self._placed(model, found)

    async def counts(
        self, groups: Sequence[tuple[ReadModel[Any], Sequence[str]]], *, overlapping: bool = False
    ) -> list[int]:
        """Return how many entries each group of indexes has; an entry of several counts once if they overlap."""
        named = [self._generation.index_key(model.name, one) for model, indexes in groups for one in indexes]
        sizes = [len(indexes) for _, indexes in groups]
        try:
            complete, *found = await self._count(
                keys=[self._generation.checkpoint, *named], args=[int(overlapping), *sizes]
            )
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now") from trouble
        self._judge(complete, partial=False)
        return [int(one) for one in found]

    async def sought(
        self, model: ReadModel[Row], script: AsyncScript, index: str, args: Sequence[str | int]
    ) -> list[Placed[Row]]:
        """Return the rows that a script of the reader's own finds in an index, as `merged()` does."""
        keys = [self._generation.checkpoint, self._generation.index_key(model.name, index)]
        try:
            complete, *found = await script(keys=keys, args=[self._generation.row_key(model.name, ""), *args])
        except (RedisError, OSError) as trouble:
            raise Unavailable("the read models cannot be read now") from trouble
        self._judge(complete, partial=False)
        return self._placed(model, found)

    def _placed(self, model: ReadModel[Row], found: Sequence[bytes]) -> list[Placed[Row]]:
        return [
            Placed(row, (score.decode(), key.decode()))
            for score, key, data in zip(found[::3], found[1::3], found[2::3], strict=True)
            if (row := self._row(model, data)) is not None
        ]

    def _row(self, model: ReadModel[Row], data: bytes) -> Row | None:
        row: Row | None = self._generation.decode(model.name, data) if data else None
        return row

    def _judge(self, complete: bytes, *, partial: bool) -> None:
        if not complete and not partial:
            raise Filling("the read models are being filled", retry_after=1)
