"""What an administrator does with a real browser: by keyboard alone, without scripts, on paper."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from gateway.application.directory import Status
from gateway.web.words import read_words
from tests.e2e.gateway import sample_people
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.test_browsing import focused
from tests.e2e.gateway.tour import CODE
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes import GROUP, NOW, TENANT
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.samples_people import COLLEAGUE, NEW, somebody
from tests.unit.gateway.world import World

LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])
FIELDS = {"name": "高橋 次郎", "email": "jiro@example.co.jp", "phoneNumber": "03-1234-5680"}


@pytest.fixture(autouse=True)
def people(world: World) -> None:
    """Give the company its people; who is added next is known already, as the users service would know."""
    sample_people.fill(world)
    world.directory.kept[TENANT][NEW] = somebody(
        NEW, FIELDS["name"], email=FIELDS["email"], status=Status.PENDING_ACTIVATION
    )


@LANGUAGES
async def test_s24_a_user_is_added_by_keyboard_alone(opens: Opens, world: World, language: str) -> None:
    walker, t = await entered(opens, language=language), read_words(language)
    page = walker.page
    await walker.go("/users")
    await to_link(page, t("users.add"))
    await follow(page)
    for name, text in FIELDS.items():
        await to_field(page, name)
        await page.keyboard.type(text)
    await to_field(page, "timezone")
    await page.keyboard.type("Europe/Lon")
    await to_field(page, "secondFactor")
    await page.keyboard.press("ArrowDown")
    await to_field(page, "role")
    await page.keyboard.press("ArrowDown")
    await to_field(page, "groupIds")
    await page.keyboard.press("Space")
    await to_link(page, t("form.save"))
    await follow(page)
    assert await walker.heading() == FIELDS["name"]
    fields = next(what for name, what, _ in world.directory.calls if name == "add_person")
    assert {name: fields[name] for name in FIELDS} == FIELDS
    assert (fields["timezone"], fields["secondFactor"], fields["role"]) == (
        "Europe/London",
        "MAIL_OTP",
        "PORTAL_ADMIN",
    )
    assert len(fields["groupIds"]) == 1


@LANGUAGES
async def test_m13_settings_are_changed_by_keyboard_alone(opens: Opens, world: World, language: str) -> None:
    walker, t = await entered(opens, language=language), read_words(language)
    page = walker.page
    await walker.go("/settings")
    await to_link(page, t("company.title"))
    await follow(page)
    await to_field(page, "sessionIdleMinutes")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("60")
    await to_field(page, "allowedNetworks")
    await page.keyboard.type("127.0.0.0/8\n2001:db8::/32")
    await to_link(page, t("form.save"))
    await follow(page)
    await expect(page.locator(".notice.ok")).to_be_visible()
    assert world.directory.policy.session_idle_minutes == 60
    assert world.directory.policy.allowed_networks == ("127.0.0.0/8", "2001:db8::/32")
    await to_link(page, t("settings.title"))
    await follow(page)
    await to_link(page, t("own.password.title"))
    await follow(page)
    for name, text in {"current": PASSWORD, "password": "a new long one", "passwordAgain": "a new long one"}.items():
        await to_field(page, name)
        await page.keyboard.type(text)
    await follow(page)
    assert world.credentials.password == "a new long one"


@LANGUAGES
async def test_m5_the_pages_of_a_list_are_turned_forth_and_back_by_keyboard_alone(
    opens: Opens, world: World, language: str
) -> None:
    sample_people.crowd(world)
    walker, t = await entered(opens, language=language), read_words(language)
    page = walker.page
    await walker.go("/users")
    first = await page.inner_text("tbody tr:first-child th")
    for words in (t("services.next"), t("services.next"), t("services.previous"), t("services.previous")):
        # Fifty rows are fifty links: who cannot point skips them.
        await to_link(page, t("services.skip"))
        await page.keyboard.press("Enter")
        await to_link(page, words)
        await follow(page)
    assert await page.inner_text("tbody tr:first-child th") == first
    await expect(page.locator("a[rel=prev]")).to_have_count(0)
    await to_link(page, first)
    await follow(page)
    assert await walker.heading() == first


@LANGUAGES
async def test_m5_people_who_never_came_are_filtered_by_keyboard_alone(
    opens: Opens, world: World, language: str
) -> None:
    walker, t = await entered(opens, language=language), read_words(language)
    page = walker.page
    await walker.go("/users")
    await to_field(page, "lastLogin")
    await page.keyboard.press("ArrowDown")
    await to_link(page, t("users.search.submit"))
    await follow(page)
    wanted = [what[0] for name, what, _ in world.directory.calls if name == "people"][-1]
    assert wanted.last_login == "never"
    await expect(page.locator(".chips .off")).to_have_count(1)


@LANGUAGES
async def test_m10_histories_are_reached_and_read_by_keyboard_alone(opens: Opens, world: World, language: str) -> None:
    world.directory.entries *= 30
    walker, t = await entered(opens, language=language), read_words(language)
    page = walker.page
    await walker.go(f"/users/{COLLEAGUE}")
    await to_link(page, t("user.history.all"))
    await follow(page)
    await to_link(page, t("user.history.older"))
    await follow(page)
    await expect(page.locator("tbody tr").first).to_be_visible()
    await walker.go(f"/users/{COLLEAGUE}")
    await to_link(page, t("own.logins"))
    await follow(page)
    await expect(page.locator("tbody tr")).to_have_count(len(world.credentials.records))


async def test_administration_works_with_scripts_off(opens: Opens, world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    walker = await entered(opens, java_script_enabled=False)
    page = walker.page
    await walker.go("/users")
    await walker.fill(q="ichiro")
    await walker.press(".finder button")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await follow_link(page, "tbody th a")
    assert await walker.heading() == "鈴木 一郎"
    await follow_link(page, f"a[href='/users/{COLLEAGUE}/suspension']")
    await walker.press("main button.main")
    await expect(page.locator(".standing")).to_contain_text("停止中")
    await walker.go(f"/groups/{GROUP}?find=user2")
    await page.check("[name=userIds]")
    await walker.press("form[action$='/members'] button")
    await walker.fill(contractNumber="N000000002")
    await walker.press("button[value=line]")
    await page.check(f"[value='smart-pbx:{contract(2).contract_id}:VIEW']")
    await walker.press("button[value=save]")
    await expect(page.locator(".notice.ok")).to_be_visible()
    called = [name for name, _, _ in world.directory.calls]
    assert {"suspend", "add_members", "permit"} <= set(called)
    permitted = world.directory.kept_groups[TENANT][GROUP].permissions
    assert [one.contract_id for one in permitted if one.contract_id] == [
        contract(1).contract_id,
        contract(2).contract_id,
    ]


async def test_what_is_wrong_with_a_user_is_read_first_and_leads_to_its_field(opens: Opens) -> None:
    walker = await entered(opens)
    page = walker.page
    await walker.go("/users/new")
    await page.evaluate("() => { for (const form of document.forms) form.noValidate = true; }")
    await walker.fill(name=FIELDS["name"])
    await walker.press("main button.main")
    assert "summary" in await page.evaluate("() => document.activeElement.className")
    await page.click(".summary a[href='#phoneNumber']")
    assert await page.evaluate("() => document.activeElement.name") == "phoneNumber"
    assert await page.input_value("[name=name]") == FIELDS["name"]


async def test_m6_people_of_a_file_are_tried_and_then_registered(opens: Opens, world: World) -> None:
    walker = await entered(opens)
    page = walker.page
    await walker.go("/users/import")
    table = "email,name,phoneNumber\r\na@example.jp,鈴木 一郎,03-1234-5678\r\nb@example.jp,,03-1234-5679\r\n"
    await page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": table.encode("cp932")})
    await walker.press("main button.main")
    await expect(page.locator("main")).to_contain_text("鈴木 一郎")
    await expect(page.locator("main tbody tr")).to_have_count(1)
    await walker.press("main button.main")
    await expect(page.locator("main [role=status]")).to_contain_text("1人を登録しました。")
    assert [name for name, _, _ in world.directory.calls if "import" in name] == ["try_import", "import_people"]


@LANGUAGES
async def test_m10_the_logins_of_the_company_are_found_by_result_person_and_time(
    opens: Opens, world: World, language: str
) -> None:
    walker, t = await entered(opens, language=language), read_words(language)
    page = walker.page
    rows = page.locator("table.rows tbody tr")
    await walker.go("/users")
    await to_link(page, t("logins.title"))
    await follow(page)
    assert await walker.heading() == t("logins.title")
    await expect(rows).to_have_count(50)
    await page.get_by_role("link", name=t("user.history.older")).click()
    await expect(rows).to_have_count(30)
    await walker.go("/logins")
    await page.get_by_role("link", name=t("logins.result.REFUSED")).click()
    await expect(rows).to_have_count(40)
    await expect(rows.get_by_text(t("own.outcome.PASSED"), exact=True)).to_have_count(0)
    await rows.get_by_role("link").first.click()
    await page.wait_for_url(lambda address: "userId=" in address)
    assert len({await one.inner_text() for one in await rows.get_by_role("link").all()}) == 1
    for name, moment in (("since", "2026-11-24T16:00"), ("until", "2026-11-24T17:45")):
        await page.fill(f"[name={name}]", moment)
    await walker.press("main form button.main")
    wanted = world.credentials.asked_for[-1]
    assert (wanted.since, wanted.until) == (NOW - timedelta(hours=2), NOW - timedelta(minutes=15))
    async with page.expect_download() as download:
        await page.get_by_role("link", name=t("users.export"), exact=True).click()
    assert (await download.value).suggested_filename == "logins.csv"
    world.credentials.company[TENANT] = []
    await walker.go("/logins")
    await expect(page.get_by_text(t("logins.empty"))).to_be_visible()


async def test_recovery_codes_are_printed_without_anything_around_them(opens: Opens) -> None:
    walker = await entered(opens)
    page = walker.page
    await walker.go("/settings/recovery-codes")
    await walker.fill(code=CODE)
    await walker.press("main button.main")
    await expect(page.locator("[data-print]")).to_be_visible()
    await page.emulate_media(media="print")
    for part in (".bar", "nav.side", ".tabs", "[data-print]"):
        await expect(page.locator(part)).to_be_hidden()
    await expect(page.locator(".secrets li")).to_have_count(10)


async def entered(opens: Opens, **options: Any) -> Walker:
    """Return an administrator who has logged in."""
    walker = await opens(**options)
    await walker.log_in(MAIL, PASSWORD, CODE)
    return walker


async def to_field(page: Page, name: str) -> None:
    """Press the tab key until a field has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("() => document.activeElement.name") == name:
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


async def to_link(page: Page, words: str) -> None:
    """Press the tab key until the link or button with these words has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if (await focused(page)).startswith(words):
            return
    pytest.fail(f"{words} cannot be reached by keyboard")


async def follow(page: Page) -> None:
    """Press Enter and wait for the page that answers."""
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def follow_link(page: Page, where: str) -> None:
    """Click a link and wait for its page."""
    async with page.expect_navigation():
        await page.click(where)
