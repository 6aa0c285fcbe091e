"""A passkey through the real portal: Chromium's virtual authenticator makes it and signs with it."""

from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.e2e.authenticator import Authenticator
from tests.e2e.gateway.walking import Walker
from tests.e2e.people import Person
from tests.e2e.portal import Portal

KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": False,
    "automaticPresenceSimulation": True,
}


async def _plugged_in(page: Page) -> tuple[Any, str]:
    """Plug a security key into the browser. See: Chrome DevTools Protocol, WebAuthn."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    added = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return devtools, added["authenticatorId"]


async def _press(walker: Walker, button: str) -> None:
    async with walker.page.expect_navigation():
        await walker.page.click(button)


async def test_sh03_a_passkey_is_added_used_at_the_login_and_as_a_proof_and_removed(
    portal: Portal, browser: Browser
) -> None:
    person = Person(language="en")
    _, app = await portal.activated(person)
    assert isinstance(app, Authenticator)
    context = await browser.new_context(locale="en-GB")
    walker = Walker(await context.new_page(), portal.url)
    page = walker.page
    devtools, key = await _plugged_in(page)
    await walker.log_in(person.email, person.password, await app.code())

    await walker.go("/settings/second-step/passkey")
    await walker.fill(current=person.password)
    await walker.press("main form button.main")
    await page.fill("[name=code]", await app.code())
    await walker.press("main form:not(.passkey) button.main")
    assert await walker.heading() == "Add a passkey"
    await page.fill("[name=name]", "office key")
    await _press(walker, "form.passkey button")
    await expect(page.locator("main")).to_contain_text("office key")
    (kept,) = (await devtools.send("WebAuthn.getCredentials", {"authenticatorId": key}))["credentials"]
    assert kept["rpId"] == "localhost"

    await walker.log_out()
    await walker.begin_login(person.email, person.password)
    await _press(walker, "form.passkey button")
    assert await walker.heading() == "Dashboard"
    await walker.go("/settings/sessions")
    await expect(page.locator("main")).to_contain_text("Passkey")

    await walker.go("/settings/second-step/proof?for=passkey")
    await walker.fill(current=person.password)
    await walker.press("main form button.main")
    await _press(walker, "form.passkey button")
    assert await walker.heading() == "Add a passkey"

    await walker.go("/settings/second-step")
    await _press(walker, "form[action$='/passkey/remove'] button")
    await expect(page.locator("main")).to_contain_text("You have no passkey.")
    await context.close()


async def test_a_key_that_does_not_answer_leaves_the_code(portal: Portal, browser: Browser) -> None:
    # By mail, for a new code of an app would have to be waited for twice.
    person = Person(language="en", second_factor="MAIL_OTP")
    await portal.activated(person)
    known = await portal.mailbox.known_codes(person.email)

    async def code(count: int) -> str:
        return (await portal.mailbox.codes(person.email, known + count))[-1]

    context = await browser.new_context(locale="en-GB")
    walker = Walker(await context.new_page(), portal.url)
    page = walker.page
    devtools, key = await _plugged_in(page)
    await walker.begin_login(person.email, person.password)
    await walker.give_code(await code(1))
    await walker.go("/settings/second-step/passkey")
    await walker.fill(current=person.password)
    await walker.press("main form button.main")
    await page.fill("[name=code]", await code(2))
    await walker.press("main form:not(.passkey) button.main")
    await page.fill("[name=name]", "office key")
    await _press(walker, "form.passkey button")
    await walker.log_out()
    await devtools.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    await walker.begin_login(person.email, person.password)
    await page.click("form.passkey button")
    await expect(page.locator("[data-failed]")).to_be_visible()
    await _press(walker, "form[action='/login/resend'] button")
    await walker.give_code(await code(3))
    assert await walker.heading() == "Dashboard"
    await context.close()
