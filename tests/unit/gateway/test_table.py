"""What many rows may be at most, before each of them is judged (A11)."""

import json

import pytest

from gateway.api.table import LONGEST_NAME, MOST_COLUMNS, rows_of
from kernel.adapters.http.refusals import TooDeep
from kernel.domain.errors import Invalid


@pytest.mark.parametrize("kind", ["application/json", "application/JSON", "text/plain", ""])
def test_a11_what_is_nested_too_deeply_is_refused_whatever_it_is_called(kind: str) -> None:
    with pytest.raises(TooDeep):
        rows_of(kind, b"[" * 200_000)


def test_a11_a_long_name_of_a_column_is_refused_once_for_the_whole_table() -> None:
    with pytest.raises(Invalid):
        rows_of("text/csv", f"name,{'a' * (LONGEST_NAME + 1)}\nb,c".encode())


def test_a11_more_columns_than_any_form_has_are_refused() -> None:
    many = [f"c{number}" for number in range(MOST_COLUMNS + 1)]
    with pytest.raises(Invalid):
        rows_of("text/csv", (",".join(many) + "\n" + ",".join(many)).encode())
    with pytest.raises(Invalid):
        rows_of("application/json", json.dumps({"rows": [dict.fromkeys(many, "x")]}).encode())


def test_a_table_is_read_by_its_heading() -> None:
    assert rows_of("text/csv; charset=utf-8", b"name,groupIds\nA, b c \n") == [{"name": "A", "groupIds": ["b", "c"]}]
