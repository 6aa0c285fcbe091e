"""The dashboard from memory is never another one than the read models would give, nor for anybody else."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from gateway.api.quick_dashboard import Page
from gateway.application import cookies
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import CONTRACT_BOARD
from gateway.projections.open_session import OPEN_SESSION
from gateway.projections.scopes import EVERYBODY
from gateway.projections.tenant import TenantRow
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import OTHER_TENANT, TENANT, USER, FakeSessions
from tests.unit.gateway.fakes_boards import FakeBoards, contract, person
from tests.unit.gateway.world import World


async def numbers(http: httpx.AsyncClient) -> list[str]:
    answer = await http.get("/api/v1/dashboard")
    answer.raise_for_status()
    return [row["contractNumber"] for row in answer.json()["contracts"]]


async def test_p8_what_has_not_changed_is_answered_without_asking_anybody(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await log_in(http)
        first = await http.get("/api/v1/dashboard")
        world.boards.down = world.sessions.down = True
        world.clock.forward(timedelta(milliseconds=200))
        again = await http.get("/api/v1/dashboard")
    assert again.status_code == 200
    assert again.json() == {**first.json(), "asOf": "2026-11-24T09:00:00.200000Z"}
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert again.headers["cache-control"] == "no-store"


async def test_p7_what_was_applied_since_is_shown(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await log_in(http)
        assert await numbers(http) == ["N000000001"]
        world.boards.rows.append(contract(2))
        world.progress.applied(CONTRACT_BOARD, None, contract(2))
        assert await numbers(http) == ["N000000001", "N000000002"]


async def test_p3_what_is_applied_for_others_takes_nothing_from_memory(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await log_in(http)
        await numbers(http)
        world.boards.down = True
        world.progress.touched.took([f"tenant:{OTHER_TENANT}", f"access:{OTHER_TENANT}", f"user:{OTHER_TENANT}"])
        assert await numbers(http) == ["N000000001"]


@pytest.mark.parametrize("key", [f"tenant:{TENANT}", f"access:{TENANT}", f"user:{USER}", EVERYBODY])
async def test_p7_what_is_applied_for_company_or_person_is_shown(world: World, key: str) -> None:
    async with browser(world) as http:
        await log_in(http)
        await numbers(http)
        world.boards.rows = [contract(1)]
        world.progress.touched.took([key])
        assert await numbers(http) == ["N000000001"]


async def test_what_comes_by_itself_is_shown_after_ten_seconds(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        await numbers(http)
        world.boards.rows = [contract(1)]
        for world.elapsed in (0.4, 9.9):
            assert await numbers(http) == []
        world.elapsed = 10.1
        assert await numbers(http) == ["N000000001"]


async def test_i12_the_callers_own_write_is_waited_for_also_here(world: World) -> None:
    async with browser(world) as http:
        session = await log_in(http)
        await http.get("/api/v1/dashboard")
        await http.put(
            "/api/v1/session/language", json={"language": "en"}, headers={"X-CSRF-Token": session["csrfToken"]}
        )
        world.progress.behind = True
        assert (await http.get("/api/v1/dashboard")).headers["x-stale"] == "true"


async def test_an_old_answer_is_not_kept(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        world.progress.behind = True
        await http.get("/api/v1/dashboard")
        world.progress.behind = False
        world.boards.rows = [contract(1)]
        assert await numbers(http) == ["N000000001"]


async def test_nothing_is_kept_while_nobody_knows_what_is_applied(world: World) -> None:
    world.progress.deaf = True
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
        world.boards.down = True
        assert (await http.get("/api/v1/dashboard")).status_code == 503


async def test_a6_who_logged_out_gets_nothing_from_memory(world: World) -> None:
    async with browser(world) as http:
        session = await log_in(http)
        token = http.cookies[cookies.SESSION]
        await http.get("/api/v1/dashboard")
        await http.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrfToken"]})
        http.cookies.set(cookies.SESSION, token, domain="portal.example.co.jp")
        assert (await http.get("/api/v1/dashboard")).status_code == 401


@dataclass
class Held:
    """A read model that answers once it may."""

    boards: FakeBoards
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        self.asked.set()
        await self.go_on.wait()
        return await FakeBoards.tenant(self.boards, tenant_id)


async def test_a6_a_request_under_way_at_the_logout_brings_nobody_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(world.boards)
    async with browser(world) as http:
        session = await log_in(http)
        token = http.cookies[cookies.SESSION]
        monkeypatch.setattr(world.boards, "tenant", held.tenant)
        under_way = asyncio.create_task(http.get("/api/v1/dashboard"))
        await held.asked.wait()
        await http.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrfToken"]})
        held.go_on.set()
        assert (await under_way).status_code == 200
        http.cookies.set(cookies.SESSION, token, domain="portal.example.co.jp")
        assert (await http.get("/api/v1/dashboard")).status_code == 401


async def test_a6_a_request_that_begins_while_the_session_is_ended_brings_nobody_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def close(token: str) -> None:
        asked.set()
        await go_on.wait()
        await FakeSessions.close(world.sessions, token)

    monkeypatch.setattr(world.sessions, "close", close)
    async with browser(world) as http:
        session = await log_in(http)
        token = http.cookies[cookies.SESSION]
        logout = asyncio.create_task(http.delete("/api/v1/session", headers={"X-CSRF-Token": session["csrfToken"]}))
        await asked.wait()
        assert (await http.get("/api/v1/dashboard")).status_code == 200
        go_on.set()
        await logout
        http.cookies.set(cookies.SESSION, token, domain="portal.example.co.jp")
        assert (await http.get("/api/v1/dashboard")).status_code == 401


async def test_i12_a_request_under_way_at_the_callers_own_write_brings_back_nothing_older(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(world.boards)
    async with browser(world) as http:
        session = await log_in(http)
        (before,) = world.sessions.kept.values()
        monkeypatch.setattr(world.boards, "tenant", held.tenant)
        under_way = asyncio.create_task(http.get("/api/v1/dashboard"))
        await held.asked.wait()
        written = {"json": {"language": "en"}, "headers": {"X-CSRF-Token": session["csrfToken"]}}
        await http.put("/api/v1/session/language", **written)
        held.go_on.set()
        assert "x-stale" not in (await under_way).headers
        world.progress.behind = True
        monkeypatch.setattr(world.progress, "shows", set(before.positions).issuperset)
        assert (await http.get("/api/v1/dashboard")).headers["x-stale"] == "true"


async def test_what_is_kept_of_a_browser_names_nobody(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        token = http.cookies[cookies.SESSION]
        viewer = await world.journeys.sessions.look(token)
        assert viewer is not None
        assert viewer.name
        kept: list[Viewer] = []

        async def renew(_token: str, known: Viewer) -> None:
            kept.append(known)

        page = Page(viewer.tenant_id, viewer.access, "ja")
        world.quick.keep(token, viewer, page, world.quick.mark(), b"", renew)
        world.elapsed = 0.51
        await http.get("/api/v1/dashboard")
    assert kept == [replace(viewer, name="", email="")]


async def test_a_session_ended_elsewhere_gets_nothing_after_half_a_second(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
        world.sessions.kept.clear()
        world.elapsed = 0.51
        assert (await http.get("/api/v1/dashboard")).status_code == 401


async def test_p8_a_session_is_looked_up_again_without_what_has_not_changed(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
        world.boards.down = True
        for world.elapsed in (0.51, 1.02, 1.53):
            assert await numbers(http) == ["N000000001"]


async def test_p8_one_look_up_is_enough_for_all_who_ask_meanwhile(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
        world.boards.down, world.elapsed, before = True, 0.51, world.sessions.found
        answers = await asyncio.gather(*(http.get("/api/v1/dashboard") for _ in range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert world.sessions.found == before + 1


async def test_m13_who_was_away_for_too_long_gets_nothing_from_memory(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
        world.clock.forward(timedelta(hours=2))
        world.elapsed = 7200
        assert (await http.get("/api/v1/dashboard")).status_code == 401


async def test_m13_who_looks_at_the_dashboard_alone_is_not_away(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        for minutes in range(0, 120, 10):
            world.clock.forward(timedelta(minutes=10))
            world.elapsed = minutes * 60.0
            assert (await http.get("/api/v1/dashboard")).status_code == 200


async def test_p8_while_sessions_are_away_the_refusal_costs_nothing(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        world.sessions.down = True
        slow = await http.get("/api/v1/dashboard", headers={"Accept-Language": "ja"})
        world.away, before = True, world.sessions.found
        quick = await http.get("/api/v1/dashboard", headers={"Accept-Language": "ja"})
        assert world.sessions.found == before
    assert quick.status_code == slow.status_code == 503
    assert quick.headers["retry-after"] == slow.headers["retry-after"]
    assert quick.headers["content-language"] == slow.headers["content-language"] == "ja"
    assert slow.json().items() - quick.json().items() <= {("traceId", slow.json().get("traceId"))}


async def test_s5_who_was_locked_gets_nothing_once_that_is_applied(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
        ended = world.boards.sessions.pop(next(iter(world.boards.sessions)))
        world.progress.applied(OPEN_SESSION, ended, None)
        assert (await http.get("/api/v1/dashboard")).status_code == 401


async def test_a7_a_colleague_without_the_right_gets_a_page_of_their_own(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as first, browser(world) as second:
        await log_in(first)
        assert await numbers(first) == ["N000000001"]
        world.boards.persons[USER] = person(groups=())
        await log_in(second)
        assert await numbers(second) == []
        assert await numbers(second) == []


async def test_each_language_has_a_page_of_its_own(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        for _ in range(2):
            for language, label in (("en", "Help"), ("ja", "ヘルプ")):
                answer = await http.get("/api/v1/dashboard", headers={"Accept-Language": language})
                assert answer.json()["menu"][5]["label"] == label


async def test_no_token_and_a_made_up_one_get_nothing(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        await http.get("/api/v1/dashboard")
    async with browser(world) as stranger:
        assert (await stranger.get("/api/v1/dashboard")).status_code == 401
        stranger.cookies.set(cookies.SESSION, "session-token", domain="portal.example.co.jp")
        assert (await stranger.get("/api/v1/dashboard")).status_code == 401
