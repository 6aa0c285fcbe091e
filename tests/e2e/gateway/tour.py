"""Every page in every state that looks different, one after the other. Pictures and checks stop at each."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import TypeAlias

from gateway.application.steps import Factor, Method, Step
from gateway.projections.tenant_policy import TenantPolicyRow
from gateway.sources.users import LoginPolicy
from tests.e2e.gateway import administration, events, operations, sample, sample_people
from tests.e2e.gateway.outside_pages import mailbox, settings_site
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes import NOW, TENANT
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World

NAME, PHONE, CODE = "佐藤 花子", "03-1234-5678", "492039"
DEAD = "an-expired-link"

Part: TypeAlias = Callable[[Walker, World], AsyncIterator[str]]


async def tour(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through all pages; give the name of each when it is open."""
    for part in (*PARTS.values(), mailbox):
        async for stop in part(walker, world):
            yield stop


def _inside(*steps: Part) -> Part:
    """Return a part that fills the world, logs in, and then goes on."""

    async def walked(walker: Walker, world: World) -> AsyncIterator[str]:
        sample.fill(world)
        sample_people.fill(world)
        await walker.page.context.clear_cookies()
        await walker.log_in(MAIL, PASSWORD, CODE)
        for step in steps:
            async for stop in step(walker, world):
                yield stop

    return walked


