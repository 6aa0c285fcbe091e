"""S36 to S38 in a real browser, in both languages; axe looks at every page on the way."""

import pytest
from playwright.async_api import Page, expect

from deploy.stack import Stack
from tests.e2e.browser.conftest import Window
from tests.e2e.browser.test_story_browser import logged_in, sound
from tests.e2e.gateway.test_every_page import BEYOND
from tests.e2e.gateway.walking import Walker
from tests.e2e.people import Person
from tests.e2e.portal import Portal

WORDS = {
    "ja": {
        "route A": "Arcstar Smart PBX 設定変更",
        "route B": "設定変更",
        "overview": "設定の概要",
        "out": "ログアウトしました",
        "closed": "ログインしていません",
        "saved": "保存しました。",
        "choose": "設定を変更する契約を選ぶ",
    },
    "en": {
        "route A": "Arcstar Smart PBX settings",
        "route B": "Change settings",
        "overview": "Overview",
        "out": "You are logged out",
        "closed": "You are not logged in",
        "saved": "Saved.",
        "choose": "Choose the contract to set",
    },
}
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


async def at_the_site(page: Page, person: Person, url: str) -> None:
    """See that the page is the site's, and names the person."""
    await expect(page.locator("h1")).to_have_text(WORDS[person.language]["overview"])
    assert page.url.startswith(url)
    await expect(page.locator(".person")).to_contain_text(person.name)


@LANGUAGES
async def test_s36_s37_s38_both_routes_by_hand(
    portal: Portal, window: Window, settings_site: Stack, language: str
) -> None:
    person = Person(language=language, second_factor="MAIL_OTP")
    await portal.activated(person)
    walker, words, url = await window(person), WORDS[language], settings_site.plan.settings_site.url
    page = walker.page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await logged_in(portal, walker, person, None)
    # Route A: the icon at the bottom of the dashboard; there are two contracts, so one is chosen.
    await page.get_by_role("link", name=words["route A"], exact=True).click()
    await expect(page.locator("h1")).to_have_text(words["choose"])
    await sound(walker, person)
    await page.locator("main a[href^='/hop/']").first.click()
    await at_the_site(page, person, url)
    first = await page.inner_text(".contract")
    await sound(walker, person)
    await _set(walker, person)
    # Route B: the contract's own page.
    await walker.go("/services")
    await page.get_by_role("link", name=first).click()
    await sound(walker, person)
    await page.get_by_role("link", name=words["route B"], exact=True).click()
    await at_the_site(page, person, url)
    await expect(page.locator(".contract")).to_have_text(first)
    # Out of both at once.
    await page.locator("header form[action='/logout'] button").click()
    await expect(page.locator("h1")).to_have_text(words["out"])
    assert page.url.startswith(url)
    await sound(walker, person)
    await page.goto(url)
    await expect(page.locator("h1")).to_have_text(words["closed"])
    await sound(walker, person)
    await walker.go("/dashboard")
    assert await page.locator("[type=password]").count() == 1
    assert not [text for text in said if "Security Policy" in text]


@LANGUAGES
async def test_s38_who_is_not_in_logs_in_and_is_led_on_to_the_site(
    portal: Portal, window: Window, settings_site: Stack, language: str
) -> None:
    person = Person(language=language, second_factor="MAIL_OTP", contracts=1)
    ordered = await portal.back_office.apply(person)
    browser = portal.browser(language=language)
    await browser.activate(person, (await portal.mailbox.wait(person.email))[0].token)
    walker = await window(person)
    await walker.go(f"/hop/{ordered['contractIds'][0]}")
    known = await portal.mailbox.known_codes(person.email)
    await walker.fill(userId=person.email, password=person.password)
    await walker.press()
    await walker.page.type("[name=code]", (await portal.mailbox.codes(person.email, known + 1))[-1])
    await at_the_site(walker.page, person, settings_site.plan.settings_site.url)


@LANGUAGES
async def test_n12_the_site_begins_the_login_itself_and_the_form_leads_back_to_it(
    portal: Portal, window: Window, settings_site: Stack, language: str
) -> None:
    person = Person(language=language, second_factor="MAIL_OTP", contracts=1)
    await portal.activated(person)
    walker = await window(person)
    # From the login's form the browser is led to the portal, and on to the site: the form's page must allow that.
    await walker.page.goto(f"{settings_site.plan.settings_site.url}/login")
    known = await portal.mailbox.known_codes(person.email)
    await walker.fill(userId=person.email, password=person.password)
    await walker.press()
    await walker.page.type("[name=code]", (await portal.mailbox.codes(person.email, known + 1))[-1])
    await at_the_site(walker.page, person, settings_site.plan.settings_site.url)


async def _set(walker: Walker, person: Person) -> None:
    """Go through the site's pages and set something on each."""
    page, saved = walker.page, WORDS[person.language]["saved"]
    for link in ("/extensions", "/numbers", "/forwarding"):
        await page.locator(f"nav a[href='{link}']").click()
        await page.wait_for_url(f"**{link}")
        await sound(walker, person)
        width = page.viewport_size
        await page.set_viewport_size({"width": 320, "height": 800})
        assert await page.evaluate(BEYOND) == []
        if width:
            await page.set_viewport_size(width)
    await page.locator("nav a[href='/extensions']").click()
    await page.fill("#number", "9001")
    await page.fill("#name", "会議室")
    await page.locator("button.main").click()
    await expect(page.get_by_role("status")).to_have_text(saved)
    await page.locator("nav a[href='/numbers']").click()
    await page.locator("select[name=extension]").first.select_option("9001")
    await page.locator("td button").first.click()
    await expect(page.get_by_role("status")).to_have_text(saved)
    await sound(walker, person)
