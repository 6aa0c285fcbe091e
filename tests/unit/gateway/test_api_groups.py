"""Groups and settings over the public API: made, named, permitted, joined; changed as a whole or not at all."""

from typing import Any

import pytest

from kernel.domain.errors import Refused
from tests.unit.gateway.bodies import SETTINGS
from tests.unit.gateway.browser import browser
from tests.unit.gateway.fakes import EVERYBODY, GROUP
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.test_api_people import changes, enter
from tests.unit.gateway.world import World


async def test_n2_a_group_is_made_named_and_removed(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        made = await http.post("/api/v1/groups", json={"name": "開発部"})
        path = f"/api/v1/groups/{made.json()['groupId']}"
        assert made.headers["location"] == path
        changed = await http.patch(path, json={"name": "製品部"}, headers={"If-Match": '"1"'})
        listed = (await http.get("/api/v1/groups")).json()["items"]
        gone = await http.delete(path)
        missing = await http.get(path)
    assert (made.status_code, changed.json()["name"], changed.headers["etag"]) == (201, "製品部", '"2"')
    assert [one["name"] for one in listed] == ["全権限", "営業部", "製品部"]
    assert (gone.status_code, missing.status_code, missing.json()["code"]) == (204, 404, "group-unknown")


async def test_n2_what_a_group_permits_is_said_in_whole(world: World) -> None:
    world.boards.rows = [contract(1)]
    one = contract(1).contract_id
    permissions = [
        {"serviceName": "smart-pbx", "contractId": str(one), "actions": ["VIEW", "CONFIGURE"]},
        {"serviceName": "vpn", "contractId": None, "actions": ["VIEW"]},
    ]
    async with browser(world) as http:
        await enter(http)
        answer = await http.put(f"/api/v1/groups/{GROUP}/permissions", json={"permissions": permissions})
    assert (answer.status_code, answer.json()["permissions"]) == (200, permissions)
    assert world.progress.waits[-1] == 2.0


@pytest.mark.parametrize(
    "permission",
    [
        {"serviceName": "vpn", "contractId": str(contract(1).contract_id), "actions": ["VIEW"]},
        {"serviceName": "smart-pbx", "contractId": str(contract(7).contract_id), "actions": ["VIEW"]},
    ],
)
async def test_n2_a_permission_names_a_contract_of_the_tenant_and_its_service(
    world: World, permission: dict[str, Any]
) -> None:
    world.boards.rows = [contract(1)]
    async with browser(world) as http:
        await enter(http)
        body = {"permissions": [{"serviceName": "*", "actions": ["VIEW"]}, permission]}
        answer = await http.put(f"/api/v1/groups/{GROUP}/permissions", json=body)
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/permissions/1/contractId", "contract-unknown")
    ]
    assert changes(world) == []


async def test_n2_people_are_put_into_a_group_and_taken_out(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        path = f"/api/v1/groups/{EVERYBODY}/members"
        put = await http.post(path, json={"userIds": [str(COLLEAGUE)]})
        out = await http.delete(f"{path}/{COLLEAGUE}")
        nobody = await http.post(path, json={"userIds": []})
        many = await http.post(path, json={"userIds": [str(COLLEAGUE)] * 101})
    assert (put.status_code, put.json()["members"], out.status_code) == (200, 2, 204)
    assert nobody.status_code == many.status_code == 422
    assert changes(world) == [
        ("add_members", (EVERYBODY, (COLLEAGUE,))),
        ("remove_member", (EVERYBODY, COLLEAGUE)),
    ]


async def test_m13_settings_are_changed_as_a_whole_and_with_the_callers_address(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        seen = await http.get("/api/v1/tenant/settings")
        done = await http.put("/api/v1/tenant/settings", json=SETTINGS, headers={"If-Match": seen.headers["etag"]})
        stale = await http.put("/api/v1/tenant/settings", json=SETTINGS, headers={"If-Match": '"1"'})
    assert seen.json()["secondFactors"] == ["TOTP", "MAIL_OTP"]
    assert (done.status_code, done.json()) == (200, SETTINGS | {"loginPolicy": None, "version": 2})
    assert stale.status_code == 412
    assert changes(world)[0] == (
        "change_settings",
        (SETTINGS | {"loginPolicy": None, "callerAddress": "127.0.0.1"}, '"1"'),
    )


@pytest.mark.parametrize(
    ("changes_", "pointer"),
    [
        ({"sessionIdleMinutes": 4}, "/sessionIdleMinutes"),
        ({"sessionIdleMinutes": 1441}, "/sessionIdleMinutes"),
        ({"sessionAbsoluteHours": 169}, "/sessionAbsoluteHours"),
        ({"sessionIdleMinutes": 61, "sessionAbsoluteHours": 1}, "/sessionAbsoluteHours"),
        ({"allowedNetworks": ["192.0.2.0/33"]}, "/allowedNetworks/0"),
        ({"allowedNetworks": ["192.0.2.1/24"]}, "/allowedNetworks/0"),
        ({"allowedNetworks": ["office"]}, "/allowedNetworks/0"),
        ({"allowedNetworks": [f"10.{n}.0.0/16" for n in range(101)]}, "/allowedNetworks"),
        ({"secondFactors": []}, "/secondFactors"),
        ({"secondFactors": ["SMS"]}, "/secondFactors/0"),
        ({"callerAddress": "192.0.2.1"}, "/callerAddress"),
    ],
)
async def test_m13_settings_that_cannot_be_are_refused(world: World, changes_: dict[str, Any], pointer: str) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.put("/api/v1/tenant/settings", json=SETTINGS | changes_)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert changes(world) == []


async def test_d15_a_list_that_shuts_its_author_out_is_refused(world: World) -> None:
    class NetworkExcludesYou(Refused):
        code = "network-excludes-you"

    world.directory.refusal = NetworkExcludesYou()
    async with browser(world) as http:
        await enter(http)
        answer = await http.put("/api/v1/tenant/settings", json=SETTINGS)
    assert (answer.status_code, answer.json()["code"]) == (409, "network-excludes-you")
