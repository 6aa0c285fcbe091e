"""What a person sees after the login: their company's contracts, as they are now, and nobody else's."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from redis.asyncio import Redis

from deploy.stack import Stack
from tests.e2e.people import Person
from tests.e2e.portal import API, Browser, Portal, until
from tests.e2e.rows import rows

MENU = ["serviceStatus", "serviceManagement", "maintenance", "applications", "settings", "help"]
LABELS = ["サービス運用状況", "サービス管理", "メンテナンス工事情報", "申し込み", "設定", "ヘルプ"]


@pytest.fixture
async def person() -> Person:
    """Return somebody who gets codes by mail, which is quicker to try."""
    return Person(second_factor="MAIL_OTP")


async def test_s18_s20_the_dashboard_shows_the_companys_contracts_and_only_those(
    portal: Portal, person: Person
) -> None:
    other = Person()
    await portal.back_office.apply(other)
    browser, _ = await portal.entered(person)
    board = await _with_contracts(browser, 2)
    assert board["tenant"] == {"companyName": person.company}
    ordered = person.form()["contracts"]
    shown = {one["contractNumber"] for one in board["contracts"]}
    assert len(shown) == len(ordered) == board["total"]
    assert board["counts"]["NORMAL"] + board["counts"].get("UNKNOWN", 0) == 2
    assert other.company not in (await browser.get("/dashboard")).text


async def test_s20_n05_every_field_of_the_form_comes_back(portal: Portal, person: Person) -> None:
    form = person.form()
    answer = await portal.back_office.send("POST", "/applications", form)
    browser = portal.browser()
    await browser.activate(person, (await portal.mailbox.wait(person.email))[0].token)
    await browser.log_in(person, None)
    board = await _with_contracts(browser, 2)
    wanted = sorted(form["contracts"], key=lambda one: one["contractNumber"])
    for one, ordered in zip(board["contracts"], wanted, strict=True):
        assert {name: one[name] for name in ordered} == ordered
    assert {one["contractId"] for one in board["contracts"]} == set(answer.json()["contractIds"])


async def test_s19_the_menu_has_six_entries_in_order_and_each_leads_to_a_page(portal: Portal, person: Person) -> None:
    browser, _ = await portal.entered(person)
    board = await browser.dashboard()
    assert [entry["id"] for entry in board["menu"]] == MENU
    assert [entry["label"] for entry in board["menu"]] == LABELS
    page = (await browser.page("/dashboard")).text
    places = [page.index(f'href="{entry["href"]}"') for entry in board["menu"]]
    assert places == sorted(places)
    for entry in board["menu"]:
        answer = await browser.page(entry["href"])
        assert answer.status_code == 200, entry


async def test_s31_one_moment_is_shown_in_each_persons_own_zone(portal: Portal) -> None:
    zones = {"Asia/Tokyo": "JST", "UTC": "UTC"}
    for zone, name in zones.items():
        person = Person(second_factor="MAIL_OTP", timezone=zone)
        browser, _ = await portal.entered(person)
        board = await _with_contracts(browser, 2)
        page = await browser.page(f"/services/{board['contracts'][0]['contractId']}")
        assert name in page.text, zone


async def test_s44_another_companys_contract_is_not_there(portal: Portal, person: Person) -> None:
    other = Person()
    theirs = await portal.back_office.apply(other)
    browser, _ = await portal.entered(person)
    for contract_id in theirs["contractIds"]:
        answer = await browser.get(f"/contracts/{contract_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "contract-unknown")
        assert (await browser.page(f"/services/{contract_id}")).status_code == 404
    listed = (await browser.get("/contracts?limit=200")).json()
    assert not {one["contractId"] for one in listed["items"]} & set(theirs["contractIds"])


async def test_a_changed_contract_shows_without_asking_again(portal: Portal, person: Person) -> None:
    browser, _ = await portal.entered(person)
    contract_id = (await _with_contracts(browser, 2))["contracts"][0]["contractId"]
    async with aclosing(live(browser)) as events:
        assert await anext(events) == ("here", {})
        changed = await portal.back_office.change(contract_id, "ABNORMAL")
        assert changed.is_success, changed.text
        async with asyncio.timeout(10):
            name, told = await anext(events)
    assert name == "contract"
    assert told["contractId"] == contract_id
    assert told["contract"]["serviceStatus"] == "ABNORMAL"
    board = (await browser.get("/dashboard")).json()
    assert board["counts"]["ABNORMAL"] == 1


async def test_the_live_stream_ends_with_the_session(portal: Portal, person: Person) -> None:
    browser, _ = await portal.entered(person)
    async with aclosing(live(browser)) as events:
        await anext(events)
        await browser.log_out()
        async with asyncio.timeout(10):
            assert [name async for name, _ in events] in ([], ["session"])


async def test_a_person_sees_their_own_choice_at_once(portal: Portal, person: Person) -> None:
    browser, _ = await portal.entered(person)
    session = (await browser.get("/session")).json()
    for language in ("en", "ja", "en"):
        chosen = await browser.http.put(
            f"{API}/session/language", json={"language": language}, headers={"x-csrf-token": session["csrfToken"]}
        )
        assert chosen.is_success, chosen.text
        seen = await browser.get("/session")
        assert seen.json()["language"] == language
        assert "x-stale" not in seen.headers


async def test_i10_read_models_fill_themselves_again_after_a_flush(
    portal: Portal, person: Person, services: Stack
) -> None:
    browser, _ = await portal.entered(person)
    board = await _with_contracts(browser, 2)
    await portal.back_office.change(board["contracts"][0]["contractId"], "WARNING")
    await until(lambda: _counts(browser, "WARNING"))
    async with Redis.from_url(services.plan.redis_url) as redis:
        before = await rows(redis)
        await redis.flushall()
        after = await until(lambda: _filled(redis, len(before)))
    assert after == before
    # Sessions were in there too: they have ended, and a login makes another.
    assert (await browser.get("/session")).status_code == 401
    await browser.log_in(person, None)
    assert (await browser.dashboard())["counts"]["WARNING"] == 1


async def live(browser: Browser) -> AsyncGenerator[tuple[str, dict[str, Any]], None]:
    """Yield what the stream of events says, name and data; first `here`."""
    async with browser.http.stream("GET", f"{API}/events", timeout=30) as answer:
        assert answer.status_code == 200
        name = ""
        async for line in answer.aiter_lines():
            key, _, value = line.partition(": ")
            if key == "" and value == "here":
                yield "here", {}
            elif key == "event":
                name = value
            elif key == "data":
                yield name, json.loads(value)


async def _with_contracts(browser: Browser, count: int) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        board = await browser.dashboard()
        return board if len(board["contracts"]) == count else None

    return await until(look)


async def _counts(browser: Browser, status: str) -> bool:
    return bool((await browser.dashboard())["counts"].get(status) == 1)


async def _filled(redis: "Redis", count: int) -> dict[str, bytes] | None:
    found = await rows(redis)
    return found if len(found) >= count else None
