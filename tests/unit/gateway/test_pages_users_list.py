"""The list of users as people read it: columns, search, filters, pages."""

from uuid import UUID

from tests.unit.gateway.fakes import GROUP, TENANT
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.samples_people import COLLEAGUE, STRANGER, somebody
from tests.unit.gateway.world import World

ONE = f"/users/{COLLEAGUE}"


def many(world: World, number: int) -> None:
    """Give the company more users than a page lists."""
    people = world.directory.kept[TENANT]
    for n in range(number):
        who = UUID(int=STRANGER.int + 100 + n)
        people[who] = somebody(who, f"社員 {n:03}", email=f"shain{n:03}@example.co.jp")


async def test_s21_each_row_has_the_five_columns_and_one_link(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/users"))
    for words in ("ユーザー名", "メールアドレス", "ユーザー権限", "電話番号", "ステータス", "最終ログイン"):
        assert words in page.text
    for value in (
        "鈴木 一郎",
        "ichiro.suzuki@example.co.jp",
        "一般ユーザー",
        "03-1234-5679",
        "有効",
        "2026年11月24日(火)",
    ):
        assert value in page.text
    assert dict(page.links)[ONE] == "鈴木 一郎"
    assert "ユーザー一覧 2人" in " ".join(page.text.split())
    assert "よその" not in page.text


async def test_the_list_goes_on_by_cursor_and_back_to_its_start(world: World) -> None:
    many(world, 60)
    async with person(world) as http:
        await enter(http)
        first = read(await http.get("/users"))
        onward = next(href for href, _ in first.links if "cursor=" in href)
        second = read(await http.get(onward))
        broken = await http.get("/users?cursor=broken")
    assert "社員 000" in first.text
    assert ("社員 059" in first.text, "社員 059" in second.text) == (False, True)
    assert ("/users", "最初へ") in second.links
    assert broken.status_code == 422


async def test_the_address_keeps_what_is_searched_filtered_and_sorted(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        address = f"/users?q=example&role=GENERAL_USER&status=ACTIVE&group={GROUP}&lastLogin=90&sort=email&order=desc"
        page = read(await http.get(address))
    wanted, limit, cursor = next(what for name, what, _ in world.directory.calls if name == "people")
    assert (wanted.q, wanted.role, wanted.status, wanted.group) == ("example", "GENERAL_USER", "ACTIVE", GROUP)
    assert (wanted.last_login, wanted.sort, wanted.order) == ("before:2026-08-26", "email", "desc")
    assert (limit, cursor) == (50, None)
    hrefs = [href for href, _ in page.links]
    assert address.replace("&lastLogin=90", "") in hrefs
    assert address.replace("&sort=email&order=desc", "&sort=lastLogin") in hrefs
    assert address.replace("&order=desc", "") in hrefs
    assert any(href.startswith("/api/v1/users/export?") and "before%3A2026-08-26" in href for href in hrefs)


async def test_a_filter_that_cannot_be_is_none(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await http.get("/users?role=KING&status=GONE&group=sales&lastLogin=tomorrow&sort=shoe&order=up")
    assert answer.status_code == 200
    assert "鈴木 一郎" in answer.text


async def test_a_search_without_a_match_says_what_to_do(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/users?q=nobody-like-this"))
    assert "この条件に合うユーザーはいません。" in page.text
    assert ("/users", "すべてのユーザーを見る") in page.links


async def test_what_is_searched_is_words_and_never_markup(world: World) -> None:
    world.directory.kept[TENANT][COLLEAGUE] = somebody(name='<b onclick="x">', comment="<script>")
    async with person(world) as http:
        await enter(http)
        text = (await http.get('/users?q="><script>alert(1)</script>')).text + (await http.get("/users")).text
        text += (await http.get(ONE)).text + (await http.get(f"{ONE}/edit")).text
    assert "<script>" not in text.replace('<script src="', "")
    assert "<b onclick" not in text
