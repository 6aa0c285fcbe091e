"""What a person does with a real browser: by keyboard alone, without scripts, on paper, while things change."""

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import Page, Request, expect

from gateway.application.steps import PendingLogin, Step
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.tour import CODE, NAME, PHONE
from tests.unit.gateway.fakes import TENANT
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World

WIDE = "\uff14\uff19\uff12\uff10\uff13\uff19"
"""The code as a Japanese keyboard types it, in full width."""


async def test_the_login_works_by_keyboard_alone(opens: Opens) -> None:
    walker = await opens()
    page = walker.page
    await walker.go("/")
    await page.keyboard.press("Tab")
    assert await focused(page) == "本文へ移動"
    await tab_to(page, "userId")
    await page.keyboard.type(MAIL)
    await tab_to(page, "password")
    await page.keyboard.type(PASSWORD)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.locator("[name=code]")).to_be_focused()
    async with page.expect_navigation():
        await page.keyboard.type(CODE)
    assert await walker.heading() == "ダッシュボード"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#content")).to_be_focused()


async def test_the_persons_menu_opens_and_shuts_by_keyboard(opens: Opens) -> None:
    walker = await opens()
    await walker.log_in(MAIL, PASSWORD, CODE)
    page = walker.page
    await page.focus("details.person summary")
    await page.keyboard.press("Enter")
    await expect(page.locator("details.person a")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("details.person a")).to_be_hidden()
    assert await page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


async def test_everything_works_with_scripts_off(opens: Opens, world: World) -> None:
    walker = await opens(java_script_enabled=False)
    page = walker.page
    await walker.go("/activate/a-mailed-link")
    await walker.confirm(MAIL, NAME, PHONE)
    await walker.set_password(PASSWORD)
    await walker.give_code(CODE)
    assert await walker.heading() == "設定が完了しました"
    await walker.log_in(MAIL, PASSWORD, CODE)
    assert await walker.heading() == "ダッシュボード"
    await expect(page.locator(".contracts tbody tr")).to_have_count(len(world.boards.rows))
    await walker.press("form.language button")
    assert world.users.chosen == ["en"]
    await walker.go("/settings")
    await page.check("[name=theme][value=dark]")
    await walker.press("form[action='/appearance'] button")
    assert await page.get_attribute("html", "data-theme") == "dark"
    await walker.log_out()
    assert not world.sessions.kept


async def test_below_1024_pixels_the_menu_is_a_drawer_that_needs_no_script(opens: Opens) -> None:
    walker = await opens(width=800, java_script_enabled=False)
    await walker.log_in(MAIL, PASSWORD, CODE)
    await expect(walker.page.locator("nav.side")).to_be_hidden()
    await walker.page.click("details.drawer summary")
    async with walker.page.expect_navigation():
        await walker.page.click("details.drawer a[href='/services']")
    assert (await walker.heading()).startswith("サービス管理")


@pytest.mark.parametrize("typed", ["492 039", WIDE, "492039"])
async def test_a_pasted_code_sends_itself_however_it_is_written(opens: Opens, typed: str) -> None:
    walker = await opens()
    await walker.begin_login(MAIL, PASSWORD)
    async with walker.page.expect_navigation():
        await walker.page.fill("[name=code]", typed)
    assert await walker.heading() == "ダッシュボード"


async def test_what_is_wrong_is_read_first_and_leads_to_its_field(opens: Opens) -> None:
    walker = await opens()
    await walker.go("/activate/a-mailed-link")
    await walker.page.evaluate("() => { document.forms[1].noValidate = true; }")
    await walker.fill(email=MAIL, name=NAME)
    await walker.press()
    assert "summary" in await walker.page.evaluate("() => document.activeElement.className")
    assert await walker.page.input_value("[name=name]") == NAME
    await walker.page.click(".summary a")
    assert await walker.page.evaluate("() => document.activeElement.name") == "contactPhoneNumber"
    assert (await walker.page.title()).startswith("エラー:")


async def test_a_password_may_be_looked_at_while_it_is_typed(opens: Opens) -> None:
    walker = await opens()
    await walker.go("/")
    await walker.fill(userId=MAIL, password=PASSWORD)
    await walker.page.click("[data-reveal]")
    assert await walker.page.get_attribute("#password", "type") == "text"
    assert await walker.page.get_attribute("[data-reveal]", "aria-pressed") == "true"
    await walker.page.click("[data-reveal]")
    assert await walker.page.get_attribute("#password", "type") == "password"


async def test_pressed_twice_is_done_once(opens: Opens, world: World) -> None:
    answered = asyncio.Event()
    begin = world.identity.begin_login

    async def slow(*words: object) -> PendingLogin:
        await answered.wait()
        return await begin(*words)  # type: ignore[arg-type] # passed on as they came

    world.identity.begin_login = slow  # type: ignore[method-assign] # the fake of this test waits
    walker = await opens()
    sent: list[Request] = []
    walker.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    await walker.go("/")
    await walker.fill(userId=MAIL, password=PASSWORD)
    async with walker.page.expect_navigation(url="**/login/code"):
        assert await walker.page.evaluate(PRESS_TWICE) == "true"
        answered.set()
    assert len(sent) == 1


