"""The pages of administrators and of one's own settings, in every state. Next stop: tour.py, which leads here."""

from collections.abc import AsyncIterator
from dataclasses import replace

from gateway.application.viewer import Role
from kernel.domain.errors import Refused
from tests.e2e.gateway import sample_people
from tests.e2e.gateway.sample_people import user
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes import EVERYBODY, GROUP, TENANT
from tests.unit.gateway.fakes_mail import FAILED
from tests.unit.gateway.fakes_people import LastAdministrator
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.world import World

NO_CHECKS = "() => { for (const form of document.forms) form.noValidate = true; }"
"""Has the browser send what it would refuse itself, so that the portal says what is wrong."""


class EmailTaken(Refused):
    """As users says it."""

    code = "email-taken"


class MessageStillWaiting(Refused):
    """As the notifier says it."""

    code = "message-still-waiting"


class NetworkExcludesYou(Refused):
    """As users says it."""

    code = "network-excludes-you"


PEOPLE_FILE = (
    "email,name,phoneNumber\r\n"
    "ichiro.suzuki@example.co.jp,鈴木 一郎,03-1234-5678\r\n"
    "nobody@example.co.jp,,03-1234-5679\r\n"
).encode()


async def pages(walker: Walker, _world: World) -> AsyncIterator[str]:
    """Lead an administrator through users, groups and settings; give the name of each page when it is open."""
    one = f"/users/{COLLEAGUE}"
    for path, name in (
        ("/users", "users"),
        ("/users?q=example&status=ACTIVE&lastLogin=30&sort=email&order=desc", "users-filtered"),
        ("/users?q=nobody", "users-none"),
        ("/users/new", "user-new"),
        ("/users/import", "users-import"),
        (one, "user"),
        (f"/users/{user(1)}?notice=added", "user-pending"),
        (f"/users/{user(4)}", "user-locked"),
        (f"{one}/edit", "user-edit"),
        (f"{one}/history", "user-history"),
        (f"{one}/past?since=2026-11-01T09:00", "user-past"),
        (f"{one}/logins", "user-logins"),
        ("/registrations", "registrations"),
        ("/logins", "logins"),
        (f"/logins?userId={COLLEAGUE}&result=REFUSED&since=2026-11-01T09:00", "logins-filtered"),
        ("/logins?until=2020-01-01T00:00", "logins-none"),
        (f"{one}/suspension", "user-suspend"),
        (f"{one}/deletion", "user-delete"),
        (f"{one}/second-factor-reset", "user-factor-reset"),
        ("/groups", "groups"),
        ("/groups/new", "group-new"),
        (f"/groups/{EVERYBODY}", "group-built-in"),
        (f"/groups/{GROUP}?find=example", "group"),
        (f"/groups/{GROUP}/edit", "group-edit"),
        (f"/groups/{GROUP}/history", "group-history"),
        (f"/groups/{GROUP}/past", "group-past"),
        (f"/groups/{GROUP}/deletion", "group-delete"),
        ("/settings/password", "settings-password"),
        ("/settings/sessions?notice=ended", "settings-sessions"),
        ("/settings/second-step?notice=passkey", "settings-second-step"),
        ("/settings/second-step/proof?for=app", "settings-proof"),
        ("/settings/recovery-codes", "settings-codes"),
        ("/settings/company", "settings-company"),
        ("/settings/mail?notice=resent", "mail"),
        ("/settings/mail?state=initial", "mail-none"),
        (f"{one}/mail", "user-mail"),
        (f"{one}/notifications", "user-notifications"),
        ("/settings/notifications?notice=saved", "settings-notifications"),
        ("/settings/company/history", "settings-company-history"),
        ("/settings/company/image", "settings-image"),
        ("/settings/company/image/removal", "settings-image-removal"),
        (f"/groups/{GROUP}/members/{COLLEAGUE}/removal", "group-member-removal"),
    ):
        await walker.go(path)
        yield name


async def second_step(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through what proves a person, and what may then be changed."""
    await walker.go("/settings/second-step/proof?for=app")
    await walker.fill(current="not the password")
    await walker.press("main form button.main")
    yield "settings-proof-wrong"
    await walker.fill(current="correct horse battery")
    await walker.press("main form button.main")
    yield "settings-proof-code"
    world.second_step.proven = True
    for path, name in (("app", "settings-app"), ("passkey", "settings-passkey")):
        await walker.go(f"/settings/second-step/{path}")
        yield name
    world.second_step.keys, world.second_step.browsers = [], []
    await walker.go("/settings/second-step")
    yield "settings-second-step-empty"


async def refused(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through forms that were not taken, each with what it says then."""
    page = walker.page
    await walker.go("/users/new")
    await page.evaluate(NO_CHECKS)
    await walker.press("main button.main")
    yield "user-new-missing"
    world.directory.refusal = EmailTaken()
    await walker.fill(name="高橋 次郎", email="jiro@example.co.jp", phoneNumber="03-1234-5680")
    await walker.press("main button.main")
    yield "user-new-taken"
    await walker.go("/users/import")
    for content, name in ((b"shoe size\r\n42", "users-import-unread"), (PEOPLE_FILE, "users-import-tried")):
        await page.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": content})
        await walker.press("main button.main")
        yield name
    await walker.press("main button.main")
    yield "users-import-done"
    await walker.go(f"/users/{COLLEAGUE}/edit")
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], title="次長", role=Role.PORTAL_ADMIN, version=3)
    await walker.fill(phoneNumber="03-9999-0000")
    await walker.press("main button.main")
    yield "user-edit-stale"
    world.directory.refusal = LastAdministrator()
    await walker.go(f"/users/{COLLEAGUE}/suspension")
    await walker.press("main button.main")
    yield "user-suspend-refused"
    await walker.go(f"/users/{COLLEAGUE}/mail")
    world.mailroom.refusal = MessageStillWaiting()
    await walker.press(f"main form[action$='{FAILED}/resend'] button")
    yield "user-mail-refused"
    await walker.go(f"/groups/{GROUP}")
    await walker.fill(contractNumber="N999999999")
    await walker.press("main button[value=line]")
    yield "group-contract-unknown"
    await walker.go("/settings/company")
    world.directory.refusal = NetworkExcludesYou()
    await walker.fill(allowedNetworks="198.51.100.0/24")
    await walker.press("main button.main")
    yield "settings-company-excludes"
    await walker.go("/settings/password")
    await walker.fill(current="not the password", password="a new long password", passwordAgain="a new long password")
    await walker.press("main form[action='/settings/password'] button.main")
    yield "settings-password-wrong"
    await walker.go("/settings/recovery-codes")
    await walker.fill(code="492039")
    await walker.press("main button.main")
    yield "settings-codes-shown"


async def crowded(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through pages with more and longer of everything."""
    sample_people.crowd(world)
    for path, name in (
        ("/users", "users-crowded"),
        (f"/users/{user(2001)}", "user-crowded"),
        (f"/users/{user(2001)}/edit", "user-edit-crowded"),
        ("/groups", "groups-crowded"),
        (f"/groups/{GROUP}?find=very", "group-crowded"),
        ("/settings/company", "settings-company-crowded"),
        ("/settings/mail", "mail-crowded"),
    ):
        await walker.go(path)
        yield name
