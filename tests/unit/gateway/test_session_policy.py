"""The very next request: what a changed person, group or policy means for a session that runs."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.application import cookies
from gateway.application import session_rules as rules
from gateway.application.errors import NetworkRefused
from gateway.application.live import LiveEvent
from gateway.application.sessions import Sessions
from gateway.application.viewer import Role
from gateway.projections.group import GROUP as GROUPS
from gateway.projections.group import GroupRow
from gateway.projections.person import PERSON
from gateway.projections.tenant_policy import TENANT_POLICY, TenantPolicyRow
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import EVERYBODY, GROUP, NOW, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import contract, person
from tests.unit.gateway.test_sessions import PASSED
from tests.unit.gateway.turning import turned
from tests.unit.gateway.viewers import session, viewer
from tests.unit.gateway.world import World

ADDRESS = "192.0.2.7"


def decide(world: World, **changes: object) -> None:
    """Let the tenant decide something."""
    policy = TenantPolicyRow(tenant_id=TENANT, session_idle_minutes=30, session_absolute_hours=12)
    before = world.boards.policies.get(TENANT)
    decided = replace(policy, **changes)  # type: ignore[arg-type] # the test names real fields
    world.boards.policies[TENANT] = decided
    world.progress.applied(TENANT_POLICY, before, decided)


def permit(world: World, group: GroupRow) -> None:
    """Let a group permit something else."""
    before, world.boards.groups[group.group_id] = world.boards.groups.get(group.group_id), group
    world.progress.applied(GROUPS, before, group)


def become(world: World, **changes: object) -> None:
    """Let the person be another one."""
    before, world.boards.persons[USER] = world.boards.persons[USER], person(**changes)
    world.progress.applied(PERSON, before, world.boards.persons[USER])


@pytest.fixture
def sessions(world: World) -> Sessions:
    world.starts_session()
    return world.journeys.sessions


@pytest.mark.parametrize("status", ["SUSPENDED", "DELETED"])
async def test_s5_who_was_shut_out_has_no_session_any_more(sessions: Sessions, world: World, status: str) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    assert await sessions.viewer(opened.token) is not None
    world.boards.persons[USER] = person(status=status)
    assert await sessions.viewer(opened.token) is None
    world.boards.persons[USER] = person()
    assert await sessions.viewer(opened.token) is None, "a session that was over does not come back"


async def test_m4_a_role_taken_away_is_gone_with_the_next_request(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.persons[USER] = person(role="GENERAL_USER")
    found = await sessions.viewer(opened.token)
    assert found is not None
    assert (found.role, found.administers) == (Role.GENERAL_USER, False)


async def test_n2_the_access_is_that_of_the_groups(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.boards.groups[GROUP] = GroupRow(group_id=GROUP, tenant_id=TENANT, granted=(("smart-pbx", None, "VIEW"),))
    world.boards.persons[USER] = person(groups=(GROUP,))
    found = await sessions.viewer(opened.token)
    assert found is not None
    assert found.access.sees("smart-pbx", contract().contract_id)
    assert not found.access.sees("vpn", contract().contract_id)
    del world.boards.groups[GROUP]
    found = await sessions.viewer(opened.token)
    assert found is not None
    assert not found.access.sees("smart-pbx", contract().contract_id)


async def test_m13_the_tenants_idle_end_holds_for_sessions_that_run(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    world.clock.forward(timedelta(minutes=9))
    assert await sessions.viewer(opened.token) is not None
    decide(world, session_idle_minutes=5)
    world.clock.forward(timedelta(minutes=5))
    assert await sessions.viewer(opened.token) is None


async def test_m13_a_longer_idle_end_holds_too(sessions: Sessions, world: World) -> None:
    decide(world, session_idle_minutes=120)
    opened = await sessions.admit(PASSED, world.asked())
    world.clock.forward(timedelta(minutes=119))
    assert await sessions.viewer(opened.token) is not None


async def test_asv_7_3_the_idle_end_is_not_put_off_by_looking_on(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    for _ in range(29):
        world.clock.forward(timedelta(minutes=1))
        assert await sessions.look(opened.token) is not None
    world.clock.forward(timedelta(minutes=1))
    assert not await sessions.alive(opened.token, timedelta(minutes=30))
    assert await sessions.viewer(opened.token) is None


async def test_m13_a_new_session_lasts_as_long_as_the_tenant_says(sessions: Sessions, world: World) -> None:
    decide(world, session_absolute_hours=100)
    opened = await sessions.admit(PASSED, world.asked())
    assert opened.session.ends_at == NOW + timedelta(hours=100)


async def test_m13_a_shorter_end_holds_for_sessions_that_run(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    decide(world, session_absolute_hours=1)
    found = await sessions.viewer(opened.token)
    assert found is not None
    assert found.ends_at == NOW + timedelta(hours=1)
    world.clock.forward(timedelta(minutes=29))
    assert await sessions.viewer(opened.token) is not None
    world.clock.forward(timedelta(minutes=31))
    assert await sessions.viewer(opened.token) is None


async def test_d15_the_allowlist_holds_with_every_request(sessions: Sessions, world: World) -> None:
    opened = await sessions.admit(PASSED, world.asked())
    assert await sessions.viewer(opened.token, "198.51.100.1") is not None
    decide(world, allowed_networks=("192.0.2.0/24",))
    with pytest.raises(NetworkRefused):
        await sessions.viewer(opened.token, "198.51.100.1")
    with pytest.raises(NetworkRefused):
        await sessions.viewer(opened.token)
    found = await sessions.viewer(opened.token, ADDRESS)
    assert found is not None
    assert found.client_ip == ADDRESS


async def test_d15_over_http_a_header_of_the_callers_moves_nobody_into_the_office(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        decide(world, allowed_networks=("192.0.2.0/24",))
        for name in ("x-forwarded-for", "x-real-ip", "forwarded", "x-client-ip", "true-client-ip"):
            value = f"for={ADDRESS}" if name == "forwarded" else ADDRESS
            answer = await http.get("/api/v1/session", headers={name: value})
            assert (answer.status_code, answer.json()["code"]) == (403, "network-refused")
        decide(world, allowed_networks=("127.0.0.0/8",))
        assert (await http.get("/api/v1/session")).status_code == 200


async def test_d15_nobody_logs_in_from_elsewhere(world: World) -> None:
    decide(world, allowed_networks=("192.0.2.0/24",))
    async with browser(world) as http:
        await http.post("/api/v1/login", json={"userId": "a@example.co.jp", "password": "correct horse battery"})
        answer = await http.post("/api/v1/login/code", json={"code": "492039"})
        assert (answer.status_code, answer.json()["code"]) == (403, "network-refused")
        assert cookies.SESSION not in http.cookies
    assert world.sessions.kept == {}
    assert world.identity.ended == [(SESSION_ID, "LOGOUT")]


async def test_d15_the_dashboard_from_memory_asks_from_where(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        assert (await http.get("/api/v1/dashboard")).status_code == 200
        decide(world, allowed_networks=("192.0.2.0/24",))
        assert (await http.get("/api/v1/dashboard")).status_code == 403


async def test_m4_the_dashboard_from_memory_forgets_what_may_no_longer_be_seen(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await log_in(http)
        assert (await http.get("/api/v1/dashboard")).json()["total"] == 1
        permit(world, GroupRow(group_id=EVERYBODY, tenant_id=TENANT))
        assert (await http.get("/api/v1/dashboard")).json()["total"] == 0
        become(world, status="SUSPENDED")
        assert (await http.get("/api/v1/dashboard")).status_code == 401


async def told(world: World, change: str, key: str) -> list[LiveEvent]:
    """Return what an open stream tells after *change* until it ends or goes quiet."""
    world.sessions.kept["token"] = session()
    world.starts_session()
    world.boards.rows = [contract(1), contract(2)]
    events: list[LiveEvent] = []
    async with aclosing(world.journeys.live.changes(viewer(client_ip=ADDRESS), "token", None)) as stream:
        first = asyncio.ensure_future(anext(stream, None))
        await turned()
        CHANGES[change](world)
        world.progress.tell(key, "v2")
        try:
            event = await asyncio.wait_for(first, 0.5)
            while event is not None:
                events.append(event)
                event = await asyncio.wait_for(anext(stream, None), 0.3)
        except TimeoutError:
            events.append(LiveEvent(id="goes on", name="resync"))
    return events


def _suspend(world: World) -> None:
    world.boards.persons[USER] = person(status="SUSPENDED")


def _tighten(world: World) -> None:
    decide(world, allowed_networks=("198.51.100.0/24",))


def _leave(world: World) -> None:
    world.boards.persons[USER] = person(groups=())


def _withdraw(world: World) -> None:
    grant = ("smart-pbx", contract(2).contract_id, "VIEW")
    world.boards.groups[EVERYBODY] = GroupRow(group_id=EVERYBODY, tenant_id=TENANT, granted=(grant,))


CHANGES = {"suspend": _suspend, "tighten": _tighten, "leave": _leave, "withdraw": _withdraw}


@pytest.mark.parametrize(("change", "key"), [("suspend", f"user:{USER}"), ("tighten", f"access:{TENANT}")])
async def test_s5_an_open_stream_ends_at_once_and_says_nothing_more(world: World, change: str, key: str) -> None:
    assert await told(world, change, key) == []


async def test_n2_an_open_stream_shows_at_once_what_may_no_longer_be_seen(world: World) -> None:
    events = await told(world, "leave", f"user:{USER}")
    gone = {event.contract_id for event in events if event.name == "contract" and event.contract is None}
    assert gone == {contract(1).contract_id, contract(2).contract_id}
    assert [event.name for event in events if event.name != "contract"] == ["session", "dashboard", "resync"]
    assert events[-1].id == "goes on"


async def test_n2_a_contract_that_was_withdrawn_leaves_the_others(world: World) -> None:
    events = await told(world, "withdraw", f"access:{TENANT}")
    assert [event.contract_id for event in events if event.name == "contract"] == [contract(1).contract_id]
    assert [event.name for event in events] == ["contract", "dashboard", "resync"]


@pytest.mark.parametrize(
    ("decided", "company", "trusts"),
    [
        ("AS_COMPANY", True, True),
        ("AS_COMPANY", False, False),
        ("ALLOWED", False, True),
        ("ALLOWED", True, True),
        ("FORBIDDEN", True, False),
        ("FORBIDDEN", False, False),
    ],
)
def test_n03_m13_what_was_decided_for_one_person_goes_before_what_holds_for_everybody(
    decided: str, company: bool, trusts: bool
) -> None:
    policy = TenantPolicyRow(
        tenant_id=TENANT, session_idle_minutes=30, session_absolute_hours=12, trusted_browser=company
    )
    assert rules.trusts(policy, person(browser_trust=decided)) is trusts
    assert rules.trusts(None, person(browser_trust=decided)) is (decided == "ALLOWED")
    assert rules.trusts(policy, None) is company