PRESS_TWICE = """() => {
    const button = document.querySelector('main button.main');
    button.click();
    button.click();
    return button.getAttribute('aria-disabled');
}"""
"""Answers what the button then says of itself."""


async def test_s40_a_change_arrives_in_place_marked_and_announced(opens: Opens, world: World) -> None:
    walker = await opens()
    page = walker.page
    await walker.log_in(MAIL, PASSWORD, CODE)
    await listening(world)
    row = world.boards.rows[0]
    await page.focus(f"#contract-{row.contract_id} a")
    await page.evaluate("() => { window.same = 'page'; }")
    world.boards.rows[0] = replace(row, service_status="ABNORMAL", version=row.version + 1)
    world.progress.tell(f"tenant:{TENANT}#contract/{row.contract_id}/{row.service_name}", "v2")
    await expect(page.locator("#said")).to_have_text("契約 N000000001 の状態は異常です。")
    await expect(page.locator(f"#contract-{row.contract_id}")).to_contain_text("異常")
    assert "changed-0" in (await page.get_attribute(f"#contract-{row.contract_id}", "class") or "")
    await expect(page.locator(".attention li")).to_have_count(3)
    assert await focused(page) == "N000000001"
    assert await page.evaluate("() => window.same") == "page"


async def test_a_session_that_ends_elsewhere_leads_to_the_login_by_itself(opens: Opens, world: World) -> None:
    walker = await opens()
    await walker.log_in(MAIL, PASSWORD, CODE)
    await listening(world)
    world.sessions.kept.clear()
    await walker.page.wait_for_url("**/?to=%2Fdashboard*")
    assert await walker.heading() == "ログイン"


async def test_a_session_that_ends_before_the_page_listens_leads_to_the_login_too(opens: Opens, world: World) -> None:
    walker = await opens()
    page = walker.page
    await page.route("**/dashboard/changes*", lambda route: route.fulfill(status=401))
    await walker.log_in(MAIL, PASSWORD, CODE)
    world.sessions.kept.clear()
    await page.wait_for_url("**/?to=%2Fdashboard*")


async def test_an_abandoned_activation_goes_on_where_it_stopped(opens: Opens, world: World) -> None:
    walker = await opens()
    await walker.go("/activate/a-mailed-link")
    await walker.confirm(MAIL, NAME, PHONE)
    again = await opens()
    await again.go("/activate/a-mailed-link")
    assert await again.heading() == "パスワード設定"
    assert world.identity.step is Step.PASSWORD


async def test_on_paper_there_is_no_menu(opens: Opens, world: World) -> None:
    walker = await opens()
    await walker.log_in(MAIL, PASSWORD, CODE)
    await walker.go(f"/services/{world.boards.rows[0].contract_id}")
    await walker.page.emulate_media(media="print")
    for part in (".bar", "nav.side", ".crumbs"):
        await expect(walker.page.locator(part)).to_be_hidden()
    await expect(walker.page.locator(".facts")).to_be_visible()


async def test_in_forced_colours_shapes_and_words_still_tell_how_a_service_runs(opens: Opens) -> None:
    walker = await opens(forced_colors="active")
    await walker.log_in(MAIL, PASSWORD, CODE)
    for word in ("正常", "異常", "注意", "対象外"):
        badge = walker.page.locator("tbody .status", has_text=word).first
        await expect(badge.locator("svg")).to_be_visible()


async def test_the_persons_choice_of_colours_wins_over_the_devices(opens: Opens) -> None:
    walker = await opens(color_scheme="light")
    await walker.log_in(MAIL, PASSWORD, CODE)
    light = await ground(walker.page)
    await walker.go("/settings")
    await walker.page.check("[name=theme][value=dark]")
    await walker.press("form[action='/appearance'] button")
    assert await ground(walker.page) != light


async def listening(world: World) -> None:
    """Wait until a page hears of changes."""
    async with asyncio.timeout(30):
        while not world.progress.listeners[f"tenant:{TENANT}"]:  # noqa: ASYNC110 - the fake tells by nothing else
            await asyncio.sleep(0.02)


async def ground(page: Page) -> str:
    """Return the colour behind the page."""
    colour: str = await page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return colour


async def focused(page: Page) -> str:
    """Return the words of what has the focus."""
    words: str = await page.evaluate("() => document.activeElement.textContent.trim()")
    return words


async def tab_to(page: Page, name: str) -> None:
    """Press the tab key until a field has the focus."""
    for _ in range(20):
        if await page.evaluate("() => document.activeElement.name") == name:
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"{name} cannot be reached by keyboard")
