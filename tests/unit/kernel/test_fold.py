"""Folding a batch: which commands keep it, and that nothing half-folded is kept."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.adapters.redis.fold import Fold
from kernel.adapters.redis.generation import Generation
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unreadable


@dataclass(frozen=True)
class Added:
    name: str
    number: int


@dataclass(frozen=True)
class Row:
    total: int


def evolve(row: Row | None, fact: Added, _about: Incoming) -> Row | None:
    if fact.number == 13:
        raise ZeroDivisionError
    total = (row.total if row else 0) + fact.number
    return Row(total) if total else None


SUMS: ReadModel[Row] = ReadModel(
    name="sums",
    row=Row,
    reads=(Added,),
    key=lambda fact, _about: fact.name or None,
    evolve=evolve,
    indexes=lambda row: [("odd" if row.total % 2 else "even", "all", float(row.total))],
    touches=lambda row: [f"total:{row.total}"],
)
LAST: ReadModel[Row] = replace(
    SUMS, name="last", evolve=lambda _row, fact, _about: Row(fact.number), indexes=lambda _: ()
)
WIDER: ReadModel[Any] = ReadModel(name="sums", row=Added, reads=(Added,), key=SUMS.key, evolve=lambda row, *_: row)
GENERATION = Generation([SUMS, LAST])


def _about() -> Incoming:
    return Incoming(
        type="portal.sum.added.v1",
        stream_id=uuid4(),
        version=1,
        tenant_id=UUID(int=1),
        source="sums",
        partition=0,
        position=1,
        previous=0,
        epoch=1,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        correlation_id=UUID(int=2),
        causation_id=None,
        traceparent=None,
        data=b"",
    )


def _fold(rows: dict[tuple[str, str], bytes | None], *facts: Added, careful: bool = False) -> Fold:
    fold = Fold(GENERATION, careful=careful)
    needed = fold.needs([(fact, _about()) for fact in facts])
    fold.load({at: rows.get(at) for at in needed})
    for fact in facts:
        fold.apply(fact, _about())
    return fold


def test_a_batch_is_kept_by_one_command_a_row_and_one_a_place_in_a_list() -> None:
    commands, touched = _fold({}, Added("a", 2), Added("a", 3)).commands()
    assert commands == [
        ["SET", GENERATION.row_key("sums", "a"), '{"total":5}'],
        ["ZADD", GENERATION.index_key("sums", "odd"), "5.0", "all"],
        ["SET", GENERATION.row_key("last", "a"), '{"total":3}'],
    ]
    assert touched == {"total:5", "total:3"}


def test_a_row_moves_from_list_to_list_and_both_sides_are_told() -> None:
    commands, touched = _fold({("sums", "a"): b'{"total":5}', ("last", "a"): b'{"total":1}'}, Added("a", 1)).commands()
    assert ["ZREM", GENERATION.index_key("sums", "odd"), "all"] in commands
    assert ["ZADD", GENERATION.index_key("sums", "even"), "6.0", "all"] in commands
    assert touched == {"total:5", "total:6"}


def test_a_row_that_is_as_before_is_not_written() -> None:
    commands, touched = _fold({("sums", "a"): b'{"total":5}', ("last", "a"): b'{"total":0}'}, Added("a", 0)).commands()
    assert (commands, touched) == ([], set())


def test_a_row_that_goes_away_leaves_its_lists() -> None:
    commands, _ = _fold({("sums", "a"): b'{"total":5}', ("last", "a"): None}, Added("a", -5)).commands()
    assert commands[:2] == [
        ["DEL", GENERATION.row_key("sums", "a")],
        ["ZREM", GENERATION.index_key("sums", "odd"), "all"],
    ]


def test_a_fact_that_fails_in_one_model_changes_none() -> None:
    fold = _fold({}, Added("a", 1))
    with pytest.raises(ZeroDivisionError):
        fold.apply(Added("a", 13), _about())
    assert fold.rows == {("sums", "a"): Row(1), ("last", "a"): Row(1)}


def test_a_fact_that_is_about_no_row_needs_none() -> None:
    assert _fold({}, Added("", 1)).commands() == ([], set())


def test_a_careful_fold_knows_which_fact_made_a_row_that_cannot_be_listed() -> None:
    def broken(row: Any) -> Any:
        raise KeyError(row)

    frail = Generation([replace(SUMS, indexes=broken)])
    fold = Fold(frail, careful=True)
    fold.load({("sums", "a"): None})
    with pytest.raises(KeyError):
        fold.apply(Added("a", 1), _about())
    assert fold.commands() == ([], set())


def test_a_row_that_is_no_row_is_told() -> None:
    with pytest.raises(Unreadable):
        Fold(GENERATION).load({("sums", "a"): b"rubbish"})


def test_a_generation_is_named_after_what_it_folds() -> None:
    same = Generation([replace(SUMS), replace(LAST)])
    assert same.prefix == GENERATION.prefix
    others = [
        Generation([SUMS]),
        Generation([replace(SUMS, version=2), LAST]),
        Generation([SUMS, LAST], name="g2"),
        Generation([WIDER, LAST]),
    ]
    assert len({one.prefix for one in [GENERATION, *others]}) == 5
    with pytest.raises(ValueError, match="same name"):
        Generation([SUMS, SUMS])
