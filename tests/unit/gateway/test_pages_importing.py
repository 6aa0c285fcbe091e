"""Many users from a file, in the browser: tried first, then registered (M6)."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from gateway.application.import_words import columns
from kernel.domain.errors import PortalError, Unavailable
from services.users.domain.errors import TooManyImported, TooManyUnmailed
from tests.unit.gateway.fakes import TENANT, USER
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.world import World

WHERE = "/users/import"
TABLE = (
    "お名前,メールアドレス,電話番号\r\n鈴木 次郎,jiro@example.jp,03-1234-5678\r\n,saburo@example.jp,03-1234-5679\r\n"
)
_KEPT = re.compile(r'<textarea name="table" hidden>\n(.*?)</textarea>', re.DOTALL)


async def sent(http: httpx.AsyncClient, opened: httpx.Response, content: bytes | None = None, **more: str) -> Any:
    """Send the form of a page: with a file, or with what the page kept of one."""
    fields: dict[str, Any] = read(opened).form(WHERE) | more
    if kept := _KEPT.search(opened.text):
        fields["table"] = unescape(kept[1])
    files = {"file": ("users.csv", content, "text/csv")} if content is not None else {"none": (None, "")}
    return await http.post(WHERE, data=fields, files=files)


async def test_m6_a_file_is_tried_before_anybody_is_registered(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        told = await sent(http, await http.get(WHERE), TABLE.encode("cp932"), activation="later")
        assert "1人を登録できます。" in told.text
        assert "1行は登録できません。" in told.text
        assert "鈴木 次郎" in told.text
        assert [call for call, *_ in world.directory.calls if "import" in call] == ["try_import"]
        done = await sent(http, told)
    assert "1人を登録しました。" in done.text
    ((_, (rows, invited), _),) = [call for call in world.directory.calls if call[0] == "import_people"]
    assert not invited
    assert [one["email"] for one in rows] == ["jiro@example.jp", "saburo@example.jp"]


async def test_m6_a_refused_row_says_its_number_and_every_reason(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        told = await sent(http, await http.get(WHERE), TABLE.encode())
    (row,) = re.findall(r"<tr><th scope=.row.>(\d+)</th>(.*?)</tr>", told.text)
    assert row[0] == "3"
    assert "saburo@example.jp" in row[1]
    assert "ユーザー名（氏名）" in row[1]  # noqa: RUF001 - as the guide writes it


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "ja",
            "電話番号の一部が「*」で伏せられています。番号をすべて入力するか、「電話番号を含むCSV」を使ってください。",
        ),
        (
            "en",
            "Part of the phone number is hidden by “*”. Enter the whole number, or use “CSV with whole phone numbers”.",
        ),
    ],
)
async def test_m6_an_export_that_hides_phone_numbers_is_refused_with_the_way_to_a_whole_one(
    world: World, language: str, words: str
) -> None:
    async with person(world, language) as http:
        await enter(http)
        hidden = (await http.get("/api/v1/users/export")).content
        whole = (await http.get("/api/v1/users/export?phoneNumbers=whole")).content
        told = await sent(http, await http.get(WHERE), hidden)
        taken = await sent(http, await http.get(WHERE), whole)
    assert "*****" in hidden.decode()
    assert unescape(told.text).count(words) == len(world.directory.kept[TENANT])
    assert words not in unescape(taken.text)
    assert [call for call, *_ in world.directory.calls if "import" in call] == ["try_import", "try_import"]


async def test_a_file_that_cannot_be_read_says_what_to_do(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        form = await http.get(WHERE)
        for content, words in (
            (b"", "見出しの下に人の行がありません。"),
            ("email,靴\na,b".encode(), "知らない列があります: 靴"),
            (b"\x89PNG\xff\xa0", "CSVとして読めません。"),
        ):
            told = await sent(http, form, content)
            assert told.status_code == 422
            assert words in told.text
    assert not [call for call, *_ in world.directory.calls if "import" in call]


@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (Unavailable("users"), 503, "いまは利用できません。"),
        (TooManyImported(retry_after=60), 429, "1時間に登録・確認できる人数の上限に達しました。"),
        (TooManyUnmailed(retry_after=60), 429, "初期設定のメールを送っていないユーザーが上限に達しました。"),
    ],
)
async def test_m7_what_may_have_been_done_is_sent_again_under_its_key(
    world: World, refusal: PortalError, status: int, words: str
) -> None:
    async with person(world) as http:
        await enter(http)
        tried = await sent(http, await http.get(WHERE), TABLE.encode())
        world.directory.refusal = refusal
        failed = await sent(http, tried)
        done = await sent(http, failed)
    assert failed.status_code == status
    assert words in failed.text
    assert "1人を登録しました。" in done.text
    key = read(tried).form(WHERE)["idempotencyKey"]
    keys = [asked.key for call, _, asked in world.directory.calls if call == "import_people"]
    assert keys == [key] * len(keys)


async def test_n1_only_administrators_come_to_it(world: World) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    async with person(world) as http:
        await enter(http)
        assert [(await http.get(path)).status_code for path in (WHERE, f"{WHERE}/example.csv")] == [403, 403]


async def test_the_columns_can_be_had(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await http.get(f"{WHERE}/example.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert [cell.strip('"') for cell in answer.text.removeprefix("\ufeff").strip().split(",")] == list(columns("ja"))
