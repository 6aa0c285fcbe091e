"""The six menus with a mouse, in both languages: by the entry, into what lies behind, and back by the crumbs."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, expect

from gateway.application.menu import MENU
from gateway.web.words import Words, read_words
from tests.e2e.gateway import sample_people
from tests.e2e.gateway.conftest import Opens
from tests.e2e.gateway.tour import CODE
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World

LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])
TABS = ("options", "numbers", "status", "maintenance", "applications", "history")
OWN = ("own.password.title", "own.second.title", "own.sessions.title", "own.codes.title", "wish.title")
COMPANY = ("users.title", "groups.title", "company.title", "mail.title")
TUTORIALS = 6


@pytest.fixture
async def person(opens: Opens, world: World, language: str) -> AsyncIterator[Walker]:
    """Give an administrator on the dashboard, who meets no error."""
    sample_people.fill(world)
    walker = await opens(language)
    faults: list[str] = []
    walker.page.on("pageerror", lambda error: faults.append(str(error)))
    walker.page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    await walker.log_in(MAIL, PASSWORD, CODE)
    yield walker
    assert not faults


@pytest.fixture
def t(language: str) -> Words:
    """Give the words of the language."""
    return read_words(language)


@LANGUAGES
async def test_s19_the_six_entries_stand_in_their_order_and_each_leads_to_its_page(
    person: Walker, language: str
) -> None:
    page = person.page
    await expect(page.locator("nav.side a")).to_have_text([entry.label(language) for entry in MENU])
    for entry in MENU:
        await enter(page, entry.label(language))
        assert (await person.heading()).startswith(entry.label(language))
        await expect(page.locator("nav.side [aria-current=page]")).to_have_text(entry.label(language))
        assert await page.get_attribute("html", "lang") == language


@LANGUAGES
async def test_n7_service_status_leads_to_an_incident_and_its_contract(person: Walker, world: World, t: Words) -> None:
    page = person.page
    incident = world.boards.incidents[0]
    await enter(page, t("running.title"))
    await click(page, page.get_by_role("link", name=incident.title))
    assert await person.heading() == incident.title
    await expect(page.locator(".story li")).to_have_count(len(incident.news))
    await click(page, page.locator(".facts a").first)
    assert incident.contracts[0].contract_number in await person.heading()
    await click(page, page.locator(".crumbs a").first)
    assert await person.heading() == t("dashboard.title")


@LANGUAGES
async def test_s37_n5_services_leads_to_a_contract_and_through_all_its_tabs(
    person: Walker, world: World, t: Words
) -> None:
    page = person.page
    row = world.boards.rows[1]
    await enter(page, t("services.title"))
    await click(page, page.locator(".chips a", has_text=t("status.ABNORMAL")))
    await expect(page.locator(".contracts tbody tr")).to_have_count(1)
    await click(page, page.get_by_role("link", name=row.contract_number))
    for tab in TABS:
        await click(page, page.locator(".tabs").get_by_role("link", name=t(f"service.tab.{tab}"), exact=True))
        await expect(page.locator(".tabs [aria-current=page]")).to_have_text(t(f"service.tab.{tab}"))
        assert row.contract_number in await person.heading()
    await expect(page.get_by_role("link", name=t("hop.configure"), exact=True)).to_be_visible()
    await click(page, page.locator(".crumbs").get_by_role("link", name=t("services.title")))
    assert (await person.heading()).startswith(t("services.title"))


@LANGUAGES
async def test_n8_maintenance_leads_through_list_month_and_feed_to_one_piece_of_work(
    person: Walker, world: World, t: Words
) -> None:
    page, work = person.page, world.boards.maintenances[0]
    await enter(page, t("maintenance.title"))
    await click(page, page.get_by_role("link", name=work.name))
    assert await person.heading() == work.name
    await click(page, page.locator(".crumbs").get_by_role("link", name=t("maintenance.title")))
    await click(page, page.locator(".tabs a[href='/maintenance/calendar']"))
    await click(page, page.locator(".month a", has_text=work.name))
    assert await person.heading() == work.name
    await enter(page, t("maintenance.title"))
    await click(page, page.locator(".tabs a[href='/maintenance/feed']"))
    await person.press()
    assert "/calendar/" in await page.input_value("#address")


@LANGUAGES
async def test_s42_applications_leads_to_one_and_its_story(person: Walker, world: World, t: Words) -> None:
    page, received = person.page, world.boards.received[1]
    await enter(page, t("applications.title"))
    await click(page, page.get_by_role("link", name=received.application_number))
    assert received.application_number in await person.heading()
    await expect(page.locator(".story li")).to_have_count(len(received.steps))


@LANGUAGES
async def test_s17_s21_settings_leads_to_ones_own_and_to_the_companys(person: Walker, t: Words) -> None:
    page = person.page
    await enter(page, t("settings.title"))
    for key in OWN:
        await click(page, page.locator(".tabs").get_by_role("link", name=t(key), exact=True))
        assert await person.heading() == t(key)
    for key in COMPANY:
        await enter(page, t("settings.title"))
        await click(page, page.locator(".tiles").get_by_role("link", name=t(key)))
        assert (await person.heading()).startswith(t(key))


@LANGUAGES
async def test_s20_help_leads_to_every_tutorial_and_finds_what_is_sought(person: Walker, t: Words) -> None:
    page = person.page
    await enter(page, t("help.title"))
    tutorials = page.locator(".tiles a[href^='/help/tutorial/']")
    await expect(tutorials).to_have_count(TUTORIALS)
    for number in range(TUTORIALS):
        title = await tutorials.nth(number).locator("strong").inner_text()
        await click(page, tutorials.nth(number))
        assert await person.heading() == title
        await click(page, page.locator(".crumbs").get_by_role("link", name=t("help.title")))
    await person.fill(search=t("code.label")[:3])
    await person.press("form.search button")
    assert await page.locator(".deeds li").count() > 0


async def enter(page: Page, entry: str) -> None:
    """Choose an entry of the menu."""
    await click(page, page.locator("nav.side").get_by_role("link", name=entry, exact=True))


async def click(page: Page, link: Locator) -> None:
    """Click a link and wait for its page."""
    async with page.expect_navigation():
        await link.click()
