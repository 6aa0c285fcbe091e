"""Dashboard, contracts, health, the back office and the description over the public API."""

from typing import Any

import pytest

from gateway.application.policy import POLICY
from gateway.application.service_health import Part
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import OTHER_TENANT
from tests.unit.gateway.fakes_boards import application, contract
from tests.unit.gateway.world import OPERATOR_SECRET, World

FORM: dict[str, Any] = {
    "applicationNumber": "A-2026-000123",
    "customer": {"companyName": "株式会社さくら商事", "customerNumber": "C0012345"},
    "administrator": {
        "name": "佐藤 花子",
        "email": "hanako.sato@example.co.jp",
        "phoneNumber": "03-1234-5678",
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "secondFactor": "TOTP",
    },
    "contracts": [{"contractNumber": "N000000001", "serviceName": "smart-pbx", "extensionIds": ["1001"]}],
}


async def test_s18_s19_s20_the_dashboard(world: World) -> None:
    world.boards.rows = [contract(1), contract(2, service_status="WARNING")]
    async with browser(world) as http:
        await log_in(http)
        board = (await http.get("/api/v1/dashboard")).json()
    assert board["tenant"] == {"companyName": "株式会社さくら商事"}
    assert [entry["id"] for entry in board["menu"]] == [
        "serviceStatus",
        "serviceManagement",
        "maintenance",
        "applications",
        "settings",
        "help",
    ]
    assert [row["contractNumber"] for row in board["contracts"]] == ["N000000001", "N000000002"]
    assert board["contracts"][0]["extensionIds"] == ["1001", "1002"]
    assert board["counts"]["WARNING"] == 1
    assert board["asOf"] == "2026-11-24T09:00:00.000000Z"


async def test_s19_the_menu_speaks_the_callers_language(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        board = (await http.get("/api/v1/dashboard", headers={"Accept-Language": "en"})).json()
    assert [entry["label"] for entry in board["menu"]] == [
        "Service status",
        "Services",
        "Maintenance",
        "Applications",
        "Settings",
        "Help",
    ]


async def test_s39_one_contract_with_its_version(world: World) -> None:
    world.boards.rows = [contract(1, version=3)]
    async with browser(world) as http:
        await log_in(http)
        answer = await http.get(f"/api/v1/contracts/{contract(1).contract_id}")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    assert answer.json()["vpnGroupId"] == "V000000001"


async def test_a7_another_tenants_contract_answers_like_none(world: World) -> None:
    world.boards.rows = [contract(1, tenant_id=OTHER_TENANT)]
    async with browser(world) as http:
        await log_in(http)
        theirs = await http.get(f"/api/v1/contracts/{contract(1).contract_id}")
        nobodys = await http.get(f"/api/v1/contracts/{contract(2).contract_id}")
    assert theirs.status_code == nobodys.status_code == 404
    # All but the number of the request's own trace.
    assert theirs.json() | {"traceId": ""} == nobodys.json() | {"traceId": ""}


async def test_lists_come_in_pages(world: World) -> None:
    world.boards.rows = [contract(number) for number in range(1, 4)]
    async with browser(world) as http:
        await log_in(http)
        first = (await http.get("/api/v1/contracts?limit=2")).json()
        rest = (await http.get("/api/v1/contracts", params={"cursor": first["nextCursor"]})).json()
        refused = await http.get("/api/v1/contracts?limit=0")
    assert [row["contractNumber"] for row in first["items"] + rest["items"]] == [f"N{n:09}" for n in range(1, 4)]
    assert rest["nextCursor"] is None
    assert refused.status_code == 422


async def test_s42_the_companys_applications(world: World) -> None:
    world.boards.received = [application()]
    async with browser(world) as http:
        await log_in(http)
        items = (await http.get("/api/v1/applications")).json()["items"]
    assert [(item["applicationNumber"], item["contracts"][0]["contractNumber"]) for item in items] == [
        ("A-2026-000123", "N000000001")
    ]


async def test_what_works_is_said_to_everybody(world: World) -> None:
    world.works[Part.CONTRACTS] = False
    async with browser(world) as http:
        health = (await http.get("/api/v1/health", headers={"Accept-Language": "en"})).json()
    assert health["status"] == "DEGRADED"
    broken = [part["words"] for part in health["parts"] if not part["works"]]
    assert broken == ["Applications and contract changes are not accepted now."]


async def test_the_back_office_gets_a_token_and_hands_an_application_in(world: World) -> None:
    async with browser(world) as http:
        granted = await http.post(
            "/api/v1/oauth/token", data={"grant_type": "client_credentials"}, auth=("operator", OPERATOR_SECRET)
        )
        token = granted.json()
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 3599)
        headers = {"Authorization": f"Bearer {token['access_token']}", "Idempotency-Key": "a-1"}
        answer = await http.post("/api/v1/applications", json=FORM, headers=headers)
    assert (answer.status_code, set(answer.json())) == (
        201,
        {"applicationId", "tenantId", "administratorId", "contractIds"},
    )
    assert answer.headers["x-log-position"] == "identity;e1;p2;7"
    assert world.contracts.calls == [("application", FORM, "a-1")]


