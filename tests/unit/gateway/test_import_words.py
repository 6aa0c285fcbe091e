"""A file of people is read by whatever its columns and values are called (M6)."""

from uuid import UUID

import pytest

from gateway.application.directory import GroupName
from gateway.application.export_words import heading, row
from gateway.application.import_words import MOST_ROWS, USUAL, columns, people_in, read
from kernel.domain.errors import Invalid
from tests.unit.gateway.samples_people import COLLEAGUE, somebody

SALES, BOTH = UUID(int=71), UUID(int=72)
GROUPS = (GroupName(group_id=SALES, name="営業部"), GroupName(group_id=BOTH, name="東京, 大阪"))


def said(text: str) -> dict[str, object]:
    (line,) = people_in(text, GROUPS)
    return dict(line.row)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_m6_what_an_export_wrote_is_read_again(language: str) -> None:
    person = somebody(COLLEAGUE)
    cells = [",".join(f'"{cell or ""}"' for cell in line) for line in (heading(language), row(person, language))]
    found = said("\r\n".join(cells))
    assert (found["name"], found["email"], found["role"]) == (person.name, person.email, person.role)
    assert (found["timezone"], found["secondFactor"]) == (person.timezone, person.second_factor)
    assert not {"status", "lastLoginAt"} & set(found)


def test_m6_groups_are_called_by_their_names() -> None:
    assert said("email,groups\na@example.jp,営業部") == {**USUAL, "email": "a@example.jp", "groupIds": [str(SALES)]}
    assert said('email,グループ\na@example.jp,"東京, 大阪"')["groupIds"] == [str(BOTH)]
    assert said('email,groups\na@example.jp,"営業部, 誰も"')["groupIds"] == [str(SALES), "誰も"]


def test_m6_a_row_says_where_a_spreadsheet_shows_it() -> None:
    lines = people_in("email\n\na@example.jp\n,\nb@example.jp\n", ())
    assert [one.number for one in lines] == [3, 5]


def test_a_cell_that_an_export_kept_from_being_a_formula_is_as_it_was() -> None:
    assert said("email,phoneNumber\na@example.jp,'+81 3 1234 5678")["phoneNumber"] == "+81 3 1234 5678"
    assert said("email,name\na@example.jp,'tHooft")["name"] == "'tHooft"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_m6_utf_8_and_shift_jis_are_read(encoding: str) -> None:
    assert read("髙橋 花子".encode(encoding)) == "髙橋 花子"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "too-few"),
        ("email\n", "too-few"),
        ("email\n" + "a@example.jp\n" * (MOST_ROWS + 1), "too-many"),
        ("email,shoe size\na@example.jp,42", "unknown-column"),
        ("email,\na@example.jp,", "unknown-column"),
        ("email,メールアドレス\na@example.jp,b@example.jp", "column-twice"),
        ('email\n"a', "malformed"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_as_a_whole(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        people_in(text, ())
    assert [one["code"] for one in refusal.value.extra["errors"]] == [code]


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(Invalid):
        read(b"\x89PNG\r\n\x1a\n\xff\xa0")


def test_the_columns_to_begin_with_are_all_that_is_read() -> None:
    for language in ("ja", "en"):
        empty = ",".join(columns(language))
        assert said(f"{empty}\n" + ",".join(["x"] * len(columns(language))))["email"] == "x"
