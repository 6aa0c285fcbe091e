"""The page of deeds: who, what, why, when, in both languages, a part at a time."""

import pytest

from tests.unit.gateway.asking import PEOPLE, fresh_world
from tests.unit.gateway.fakes import TENANT
from tests.unit.gateway.fakes_ops import READER
from tests.unit.gateway.fakes_ops_deeds import deed, refusal
from tests.unit.gateway.reading import Page, person, read
from tests.unit.gateway.samples_people import STRANGER

DEEDS = "/ops/deeds"


async def page(kept: list[object], language: str = "ja", where: str = DEEDS, who: str = "ops viewer") -> Page:
    world = fresh_world()
    PEOPLE[who].come(world)
    world.deed_book.kept = kept  # type: ignore[assignment]
    async with person(world, language) as http:
        http.headers["cookie"] = PEOPLE[who].headers["cookie"]
        answer = await http.get(where)
    assert answer.status_code == 200
    return read(answer)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ("操作の記録", "指示した操作", "実行されなかったもの", "破棄", "拒否", "メールの一時停止", "すべて")),
        ("en", ("Deeds", "Ordered", "may not have been done", "Give up", "Refused", "Pause mails", "All")),
    ],
)
async def test_o1_the_page_says_who_what_why_and_when_and_leads_to_the_fact(
    language: str, said: tuple[str, ...]
) -> None:
    pause = deed(2, what="PAUSE_MAILS", consumer=None, error=None, streams=(), reason="the server moves")
    shown = await page([refusal(3), pause, deed(1)], language)
    for words in (
        *said,
        "佐藤 花子",
        str(STRANGER),
        str(TENANT),
        READER,
        "a test order 1",
        "the server moves",
        "opsStreams",
    ):
        assert words in shown.text
    assert f"/ops/events/users/{deed(1).stream_id}/1" in [href for href, _ in shown.links]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_o1_there_is_a_way_to_the_older_ones_and_back_to_the_newest(language: str) -> None:
    many: list[object] = [deed(number) for number in range(60, 0, -1)]
    first = await page(many, language)
    (more,) = [href for href, _ in first.links if "cursor=" in href]
    second = await page(many, language, more)
    assert "a test order 60" in first.text
    assert "a test order 1" in second.text
    assert "a test order 60" not in second.text
    assert DEEDS in [href for href, _ in second.links]


async def test_where_nothing_was_done_the_page_says_so() -> None:
    assert "まだ操作も拒否も記録されていません" in (await page([])).text


@pytest.mark.parametrize(
    "what",
    [
        "RETRY",
        "DISCARD",
        "RESEND_MAILS",
        "PAUSE_MAILS",
        "RESUME_MAILS",
        "DRAIN_MAILS",
        "SHOW_RECEIVER",
        "UNMASK",
        "PUBLISH_AGAIN",
    ],
)
async def test_o1_every_deed_has_words(what: str) -> None:
    assert "deeds.what" not in (await page([deed(1, what=what)])).text
