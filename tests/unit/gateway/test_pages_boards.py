"""What a person sees when they are in."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.application.menu import MENU
from gateway.application.service_health import Part
from gateway.application.viewer import IDLE
from gateway.web.dashboard import changes
from gateway.web.frame import Frame
from tests.unit.gateway.fakes import CONTRACT, OTHER_TENANT, TENANT, USER
from tests.unit.gateway.fakes_boards import application, contract
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import enter, person, read, send
from tests.unit.gateway.turning import turned
from tests.unit.gateway.viewers import viewer
from tests.unit.gateway.world import World

PAGES = ["/dashboard", "/services", "/service-status", "/maintenance", "/applications", "/settings", "/help", "/status"]


async def test_s19_the_menu_has_the_six_entries_in_their_order_and_each_leads_to_a_page(world: World) -> None:
    hrefs = [entry.href for entry in MENU]
    async with person(world) as http:
        await enter(http)
        found = [href for href, _ in read(await http.get("/dashboard")).links if href in hrefs]
        assert found[:6] == hrefs
        for href in hrefs:
            assert (await http.get(href)).status_code == 200, href


async def test_s20_the_dashboard_shows_the_contracts_and_nobody_elses(world: World) -> None:
    world.boards.rows = [contract(1), contract(2, tenant_id=OTHER_TENANT, distinguish_name="よその会社")]
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/dashboard")).text
    assert "N000000001" in text
    assert "よその会社" not in text
    assert "株式会社さくら商事" in text


async def test_an_administrator_without_a_group_sees_no_contract(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.boards.persons[USER] = registered(groups=())
    async with person(world) as http:
        await enter(http)
        for path in ("/dashboard", "/services", "/service-status"):
            assert "N000000001" not in (await http.get(path)).text


async def test_s40_what_needs_a_look_stands_first_and_nothing_is_invented(world: World) -> None:
    world.boards.rows = [contract(1), contract(2, service_status="ABNORMAL"), contract(3, service_status="WARNING")]
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/dashboard"))
        assert [one for one in page.ids if one.startswith("now-")][1:] == [
            f"now-{UUID(int=CONTRACT.int + number)}" for number in (2, 3)
        ]
        assert {f"/services?serviceStatus={status}" for status in ("NORMAL", "ABNORMAL")} <= {
            href for href, _ in page.links
        }
        world.boards.rows = [contract(1)]
        assert "異常または注意の契約はありません。" in (await http.get("/dashboard")).text


async def test_at_the_bottom_each_service_leads_to_its_contracts_and_counts_all_of_them(world: World) -> None:
    world.boards.rows = [contract(n, service_name="uno" if n % 2 else "smart-pbx") for n in range(1, 122)]
    async with person(world) as http:
        await enter(http)
        links = dict(read(await http.get("/dashboard")).links)
    assert links["/services?serviceName=uno"] == "uno契約 61件"
    assert links["/services?serviceName=smart-pbx"] == "Arcstar Smart PBX契約 60件"


async def test_s39_a_contract_shows_its_fields(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        text = read(await http.get(f"/services/{contract(1).contract_id}")).text
    for value in ("N000000001", "Arcstar Smart PBX", "本社", "東京", "V000000001", "1001", "050-1234-5678", "通話録音"):
        assert value in text


@pytest.mark.parametrize("path", [str(contract(7).contract_id), str(UUID(int=5)), "nonsense"])
async def test_s39_somebody_elses_contract_is_not_there(world: World, path: str) -> None:
    world.boards.rows = [contract(7, tenant_id=OTHER_TENANT)]
    async with person(world) as http:
        await enter(http)
        answer = await http.get(f"/services/{path}")
    assert answer.status_code == 404
    assert "契約が見つかりません。" in answer.text
    assert "お問い合わせの際" in answer.text


async def test_the_list_is_filtered_by_its_address_and_goes_on_by_cursor(world: World) -> None:
    world.boards.rows = [contract(n, service_status="WARNING" if n > 60 else "NORMAL") for n in range(1, 63)]
    async with person(world) as http:
        await enter(http)
        first = read(await http.get("/services"))
        onward = next(href for href, _ in first.links if "cursor=" in href)
        second = (await http.get(onward)).text
        warned = (await http.get("/services?serviceStatus=WARNING")).text
        none = await http.get("/services?serviceStatus=ABNORMAL&cursor=")
        broken = await http.get("/services?cursor=broken!")
    assert "N000000050" in first.text
    assert "N000000051" not in first.text
    assert "N000000051" in second
    assert "N000000061" in warned
    assert "N000000001" not in warned
    assert "この条件に合う契約はありません。" in none.text
    assert broken.status_code == 422


async def test_s42_applications_are_listed_with_their_contracts(world: World) -> None:
    world.boards.received = [application()]
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/applications")).text
    assert "A-2026-000123" in text
    assert f"/services/{contract(1).contract_id}" in text


async def test_s31_times_are_in_the_persons_zone(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        assert "2026年11月24日(火) 18:00 JST" in (await http.get("/services")).text
        world.boards.persons[USER] = registered(timezone="UTC", screen_language="en")
        assert "Tue 24 Nov 2026, 09:00 UTC" in (await http.get("/services")).text


@pytest.mark.parametrize("path", PAGES)
async def test_who_is_not_in_is_led_to_the_login_or_may_read(world: World, path: str) -> None:
    async with person(world) as http:
        answer = await http.get(path)
    assert answer.status_code == (200 if path in ("/help", "/status") else 303)


async def test_a_page_that_is_behind_says_so(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        world.progress.behind = True
        assert "最新の状態を確認中です" in (await http.get("/services")).text


async def test_the_language_is_kept_with_the_person_and_the_browser(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", "/language", language="en", to="/")
        assert "<h1>Log in</h1>" in (await http.get("/")).text
        await enter(http)
        answer = await send(http, "/settings", "/language", language="ja", to="/settings?saved=1")
        assert answer.headers["location"] == "/settings?saved=1"
        assert "<h1>設定</h1>" in (await http.get("/settings?saved=1")).text
    assert world.users.chosen == ["ja"]


async def test_the_colours_are_kept_with_the_browser(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        await send(http, "/settings", "/appearance", theme="dark")
        assert 'data-theme="dark"' in (await http.get("/dashboard")).text
        await send(http, "/settings", "/appearance", theme="nonsense")
        assert 'data-theme="dark"' in (await http.get("/dashboard")).text


async def test_the_status_page_answers_while_nothing_else_does(world: World) -> None:
    world.works[Part.LOGIN] = False
    world.sessions.down = world.boards.down = True
    async with person(world) as http:
        answer = await http.get("/status")
    assert answer.status_code == 200
    assert "いまはログインとパスワードの設定ができません。" in answer.text


async def test_names_from_outside_are_words_and_never_markup(world: World) -> None:
    world.boards.rows = [contract(1, distinguish_name="<script>alert(1)</script>", site='"><img src=x>')]
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/dashboard")).text
    assert "<script>alert" not in text
    assert "<img" not in text


async def test_s40_a_change_arrives_as_the_board_with_the_row_marked_and_named(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    token = await world.sessions.open(viewer().session, IDLE)
    world.starts_session()
    here = frame(world)
    stream = changes(here=here, viewer=viewer(), token=token, use=world.journeys, seen="v1")
    assert (await anext(stream)).comment == "here"
    coming = asyncio.create_task(anext(stream))
    await turned()
    world.boards.rows[1] = replace(world.boards.rows[1], service_status="ABNORMAL", version=2)
    world.progress.tell(f"tenant:{TENANT}#contract/{contract(2).contract_id}/smart-pbx", "v2")
    event = await asyncio.wait_for(coming, 20)
    await stream.aclose()
    assert event.id == "v2"
    assert f'id="contract-{contract(2).contract_id}" class="changed-0"' in (event.raw_data or "")
    assert "契約 N000000002 の状態は異常です。" in (event.raw_data or "")


async def test_a_page_that_is_older_than_the_stream_gets_the_board_at_once(world: World) -> None:
    world.starts_session()
    token = await world.sessions.open(viewer().session, IDLE)
    world.starts_session()
    stream = changes(here=frame(world), viewer=viewer(), token=token, use=world.journeys, seen="v0")
    await anext(stream)
    event = await asyncio.wait_for(anext(stream), 20)
    await stream.aclose()
    assert 'id="board"' in (event.raw_data or "")


def frame(world: World) -> Frame:
    """Return what draws for the administrator."""
    return Frame(request=None, use=world.journeys, viewer=viewer(), language="ja")  # type: ignore[arg-type] # parts need no request