async def test_n9_credentials_may_stand_in_the_form(world: World) -> None:
    async with browser(world) as http:
        form = {"grant_type": "client_credentials", "client_id": "operator", "client_secret": OPERATOR_SECRET}
        assert (await http.post("/api/v1/oauth/token", data=form)).status_code == 200
        refused = await http.post("/api/v1/oauth/token", data={**form, "client_secret": "wrong"})
        other = await http.post("/api/v1/oauth/token", data={**form, "grant_type": "password"})
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid-client")
    assert other.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer operator|contracts:write|1"}])
async def test_without_the_right_token_no_application_is_taken(world: World, headers: dict[str, str]) -> None:
    async with browser(world) as http:
        answer = await http.post("/api/v1/applications", json=FORM, headers={**headers, "Idempotency-Key": "k"})
    assert answer.status_code == (403 if headers else 401)
    assert world.contracts.calls == []


async def test_m7_an_application_needs_a_key_to_be_safe_to_repeat(world: World) -> None:
    async with browser(world) as http:
        headers = {"Authorization": "Bearer operator|applications:write|1"}
        answer = await http.post("/api/v1/applications", json=FORM, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-missing")


async def test_the_back_office_changes_contracts(world: World) -> None:
    contract_id = contract(1).contract_id
    async with browser(world) as http:
        http.headers["Authorization"] = "Bearer operator|contracts:write|1"
        path = f"/api/v1/operator/contracts/{contract_id}"
        statuses = [
            (await http.put(f"{path}/service-status", json={"serviceStatus": "ABNORMAL"})).status_code,
            (await http.put(path, json={"site": "大阪"})).status_code,
            (await http.delete(path)).status_code,
            (await http.put(f"{path}/service-status", json={"serviceStatus": "BROKEN"})).status_code,
        ]
    assert statuses == [200, 200, 200, 422]
    assert [(what, value) for what, value, _ in world.contracts.calls] == [
        ("status", "ABNORMAL"),
        ("change", {"site": "大阪"}),
        ("terminate", contract_id),
    ]


async def test_a_session_is_no_operator(world: World) -> None:
    async with browser(world) as http:
        session = await log_in(http)
        headers = {"X-CSRF-Token": session["csrfToken"], "Idempotency-Key": "k"}
        assert (await http.post("/api/v1/applications", json=FORM, headers=headers)).status_code == 401


async def test_the_description_names_every_operation_and_its_refusals(world: World) -> None:
    async with browser(world) as http:
        document = (await http.get("/api/v1/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert set(names) == set(POLICY)
    for operation in operations:
        refusals = {status: answer for status, answer in operation["responses"].items() if status[0] in "45d"}
        assert refusals
        for answer in refusals.values():
            assert list(answer["content"]) == ["application/problem+json"]
