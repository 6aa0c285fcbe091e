"""An open ops console shows what changes without being touched, in both languages, and ends with the role."""

import pytest
from playwright.async_api import Route, expect

from gateway.application.ops_mails_ports import Kind
from kernel.application.flowing import Verdict
from tests.e2e.gateway import operations, sample
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.tour import CODE
from tests.unit.gateway.fakes import USER
from tests.unit.gateway.fakes_ops import SECRET_NAME, parked
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World


@pytest.mark.parametrize(("language", "stopped"), [("ja", "停止"), ("en", "Stopped")])
async def test_o5_a_reader_that_stops_shows_on_the_open_board(
    opens: Opens, world: World, language: str, stopped: str
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens(language)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops")
    badge = walker.page.locator("tbody .status", has_text=stopped)
    await expect(badge).to_have_count(0)
    world.processes["users"].verdict = Verdict.STOPPED
    await expect(badge).to_have_count(1)
    del world.boards.operators[USER]
    await walker.go("/ops")
    assert await walker.page.locator("#board").count() == 0


@pytest.mark.parametrize(
    ("language", "anew", "without"),
    [("ja", "一覧を更新", "応答のない gateway を除く"), ("en", "Show the list anew", "without gateway: no answer")],
)
async def test_o1_the_open_list_of_parked_streams_says_that_there_are_others_now_and_who_does_not_answer(
    opens: Opens, world: World, language: str, anew: str, without: str
) -> None:
    sample.fill(world)
    operations.appoint(world)
    known = world.processes["users"].streams = []
    walker = await opens(language)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/parked")
    progress = walker.page.locator("#parked-progress")
    await expect(progress).to_contain_text("0")
    known.append(parked(7))
    await progress.get_by_text(anew).click()
    await expect(walker.page.locator("tbody tr")).to_have_count(1)
    await expect(progress.get_by_text(anew)).to_have_count(0)
    world.processes["gateway"].away = True
    await expect(progress).to_contain_text(without)


@pytest.mark.parametrize("refused", [503, 429, None])
async def test_o5_a_page_that_is_not_heard_at_first_says_so_and_listens_again(
    opens: Opens, world: World, refused: int | None
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens("en")
    await walker.log_in(MAIL, PASSWORD, CODE)
    offline, asked = walker.page.locator("#offline"), []

    async def refuse_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            await route.fallback()
        elif refused is None:
            await route.abort()
        else:
            await route.fulfill(status=refused)

    await walker.page.route("**/ops/changes*", refuse_once)
    await walker.go("/ops")
    await expect(offline).to_be_visible()
    world.processes["users"].verdict = Verdict.STOPPED
    await expect(walker.page.locator("tbody .status", has_text="Stopped")).to_have_count(1)
    await expect(offline).to_be_hidden()


@pytest.mark.parametrize(("language", "paused"), [("ja", "一時停止"), ("en", "Paused")])
async def test_o5_a_kind_of_mail_that_is_paused_shows_on_the_open_page(
    opens: Opens, world: World, language: str, paused: str
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens(language)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/mails")
    badge = walker.page.locator("#mail-board tbody .status", has_text=paused)
    await expect(badge).to_have_count(0)
    world.ops_mailroom.paused = {Kind.FAULT: "切り替え"}
    await expect(badge).to_have_count(1)


async def test_o1_an_open_page_of_mails_names_the_notifier_for_as_long_as_it_is_away(
    opens: Opens, world: World
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens("en")
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/mails")
    notice, rows = walker.page.locator("#mail-silent"), walker.page.locator("#mail-board tbody tr")
    await expect(notice).to_be_hidden()
    world.ops_mailroom.away = True
    await expect(notice).to_contain_text("No answer from: notifier")
    await expect(rows).not_to_have_count(0)
    world.ops_mailroom.away = False
    await expect(notice).to_be_hidden()


async def test_o3_a_parked_stream_is_given_up_with_the_keyboard_alone(opens: Opens, world: World) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens("ja", java_script_enabled=False)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/parked")
    await walker.page.locator("tbody th a").first.press("Enter")
    await walker.page.locator(".deeds .apart a").press("Enter")
    await walker.page.locator("[name=reason]").fill("試験用の申し込み")
    async with walker.page.expect_navigation():
        await walker.page.locator("main button.main").press("Enter")
    assert "破棄を指示しました" in await walker.page.inner_text("main")
    assert [what for what, _ in world.processes["users"].done] == ["discard"]


@pytest.mark.parametrize(("language", "title"), [("ja", "バイト列(16進数)"), ("en", "As bytes (hexadecimal)")])
async def test_o1_v9_a_parked_fact_is_shown_as_it_came_with_the_keyboard_alone(
    opens: Opens, world: World, language: str, title: str
) -> None:
    sample.fill(world)
    operations.appoint(world)
    walker = await opens(language, java_script_enabled=False)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go("/ops/parked")
    await walker.page.locator("tbody th a").first.press("Enter")
    assert SECRET_NAME not in await walker.page.inner_text("main")
    await walker.page.locator("details:has(form[data-once]) summary").press("Enter")
    await walker.fill(reason="本人からの問い合わせ")
    await walker.press("main form[data-once] button.main")
    shown = await walker.page.inner_text("main")
    assert title in shown
    assert SECRET_NAME in shown
    assert [deed for _, deed, _, _ in world.deeds.about] == ["UNMASK"]
