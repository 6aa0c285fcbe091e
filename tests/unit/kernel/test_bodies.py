"""Texts of bodies: of lines where a field is meant to have them, of one line everywhere else."""

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from kernel.adapters.http.body import LINES, Body
from kernel.adapters.http.texts import Name, plain

ENDS = ["\n", "\r\n", "\r", "\u2028", "\u2029"]


class Letter(Body):
    """Something with a title, and with a text that may be left out."""

    title: Name = "葵"
    text: Annotated[str, plain(9), LINES] | None = None
    memo: Annotated[str, LINES] = ""
    tags: tuple[Name, ...] = ()
    signed: dict[str, Any] = Field(default_factory=dict)
    rows: tuple[dict[str, Any], ...] = ()


@pytest.mark.parametrize("end", ENDS)
def test_s35_lines_are_kept_and_end_in_one_way_however_they_were_sent(end: str) -> None:
    letter = Letter(text=f"一{end}二{end}{end}三", memo=f"一{end}二")
    assert (letter.text, letter.memo) == ("一\n二\n\n三", "一\n二")


def test_s35_the_end_of_a_line_counts_once_as_browsers_count_it() -> None:
    assert Letter(text="1234\r\n6789").text == "1234\n6789"
    with pytest.raises(ValidationError, match="at most 9 characters"):
        Letter(text="1234\r\n67890")


@pytest.mark.parametrize("name", ["title", "tags"])
@pytest.mark.parametrize("end", ENDS)
def test_s35_a_field_of_one_line_takes_no_other(name: str, end: str) -> None:
    text = f"一{end}二"
    with pytest.raises(ValidationError, match="control characters"):
        Letter.model_validate({name: [text] if name == "tags" else text})


@pytest.mark.parametrize("char", ["\t", "\x00", "\x0b", "\x0c", "\x1b", "\x85", "\u202e"])
def test_s35_what_is_no_text_is_refused_among_lines_too(char: str) -> None:
    with pytest.raises(ValidationError, match="control characters"):
        Letter(text=f"一\n{char}二")


@pytest.mark.parametrize(
    "text", ["\u200b", "\u2060\u200d", "\u200b \u200b", "\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\u0301"]
)
def test_s35_what_nobody_sees_is_as_good_as_left_out(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Letter(title=text)
    assert [one["type"] for one in refused.value.errors()] == ["too-short"]


@pytest.mark.parametrize("text", ["か\u3099", "क्\u200dष", "👩\u200d💻", "—", "Ⅲ"])
def test_s35_whoever_writes_with_joiners_and_marks_is_seen(text: str) -> None:
    assert Letter(title=text).title == text


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"id": "\ud800"}, ("id",)),
        ({"response": {"transports": ["usb", "\udfff"]}}, ("response", "transports", 1)),
        ({"response": {"\ud800": 1}}, ("response",)),
    ],
)
def test_s35_half_a_character_is_refused_where_it_stands_in_what_nobody_agreed(said: Any, place: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        Letter(signed=said)
    assert [(one["type"], one["loc"]) for one in refused.value.errors()] == [("control-character", ("signed", *place))]


def test_m6_rows_are_left_to_be_judged_one_by_one() -> None:
    rows = ({"name": "\ud800"}, {"name": "葵"})
    assert Letter(rows=rows).rows == rows
