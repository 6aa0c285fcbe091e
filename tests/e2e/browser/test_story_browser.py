"""The first journey in a real browser at the real portal, in both languages; axe looks at every page on the way."""

import pytest
from playwright.async_api import expect

from tests.e2e.authenticator import Authenticator
from tests.e2e.browser.conftest import Window
from tests.e2e.gateway.test_every_page import axe
from tests.e2e.gateway.walking import Walker
from tests.e2e.people import Person
from tests.e2e.portal import Portal

WORDS = {
    "ja": {"done": "設定が完了しました", "dashboard": "ダッシュボード", "ABNORMAL": "異常"},
    "en": {"done": "Everything is set", "dashboard": "Dashboard", "ABNORMAL": "Faulty"},
}
LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


async def sound(walker: Walker, person: Person) -> None:
    """See that the page is in the person's language and that axe finds nothing."""
    assert await walker.page.get_attribute("html", "lang") == person.language
    assert await axe(walker.page) == []


async def activated(walker: Walker, person: Person, token: str) -> Authenticator | None:
    """Walk through the steps of a mailed link."""
    await walker.go(f"/activate/{token}")
    await sound(walker, person)
    await walker.confirm(person.email, person.name, person.phone)
    await sound(walker, person)
    await walker.set_password(person.password)
    app = None
    if person.second_factor == "TOTP":
        await sound(walker, person)
        await walker.page.click("details:has(.secret) summary")
        app = Authenticator((await walker.page.inner_text(".secret")).replace(" ", ""))
        await walker.give_code(await app.code())
    assert await walker.heading() == WORDS[person.language]["done"]
    await sound(walker, person)
    return app


async def logged_in(
    portal: Portal, walker: Walker, person: Person, app: Authenticator | None, password: str | None = None
) -> None:
    """Go through both steps of the login."""
    known = await portal.mailbox.known_codes(person.email)
    await walker.begin_login(person.email, password or person.password)
    await sound(walker, person)
    code = await app.code() if app else (await portal.mailbox.codes(person.email, known + 1))[-1]
    await walker.give_code(code)
    await expect(walker.page.locator("h1")).to_have_text(WORDS[person.language]["dashboard"])
    await sound(walker, person)


@LANGUAGES
@pytest.mark.parametrize("second_factor", ["TOTP", "MAIL_OTP"])
async def test_s01_to_s20_from_the_mail_to_a_dashboard_that_is_alive(
    portal: Portal, window: Window, language: str, second_factor: str
) -> None:
    person = Person(language=language, second_factor=second_factor)
    ordered = await portal.back_office.apply(person)
    token = (await portal.mailbox.wait(person.email))[0].token
    walker = await window(person)
    app = await activated(walker, person, token)
    await logged_in(portal, walker, person, app)
    page, changed = walker.page, ordered["contractIds"][0]
    await expect(page.locator(".company")).to_have_text(person.company)
    await expect(page.locator(".contracts tbody tr")).to_have_count(len(ordered["contractIds"]))
    await page.evaluate("() => { window.same = 'page'; }")
    (await portal.back_office.change(changed, "ABNORMAL")).raise_for_status()
    await expect(page.locator(f"#contract-{changed}")).to_contain_text(WORDS[language]["ABNORMAL"])
    assert await page.evaluate("() => window.same") == "page"
    await sound(walker, person)
    await walker.log_out()
    await walker.go("/dashboard")
    assert await page.locator("[type=password]").count() == 1


@LANGUAGES
async def test_s43_a_new_password_by_mail(portal: Portal, window: Window, language: str) -> None:
    person = Person(language=language)
    _, app = await portal.activated(person)
    walker = await window(person)
    await walker.go("/")
    await sound(walker, person)
    await walker.page.click("a[href='/password-reset']")
    await walker.page.wait_for_url("**/password-reset")
    await sound(walker, person)
    await walker.confirm(person.email, person.name, person.phone)
    await sound(walker, person)
    mails = await portal.mailbox.wait(person.email, 2)
    await walker.go(f"/activate/{mails[-1].token}")
    await sound(walker, person)
    await walker.set_password(person.new_password)
    await sound(walker, person)
    await logged_in(portal, walker, person, app, person.new_password)


async def test_s35_a_comment_of_two_lines_is_kept_and_shown_as_typed(portal: Portal, window: Window) -> None:
    person = Person(second_factor="MAIL_OTP")
    await portal.activated(person)
    walker = await window(person)
    page = walker.page
    await logged_in(portal, walker, person, None)
    await walker.go("/users")
    await page.click("main tbody th a")
    await page.click("a[href$='/edit']")
    await page.click("[name=comment]")
    await page.keyboard.type("4月に大阪支店から異動。")
    await page.keyboard.press("Enter")
    await page.keyboard.type("電話の設定を担当。")
    await walker.press()
    assert await page.inner_text("dd.lines") == "4月に大阪支店から異動。\n電話の設定を担当。"
    await sound(walker, person)
    await page.click("a[href$='/edit']")
    assert await page.input_value("[name=comment]") == "4月に大阪支店から異動。\n電話の設定を担当。"


@LANGUAGES
async def test_s10_s19_every_entry_of_the_menu_leads_to_a_sound_page(
    portal: Portal, window: Window, language: str
) -> None:
    person = Person(language=language, second_factor="MAIL_OTP")
    await portal.activated(person)
    walker = await window(person)
    await logged_in(portal, walker, person, None)
    paths = ("/service-status", "/services", "/maintenance", "/applications", "/settings", "/help")
    for path in (*paths, "/help/tutorial/firstlogin/", "/status"):
        await walker.go(path)
        assert await walker.heading()
        await sound(walker, person)
