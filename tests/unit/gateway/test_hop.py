"""S36 to S38: both ways lead on to the settings of a contract, and nobody goes where they may not."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from gateway.projections.group import GroupRow
from tests.unit.gateway.fakes import GROUP, OTHER_TENANT, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.fakes_sites import ISSUER, PBX
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.world import World

ONE = contract(1).contract_id
HTML = {"accept": "text/html"}


def permit(world: World, *grants: tuple[str, UUID | None, str]) -> None:
    """Have the person be in one group that permits this."""
    world.boards.persons[USER] = registered(groups=(GROUP,))
    world.boards.groups[GROUP] = GroupRow(group_id=GROUP, tenant_id=TENANT, granted=grants)


def asked_of(answer: httpx.Response) -> tuple[str, dict[str, list[str]]]:
    """Return where a browser is sent, and what the address asks."""
    parts = urlsplit(answer.headers["location"])
    return parts._replace(query="").geturl(), parse_qs(parts.query)


async def test_s36_s37_both_routes_are_links_to_the_same_hop(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        dashboard = read(await http.get("/dashboard")).links
        service = read(await http.get(f"/services/{ONE}")).links
        route_a = await http.get("/hop?serviceName=smart-pbx", headers=HTML)
    assert ("/hop?serviceName=smart-pbx", "Arcstar Smart PBX 設定変更") in dashboard
    assert (f"/hop/{ONE}", "設定変更") in service
    assert route_a.headers["location"] == f"/hop/{ONE}"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_s38_the_hop_has_the_site_begin_a_login_for_the_contract(world: World, method: str) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        answer = await http.request(method, f"/hop/{ONE}", headers=HTML)
    assert answer.status_code == 303
    assert asked_of(answer) == (f"{PBX}/login", {"iss": [ISSUER], "login_hint": [str(ONE)]})


async def test_s38_an_address_of_a_site_keeps_its_own_query(world: World) -> None:
    world.boards.rows = [contract(1, service_name="uno")]
    async with person(world) as http:
        await enter(http)
        answer = await http.get(f"/hop/{ONE}", headers=HTML)
    assert asked_of(answer)[1]["via"] == ["portal"]


async def test_s38_who_may_only_look_is_denied_and_sees_no_link(world: World) -> None:
    world.boards.rows = [contract(1)]
    permit(world, ("smart-pbx", None, "VIEW"), ("smart-pbx", None, "EDIT"))
    async with person(world) as http:
        await enter(http)
        for path in (f"/hop/{ONE}", "/hop?serviceName=smart-pbx"):
            answer = await http.get(path, headers=HTML)
            assert answer.status_code == 403
            assert "この契約の設定を変更する権限がありません" in answer.text
        for path in ("/dashboard", f"/services/{ONE}"):
            assert "/hop" not in (await http.get(path)).text


async def test_s38_a_permission_for_one_contract_is_none_for_another(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    permit(world, ("smart-pbx", None, "VIEW"), ("smart-pbx", ONE, "CONFIGURE"))
    async with person(world) as http:
        await enter(http)
        assert (await http.get(f"/hop/{ONE}", headers=HTML)).status_code == 303
        assert (await http.get(f"/hop/{contract(2).contract_id}", headers=HTML)).status_code == 403


@pytest.mark.parametrize("row", [contract(1, tenant_id=OTHER_TENANT), contract(2)])
async def test_s38_what_is_not_theirs_is_not_there(world: World, row: object) -> None:
    world.boards.rows = [replace(row)]  # type: ignore[type-var]
    async with person(world) as http:
        await enter(http)
        assert (await http.get(f"/hop/{ONE}", headers=HTML)).status_code == 404
        assert (await http.get("/hop/no-id", headers=HTML)).status_code == 404


async def test_s38_who_is_not_in_logs_in_and_goes_on(world: World) -> None:
    async with person(world) as http:
        answer = await http.get(f"/hop/{ONE}", headers=HTML)
    assert asked_of(answer) == ("/", {"to": [f"/hop/{ONE}"], "notice": ["expired"]})


async def test_s38_a_site_that_is_away_is_said_to_be(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.site_health.up = False
    async with person(world) as http:
        await enter(http)
        answer = await http.get(f"/hop/{ONE}", headers=HTML)
        english = await http.get(f"/hop/{ONE}", headers={**HTML, "accept-language": "en"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert "設定サイトが応答していません" in answer.text
    assert "The settings site does not answer" in english.text


async def test_s38_a_service_without_a_site_says_so(world: World) -> None:
    world.boards.rows = [contract(1, service_name="vpn")]
    async with person(world) as http:
        await enter(http)
        assert (await http.get(f"/hop/{ONE}", headers=HTML)).status_code == 404
        assert "/hop" not in (await http.get(f"/services/{ONE}")).text


async def test_s36_of_several_contracts_one_is_chosen(world: World) -> None:
    world.boards.rows = [contract(1), contract(2), contract(3, service_name="uno")]
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/hop?serviceName=smart-pbx", headers=HTML))
    assert [href for href, _ in page.links if href.startswith("/hop/")] == [
        f"/hop/{contract(number).contract_id}" for number in (1, 2)
    ]


async def test_n12_a_program_learns_where_settings_are_changed(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        told = (await http.get(f"/api/v1/contracts/{ONE}/settings-site")).json()
    assert told["nameEn"] == "PBX settings site"
    assert told["url"].startswith(f"{PBX}/login?iss=")
