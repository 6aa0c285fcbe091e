"""What the operator reports over HTTP, on a real log."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.domain.reads import wire_name
from services.contracts.application.streams import incident_stream
from services.contracts.domain.events import EarlyFactApplied, IncidentUpdated, ServiceStatusChanged
from tests.integration.contracts.portal import Portal, form

SCOPES = ("applications:write", "contracts:write", "status:write", "incidents:write", "maintenance:write")


def number() -> str:
    return f"N{uuid4().int % 10**9:09d}"


async def post(portal: Portal, path: str, body: Any, key: str | None = None) -> Any:
    return await portal.call("POST", path, body, scopes=SCOPES, key=key)


async def test_m7_a_report_under_one_key_is_carried_out_once(portal: Portal) -> None:
    sent = form()
    await portal.post(sent)
    report = {"contractNumber": sent["contracts"][0]["contractNumber"], "serviceStatus": "2"}
    key = str(uuid4())
    answers = await asyncio.gather(*(post(portal, "/service-statuses", report, key) for _ in range(10)))
    assert {one.status_code for one in answers} <= {200, 201, 202}
    again = await post(portal, "/service-statuses", {**report, "serviceStatus": "1"}, key)
    assert (again.status_code, again.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_report_for_an_unknown_contract_is_applied_when_the_contract_comes(portal: Portal) -> None:
    sent = form()
    report = {"contractNumber": sent["contracts"][0]["contractNumber"], "serviceStatus": "ABNORMAL"}
    kept = await post(portal, "/service-statuses", report)
    assert (kept.status_code, kept.json()["outcome"]) == (202, "kept")
    received = (await portal.post(sent)).json()
    contract_id = UUID(received["contractIds"][0])
    told = await portal.published(
        "contracts",
        lambda about: about.stream_id == contract_id and about.type == wire_name(ServiceStatusChanged),
    )
    assert (await portal.read(told[0], ServiceStatusChanged)).service_status == "ABNORMAL"
    await portal.published("contracts", lambda about: about.type == wire_name(EarlyFactApplied))


async def test_a_table_is_taken_row_by_row(portal: Portal) -> None:
    sent = form()
    await portal.post(sent)
    known = sent["contracts"][0]["contractNumber"]
    rows: list[dict[str, Any]] = [
        {"maintenanceNumber": "M000000001", "name": "更改", "contractNumbers": [known, number()]},
        {"maintenanceNumber": "M1", "name": "", "contractNumbers": []},
        {"maintenanceNumber": "M000000003", "name": "逆", "contractNumbers": [known]},
    ]
    for row in rows:
        row |= {"startsAt": "2030-01-02T00:00:00Z", "endsAt": "2030-01-02T04:00:00Z"}
    rows[0]["maintenanceNumber"] = f"M{uuid4().int % 10**9:09d}"
    rows[2]["endsAt"] = "2030-01-01T00:00:00Z"
    key = str(uuid4())
    answer = await post(portal, "/bulk/maintenances", {"rows": rows}, key)
    assert answer.status_code == 200
    first, second, third = answer.json()["rows"]
    assert first == {"row": 1, "outcome": "done", "code": None, "errors": None}
    assert (second["outcome"], second["code"]) == ("refused", "invalid")
    assert {one["pointer"] for one in second["errors"]} == {"/maintenanceNumber", "/name", "/contractNumbers"}
    assert [one["code"] for one in third["errors"]] == ["ends-before-it-begins"]
    again = await post(portal, "/bulk/maintenances", {"rows": rows}, key)
    assert [one["outcome"] for one in again.json()["rows"]] == ["done", "refused", "refused"]
    anew = await post(portal, "/bulk/maintenances", {"rows": rows})
    assert [one["outcome"] for one in anew.json()["rows"]] == ["unchanged", "refused", "refused"]


async def test_rows_about_one_thing_are_taken_in_their_order(portal: Portal) -> None:
    sent = form()
    await portal.post(sent)
    incident = f"T{uuid4().hex[:8]}"
    opened = {"incidentNumber": incident, "title": "嵐", "contractNumbers": [sent["contracts"][0]["contractNumber"]]}
    await post(portal, "/bulk/incidents", {"rows": [opened]})
    at = [f"2026-01-01T00:{minute:02d}:00Z" for minute in range(40)]
    rows = [{"incidentNumber": incident, "status": "REPAIRING", "text": one, "occurredAt": one} for one in at]
    answer = await post(portal, "/bulk/incident-updates", {"rows": rows})
    assert {row["outcome"] for row in answer.json()["rows"]} == {"done"}
    stream = incident_stream(incident)
    updates = await portal.published(
        "contracts",
        lambda about: about.stream_id == stream and about.type == wire_name(IncidentUpdated),
        len(at),
    )
    texts = [(await portal.read(one, IncidentUpdated)).text for one in updates]
    assert texts == at


@pytest.mark.timeout(400)
async def test_n7_ten_thousand_incidents_at_once_are_all_written_and_others_get_through(portal: Portal) -> None:
    sent = form()
    await portal.post(sent)
    mark, known = uuid4().hex[:8], sent["contracts"][0]["contractNumber"]
    rows = [
        {"incidentNumber": f"T{mark}-{count}", "title": "嵐", "contractNumbers": [known]} for count in range(10_000)
    ]
    room = asyncio.Semaphore(4)

    async def told(begin: int) -> Any:
        async with room:
            return await post(portal, "/bulk/incidents", {"rows": rows[begin : begin + 200]})

    storm = asyncio.gather(*(told(begin) for begin in range(0, len(rows), 200)))
    status = {"contractNumber": known, "serviceStatus": "ABNORMAL"}
    assert (await post(portal, "/service-statuses", status)).is_success
    answers = await storm
    assert [one.status_code for one in answers] == [200] * 50
    assert [row["outcome"] for one in answers for row in one.json()["rows"]] == ["done"] * 10_000


async def test_each_kind_of_report_needs_its_scope(portal: Portal) -> None:
    for path, scope in (
        ("/service-statuses", "status:write"),
        ("/incidents", "incidents:write"),
        ("/maintenances", "maintenance:write"),
        ("/applications/placed", "applications:write"),
        ("/bulk/incidents", "incidents:write"),
    ):
        others = tuple(one for one in SCOPES if one != scope)
        assert (await portal.call("POST", path, {}, scopes=others)).status_code == 403
        assert (await portal.call("POST", path, {}, scopes=(scope,))).status_code == 422


async def test_n8_a_calendars_secret_is_in_no_log_and_opens_until_it_is_taken_back(portal: Portal) -> None:
    tenant, user = uuid4(), uuid4()
    path, scopes = f"/people/{user}/calendar", ("contracts:calendar",)
    person: Any = {"issuer": "gateway", "subject": f"user:{user}", "scopes": scopes, "tenant": tenant}
    key = str(uuid4())
    made, same = [await portal.call("POST", path, **person, key=key) for _ in range(2)]
    secret = made.json()["secret"]
    assert same.json() == made.json()
    opened = await portal.call(
        "POST", "/calendars/opened", {"secret": secret}, issuer="gateway", subject="anonymous", scopes=scopes
    )
    assert opened.json() == {"userId": str(user), "tenantId": str(tenant)}
    records = b"".join([about.data for about in await portal.records("contracts")])
    assert secret.encode() not in records
    await portal.call("DELETE", path, **person)
    ended = await portal.call("POST", path, **person, key=key)
    assert (ended.status_code, ended.json()["code"]) == (409, "calendar-unknown")
    gone = await portal.call(
        "POST", "/calendars/opened", {"secret": secret}, issuer="gateway", subject="anonymous", scopes=scopes
    )
    assert (gone.status_code, gone.json()["code"]) == (404, "calendar-unknown")


async def test_sh4_a_contract_is_told_as_it_was_to_its_own_company(portal: Portal) -> None:
    sent = form()
    received = (await portal.post({**sent, "receivedAt": "2026-01-01T00:00:00Z"})).json()
    contract_id, tenant = received["contractIds"][0], UUID(received["tenantId"])
    known = sent["contracts"][0]["contractNumber"]
    await portal.published("contracts", lambda about: str(about.stream_id) == contract_id)
    for status, at in (("ABNORMAL", "2026-03-01T00:00:00Z"), ("NORMAL", "2026-02-01T00:00:00Z")):
        await post(portal, "/service-statuses", {"contractNumber": known, "serviceStatus": status, "occurredAt": at})

    async def then(at: str, whose: UUID = tenant) -> Any:
        path = f"/contracts/{contract_id}/then?at={at}"
        return await portal.call(
            "GET", path, issuer="gateway", subject="user:7", scopes=("contracts:read",), tenant=whose
        )

    told = [(await then(at)).json()["says"]["serviceStatus"] for at in ("2026-02-15T00:00:00Z", "2026-03-02T00:00:00Z")]
    assert told == ["NORMAL", "ABNORMAL"]
    assert (await then("2025-12-31T00:00:00Z")).status_code == 404
    assert (await then("2026-03-02T00:00:00Z", uuid4())).status_code == 404