async def operated(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead an operator through the console."""
    sample.fill(world)
    await walker.page.context.clear_cookies()
    operations.appoint(world)
    await walker.log_in(MAIL, PASSWORD, CODE)
    async for stop in operations.console(walker, world):
        yield stop


async def browsed(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead an operator through the events."""
    sample.fill(world)
    await walker.page.context.clear_cookies()
    operations.appoint(world)
    await walker.log_in(MAIL, PASSWORD, CODE)
    async for stop in events.pages(walker, world):
        yield stop


async def before(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages before the login."""
    sample.fill(world)
    await walker.page.context.clear_cookies()
    world.identity.step, world.identity.dead = Step.CONFIRM, frozenset({DEAD})
    for path, name in (
        ("/", "login"),
        ("/password-reset", "reset"),
        ("/password-reset/sent", "reset-sent"),
        ("/help", "help-anonymous"),
        ("/help/tutorial/firstlogin/", "first-login"),
        ("/status", "status-anonymous"),
        (f"/activate/{DEAD}", "link-expired"),
        ("/nothing-here", "not-found"),
        ("/?to=%2Fservices", "login-leads-on"),
    ):
        await walker.go(path)
        yield name
    async for stop in _activation(walker, world):
        yield stop
    async for stop in _login(walker, world):
        yield stop


async def _activation(walker: Walker, world: World) -> AsyncIterator[str]:
    await walker.go("/activate/a-mailed-link")
    yield "activation-1"
    await walker.confirm(MAIL, "佐藤 一郎", PHONE)
    yield "activation-1-mismatch"
    await walker.confirm(MAIL, NAME, PHONE)
    yield "activation-2"
    await walker.set_password(PASSWORD, "something else")
    yield "activation-2-mismatch"
    world.identity.factor = Factor.UNSET
    await walker.set_password(PASSWORD)
    yield "activation-choice"
    await walker.press()
    yield "activation-3"
    await walker.page.click("details:has(.secret) summary")
    yield "activation-3-by-hand"
    await walker.give_code(CODE)
    yield "activation-done"


async def _login(walker: Walker, world: World) -> AsyncIterator[str]:
    await walker.begin_login(MAIL, "not the password")
    yield "login-wrong"
    world.identity.down = True
    await walker.begin_login(MAIL, PASSWORD)
    world.identity.down = False
    yield "login-unavailable"
    world.identity.method = Method.MAIL_OTP
    await walker.begin_login(MAIL, PASSWORD)
    yield "code-mail"
    await walker.press("form.aside button")
    yield "code-mail-sent"
    world.identity.ends_at, world.identity.may_trust, world.identity.passkeys = NOW + timedelta(days=30), True, True
    await walker.begin_login(MAIL, PASSWORD)
    yield "code-passkey"
    world.identity.ends_at, world.identity.may_trust, world.identity.passkeys = None, False, False
    world.identity.method = Method.TOTP
    await walker.begin_login(MAIL, PASSWORD)
    yield "code-app"
    await walker.give_code("000000")
    yield "code-wrong"
    await walker.go("/login/code?recovery=1")
    yield "code-recovery"


async def dashboard(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through what a person sees first."""
    await walker.page.wait_for_selector("#board")
    yield "dashboard"
    change = LoginPolicy(effective_from=NOW - timedelta(days=1), legacy_until=NOW + timedelta(days=50))
    world.boards.policies[TENANT] = TenantPolicyRow(
        tenant_id=TENANT, session_idle_minutes=30, session_absolute_hours=12, login_policy=change
    )
    await walker.go("/dashboard")
    yield "dashboard-login-change"
    del world.boards.policies[TENANT]
    await walker.go("/dashboard")
    await walker.page.click("details.person summary")
    yield "dashboard-person"
    await walker.go("/dashboard")
    await walker.page.evaluate("() => { document.querySelector('details.drawer').open = true; }")
    yield "dashboard-menu"


async def services(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages of everybody behind the login."""
    one = world.boards.rows[1].contract_id
    for path, name in (
        ("/services", "services"),
        ("/services?serviceStatus=WARNING&serviceName=smart-pbx", "services-filtered"),
        (f"/services/{one}", "service"),
        (f"/services/{one}/options", "service-options"),
        (f"/services/{one}/numbers", "service-numbers"),
        (f"/services/{one}/status", "service-history"),
        (f"/services/{one}/maintenance", "service-maintenance"),
        (f"/services/{one}/applications", "service-applications"),
        (f"/services/{one}/history?asOf=2026-11-24T18:00", "service-as-of"),
        ("/hop?serviceName=smart-pbx", "hop-choose"),
        ("/oauth/logout", "hop-logout"),
        ("/oauth/authorize", "hop-unknown-site"),
        ("/service-status", "service-status"),
        ("/service-status/services/smart-pbx", "service-availability"),
        (f"/incidents/{world.boards.incidents[0].incident_id}", "incident"),
        ("/maintenance", "maintenance"),
        ("/maintenance/calendar", "maintenance-calendar"),
        ("/maintenance/feed", "maintenance-feed"),
        (f"/maintenance/{world.boards.maintenances[0].maintenance_id}", "maintenance-one"),
        ("/applications", "applications"),
        (f"/applications/{world.boards.received[1].application_id}", "application"),
        ("/settings?saved=1", "settings"),
        ("/help", "help"),
        ("/help?search=コード", "help-search"),
        ("/help/tutorial/groups/", "help-groups"),
        ("/help/problems/activation-expired", "problem"),
        ("/status", "status"),
        (f"/services/{world.identity.boards.rows[0].tenant_id}", "contract-unknown"),
    ):
        await walker.go(path)
        yield name
    await walker.go("/maintenance/feed")
    await walker.press()
    yield "maintenance-feed-made"
    for deed in ("again", "end"):
        await walker.go(f"/maintenance/feed/{deed}")
        yield f"maintenance-feed-{deed}"
    world.site_health.up = False
    await walker.go(f"/hop/{one}")
    world.site_health.up = True
    yield "hop-site-away"


async def extremes(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages of everybody with nothing on them, and with too much."""
    sample.empty(world)
    for path in ("dashboard", "services", "applications"):
        await walker.go(f"/{path}")
        yield f"{path}-empty"
    sample.crowd(world)
    for path in ("dashboard", "services", "service-status", "maintenance", "maintenance/calendar", "applications"):
        await walker.go(f"/{path}")
        yield f"{path}-crowded"
    await walker.go(f"/services/{world.boards.rows[0].contract_id}")
    yield "service-crowded"


PARTS: Mapping[str, Part] = {
    "before": before,
    "dashboard": _inside(dashboard),
    "services": _inside(services),
    "extremes": _inside(extremes),
    "administration": _inside(administration.pages),
    "second-step": _inside(administration.second_step),
    "refused": _inside(administration.refused, administration.crowded),
    "settings-site": settings_site,
    "operations": operated,
    "events": browsed,
}
"""Walks that need nothing of one another, so that a check may take them one by one."""
