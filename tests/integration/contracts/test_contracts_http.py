"""What the contracts service answers over HTTP."""

import asyncio
from uuid import uuid4

import pytest

from tests.integration.contracts.portal import Portal, form


async def test_every_bad_field_is_answered_at_once(portal: Portal) -> None:
    sent = form(name=" ", timezone="Mars/Olympus", email="nobody")
    sent["contracts"][1]["contractNumber"] = sent["contracts"][0]["contractNumber"]
    del sent["customer"]["companyName"]
    answer = await portal.post(sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert {one["pointer"]: one["code"] for one in answer.json()["errors"]} == {
        "/customer/companyName": "missing",
        "/administrator/name": "too-short",
        "/administrator/email": "malformed",
        "/administrator/timezone": "unknown-value",
        "/contracts/1/contractNumber": "repeated",
    }


async def test_the_same_number_with_other_content_is_refused(portal: Portal) -> None:
    sent = form()
    await portal.post(sent)
    answer = await portal.post({**sent, "customer": {**sent["customer"], "companyName": "別の会社"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "application-differs")


async def test_a_contract_number_of_another_application_is_refused(portal: Portal) -> None:
    first, second = form(), form()
    await portal.post(first)
    second["contracts"][1] = first["contracts"][0]
    answer = await portal.post(second)
    assert (answer.status_code, answer.json()["code"]) == (409, "contract-number-taken")
    assert answer.json()["contractNumbers"] == [first["contracts"][0]["contractNumber"]]


async def test_m7_a_post_without_a_key_and_one_with_a_used_key_are_refused(portal: Portal) -> None:
    sent, key = form(), str(uuid4())
    assert (await portal.call("POST", "/applications", sent, key=key)).status_code == 201
    assert (await portal.call("POST", "/applications", sent, key=key)).status_code == 200
    other = await portal.call("POST", "/applications", form(), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_who_may_not_is_told_so(portal: Portal) -> None:
    for issuer, scopes, status in (
        ("operator", ("contracts:write",), 403),
        ("notifier", ("applications:write",), 403),
        ("gateway", ("applications:write",), 201),
    ):
        answer = await portal.call("POST", "/applications", form(), issuer=issuer, scopes=scopes)
        assert answer.status_code == status
    url = f"http://127.0.0.1:{portal.stack.plan.ports.contracts}/applications"
    assert (await portal.http.post(url, json=form())).status_code == 401


async def _contract(portal: Portal) -> str:
    ids = (await portal.post(form())).json()
    await portal.published("contracts", lambda about: str(about.stream_id) in ids["contractIds"], 2)
    return str(ids["contractIds"][0])


async def test_s40_a_contract_is_changed_watched_and_terminated(portal: Portal) -> None:
    contract = await _contract(portal)
    path = f"/contracts/{contract}"
    done = [
        await portal.call("PUT", path, {"site": "大阪支社", "extensionIds": ["201"]}),
        await portal.call("PUT", f"{path}/service-status", {"serviceStatus": "ABNORMAL"}),
        await portal.call("PUT", f"{path}/service-status", {"serviceStatus": "ABNORMAL"}),
        await portal.call("DELETE", path),
    ]
    assert [answer.status_code for answer in done] == [200] * 4
    assert ["X-Log-Position" in answer.headers for answer in done] == [True, True, False, True]
    facts = await portal.published("contracts", lambda about: str(about.stream_id) == contract, 4)
    assert [about.type for about in facts] == [
        "portal.contract.activated.v1",
        "portal.contract.changed.v1",
        "portal.contract.service-status-changed.v1",
        "portal.contract.terminated.v1",
    ]
    for answer in (
        await portal.call("PUT", path, {"site": None}),
        await portal.call("PUT", f"{path}/service-status", {"serviceStatus": "NORMAL"}),
        await portal.call("DELETE", path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "contract-terminated")


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [("PUT", "", {}), ("PUT", "/service-status", {"serviceStatus": "NORMAL"}), ("DELETE", "", None)],
)
async def test_a_contract_that_never_was_is_not_found(
    portal: Portal, method: str, end: str, body: dict[str, str] | None
) -> None:
    answer = await portal.call(method, f"/contracts/{uuid4()}{end}", body)
    assert (answer.status_code, answer.json()["code"]) == (404, "contract-unknown")


async def test_a_contract_cannot_be_changed_to_what_no_contract_is(portal: Portal) -> None:
    path = f"/contracts/{await _contract(portal)}"
    for end, body in (
        ("", {"contractNumber": "N000000009"}),
        ("", {"channels": -1}),
        ("", {"extensionIds": None}),
        ("/service-status", {"serviceStatus": "BROKEN"}),
    ):
        assert (await portal.call("PUT", path + end, body)).status_code == 422


async def test_changes_asked_at_once_are_all_kept(portal: Portal) -> None:
    path = f"/contracts/{await _contract(portal)}"
    answers = await asyncio.gather(
        portal.call("PUT", path, {"site": "大阪支社"}),
        portal.call("PUT", path, {"channels": 99}),
        portal.call("PUT", path, {"options": ["録音"]}),
    )
    assert [answer.status_code for answer in answers] == [200] * 3
    again = await portal.call("PUT", path, {"site": "大阪支社", "channels": 99, "options": ["録音"]})
    assert "X-Log-Position" not in again.headers
