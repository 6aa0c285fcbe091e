"""What the operator reports is on the pages: incidents, planned work, applications, statuses, a past moment."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal, until
from tests.e2e.test_story_dashboard import live


@pytest.fixture
async def person() -> Person:
    """Return somebody who gets codes by mail, which is quicker to try."""
    return Person(second_factor="MAIL_OTP")


def number(letter: str) -> str:
    return f"{letter}{uuid4().int % 10**9:09d}"


async def when(browser: Browser, name: str, count: int) -> dict[str, Any]:
    """Return the dashboard as soon as it counts so many."""

    async def there() -> dict[str, Any] | None:
        board = await browser.dashboard()
        return board if board[name] == count else None

    return await until(there)


async def test_n6_n7_n8_s41_s42_reports_are_on_the_pages_of_who_may_see_them(portal: Portal, person: Person) -> None:
    other = Person(second_factor="MAIL_OTP")
    stranger, _ = await portal.entered(other)
    browser, _ = await portal.entered(person)
    form = person.form()
    mine = [one["contractNumber"] for one in form["contracts"]]
    theirs = other.form()["contracts"][0]["contractNumber"]
    send = portal.back_office.send
    incident, work = number("T"), number("M")
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)

    opened = await send(
        "POST",
        "/operator/incidents",
        {"incidentNumber": incident, "title": "音声品質低下", "contractNumbers": [mine[0], theirs]},
    )
    assert opened.status_code == 201, opened.text
    await when(browser, "openIncidents", 1)

    async def listed() -> Any:
        # Counts and lists are read side by side, so one may be a moment before the other.
        return (await browser.dashboard())["incidents"]

    (shown,) = await until(listed)
    assert [one["contractNumber"] for one in shown["contracts"]] == [mine[0]]
    await when(stranger, "openIncidents", 1)
    news = {"status": "RESOLVED", "text": "回復しました"}
    assert (await send("POST", f"/operator/incidents/{incident}/updates", news)).status_code == 201
    await when(browser, "openIncidents", 0)
    story = await browser.page(f"/incidents/{opened.json()['id']}")
    assert "回復しました" in story.text

    plan = {
        "maintenanceNumber": work,
        "name": "設備更改工事",
        "contractNumbers": [mine[1]],
        "startsAt": soon.isoformat(),
        "endsAt": (soon + timedelta(hours=4)).isoformat(),
    }
    backwards = {**plan, "endsAt": (soon - timedelta(hours=1)).isoformat()}
    refused = await send("POST", "/operator/maintenances", backwards)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "ends-before-it-begins")
    assert (await send("POST", "/operator/maintenances", plan)).status_code == 201
    board = await when(browser, "comingMaintenances", 1)
    assert board["maintenances"][0]["maintenanceNumber"] == work
    assert (await stranger.dashboard())["comingMaintenances"] == 0
    assert (await send("POST", f"/operator/maintenances/{work}/cancel", {"reason": "見直し"})).status_code == 200
    await when(browser, "comingMaintenances", 0)

    placed = {
        "applicationNumber": f"A-{uuid4().int % 10**9}",
        "firstApplicationNumber": form["applicationNumber"],
        "orderType": "NEW",
        "contracts": [{"contractNumber": number("N"), "serviceName": "smart-pbx"}],
    }
    assert (await send("POST", "/operator/applications", placed)).status_code == 201
    await when(browser, "openApplications", 2)
    path = f"/operator/applications/{placed['applicationNumber']}/progress"
    assert (await send("POST", path, {"orderStatus": 5})).status_code == 201
    back = await send("POST", path, {"orderStatus": 2})
    assert (back.status_code, back.json()["code"]) == (409, "application-over")
    await when(browser, "total", 3)
    assert placed["applicationNumber"] in (await browser.page("/applications")).text


async def test_s40_a_reported_status_shows_on_the_open_dashboard_and_a_late_one_in_its_past(
    portal: Portal, person: Person
) -> None:
    browser, _ = await portal.entered(person)
    board = await when(browser, "total", 2)
    one = board["contracts"][0]
    now = datetime.now(UTC)

    async def report(status: str, at: datetime) -> None:
        body = {"contractNumber": one["contractNumber"], "serviceStatus": status, "occurredAt": at.isoformat()}
        assert (await portal.back_office.send("POST", "/operator/service-statuses", body)).status_code == 201

    async with aclosing(live(browser)) as events:
        assert await anext(events) == ("here", {})
        await report("ABNORMAL", now)
        async with asyncio.timeout(10):
            name, told = await anext(events)
    assert (name, told["contract"]["serviceStatus"]) == ("contract", "ABNORMAL")
    changes = (await browser.get(f"/contracts/{one['contractId']}/changes")).json()["items"]
    assert (changes[0]["field"], changes[0]["new"]) == ("serviceStatus", "ABNORMAL")
    before = (now - timedelta(milliseconds=1)).isoformat().replace("+", "%2B")
    then = (await browser.get(f"/contracts/{one['contractId']}?asOf={before}")).json()
    assert then["says"]["serviceStatus"] != "ABNORMAL"
    ran = (await browser.get("/services/smart-pbx/availability?days=1")).json()
    assert ran["contracts"] == len(board["contracts"])
    assert ran["days"][0]["seconds"]["ABNORMAL"] > 0
    assert one["contractNumber"] in (await browser.page("/service-status/services/smart-pbx")).text


async def test_n5_a_memo_is_kept_and_told_with_its_writer(portal: Portal, person: Person) -> None:
    browser, _ = await portal.entered(person)
    one = (await when(browser, "total", 2))["contracts"][0]
    session = (await browser.get("/session")).json()
    path = f"/contracts/{one['contractId']}"
    seen = {"x-csrf-token": session["csrfToken"], "if-match": (await browser.get(path)).headers["etag"]}
    kept = await browser.http.put(f"/api/v1{path}/memo", json={"memo": "本社 総務部"}, headers=seen)
    assert kept.status_code == 204, kept.text
    stale = await browser.http.put(f"/api/v1{path}/memo", json={"memo": "本社 経理部"}, headers=seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (await browser.get(path)).json()["memo"] == "本社 総務部"
    change = (await browser.get(f"{path}/changes")).json()["items"][0]
    assert (change["field"], change["new"], change["byName"]) == ("memo", "本社 総務部", person.name)


async def test_n8_a_calendar_is_read_without_a_session_until_it_is_ended(portal: Portal, person: Person) -> None:
    browser, _ = await portal.entered(person)
    session = (await browser.get("/session")).json()
    made = await browser.post(
        "/me/calendar", None, **{"x-csrf-token": session["csrfToken"], "idempotency-key": "one-feed"}
    )
    assert made.status_code == 201, made.text
    address = made.json()["address"]
    anybody = portal.browser()
    told = await anybody.page(address)
    assert told.text.startswith("BEGIN:VCALENDAR")
    assert (await anybody.page("/calendar/another-secret-of-nobody.ics")).status_code == 404
    ended = await browser.http.delete("/api/v1/me/calendar", headers={"x-csrf-token": session["csrfToken"]})
    assert ended.status_code == 204
    assert (await anybody.page(address)).status_code == 404
