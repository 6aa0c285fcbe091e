"""Every page in every state that looks different, one after the other. Pictures and checks stop at each."""

from collections.abc import AsyncIterator
from datetime import timedelta

from gateway.application.steps import Factor, Method, Step
from gateway.projections.tenant_policy import TenantPolicyRow
from gateway.sources.users import LoginPolicy
from tests.e2e.gateway import operations, sample
from tests.e2e.gateway.administration import administration
from tests.e2e.gateway.walking import Walker
from tests.unit.gateway.fakes import NOW, TENANT
from tests.unit.gateway.reading import MAIL, PASSWORD
from tests.unit.gateway.world import World

NAME, PHONE, CODE = "佐藤 花子", "03-1234-5678", "492039"
DEAD = "an-expired-link"


async def tour(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through all pages; give the name of each when it is open."""
    for part in PARTS:
        async for stop in part(walker, world):
            yield stop


async def administered(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages of administrators and of one's own settings."""
    sample.fill(world)
    await walker.page.context.clear_cookies()
    await walker.log_in(MAIL, PASSWORD, CODE)
    async for stop in administration(walker, world):
        yield stop


async def portal(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages before the login, then through those of everybody."""
    await walker.page.context.clear_cookies()
    async for stop in before(walker, world):
        yield stop
    async for stop in inside(walker, world):
        yield stop


async def operated(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead an operator through the console."""
    sample.fill(world)
    await walker.page.context.clear_cookies()
    operations.appoint(world)
    await walker.log_in(MAIL, PASSWORD, CODE)
    async for stop in operations.console(walker, world):
        yield stop


PARTS = (administered, portal, operated)
"""Three walks that need nothing of one another, so that a check may take them one by one."""


async def before(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages before the login."""
    sample.fill(world)
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


async def inside(walker: Walker, world: World) -> AsyncIterator[str]:
    """Lead through the pages behind the login."""
    await walker.log_in(MAIL, PASSWORD, CODE)
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
    world.site_health.up = False
    await walker.go(f"/hop/{one}")
    world.site_health.up = True
    yield "hop-site-away"
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
