"""The first journey through the real portal with a real browser: from the mail to a dashboard that is alive."""

from playwright.async_api import Browser, expect

from tests.e2e.authenticator import Authenticator
from tests.e2e.gateway.walking import Walker
from tests.e2e.people import Person
from tests.e2e.portal import Portal


async def test_s01_to_s20_from_the_mailed_link_to_the_dashboard_with_an_authenticator(
    portal: Portal, browser: Browser
) -> None:
    person = Person()
    ordered = await portal.back_office.apply(person)
    mail = (await portal.mailbox.wait(person.email))[0]
    context = await browser.new_context(locale="ja-JP")
    page = await context.new_page()
    walker = Walker(page, portal.url)

    await walker.go(f"/activate/{mail.token}")
    assert page.url == f"{portal.url}/activation"
    await walker.confirm(person.email, person.name, person.phone)
    await walker.set_password(person.password)
    await page.click("details:has(.secret) summary")
    app = Authenticator((await page.inner_text(".secret")).replace(" ", ""))
    await walker.give_code(await app.code())
    assert await walker.heading() == "設定が完了しました"
    await walker.go(f"/activate/{mail.token}")
    assert await walker.heading() == "このリンクはすでに使われています。"

    await walker.log_in(person.email, person.password, await app.code())
    await expect(page.locator("h1")).to_have_text("ダッシュボード")
    await expect(page.locator(".company")).to_have_text(person.company)
    await expect(page.locator(".contracts tbody tr")).to_have_count(len(ordered["contractIds"]))

    changed = ordered["contractIds"][0]
    await page.evaluate("() => { window.same = 'page'; }")
    (await portal.back_office.change(changed, "ABNORMAL")).raise_for_status()
    await expect(page.locator(f"#contract-{changed}")).to_contain_text("異常")
    await expect(page.locator("#said")).to_contain_text("異常")
    assert await page.evaluate("() => window.same") == "page"

    await walker.press("form.language button")
    assert await walker.heading() == "Dashboard"
    await walker.log_out()
    await walker.go("/dashboard")
    assert await walker.heading() == "Log in"
    await context.close()


async def test_s14_the_code_comes_by_mail_and_a_new_one_kills_the_old(portal: Portal, browser: Browser) -> None:
    person = Person(second_factor="MAIL_OTP", language="en")
    await portal.activated(person)
    before = len(await portal.mailbox.to(person.email))
    context = await browser.new_context(locale="en-GB", java_script_enabled=False)
    walker = Walker(await context.new_page(), portal.url, scripts=False)
    await walker.begin_login(person.email, person.password)
    first = (await portal.mailbox.wait(person.email, before + 1))[-1].code
    await walker.press("form.aside button")
    second = (await portal.mailbox.wait(person.email, before + 2))[-1].code
    await walker.give_code(first)
    assert "The code is wrong." in await walker.page.inner_text(".summary")
    await walker.give_code(second)
    assert await walker.heading() == "Dashboard"
    await context.close()
