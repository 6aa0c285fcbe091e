"""Incidents, planned work, applications and the help, as people see them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.application.contracts import ContractsJourney
from gateway.projections.incident_board import IncidentNews
from gateway.web import ics
from gateway.web.site import site
from kernel.adapters.http.answers import error_of
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes import GROUP, NOW, OTHER_TENANT, SECRET, USER
from tests.unit.gateway.fakes_boards import affected, application, contract, incident, maintenance
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import enter, person, read, send
from tests.unit.gateway.world import World

NEWS = (
    IncidentNews(at=NOW, status="OPENED", text="受け付けました", clears_at=None),
    IncidentNews(at=NOW + timedelta(hours=1), status="REPAIRING", text="機器を交換しています", clears_at=None),
)


def sees_only(world: World, number: int) -> None:
    """Let the person see one contract and no other."""
    world.boards.persons[USER] = registered(groups=(GROUP,))
    granted = (("smart-pbx", contract(number).contract_id, "VIEW"),)
    world.boards.groups[GROUP] = replace(world.boards.groups[GROUP], granted=granted)


async def test_s18_the_dashboard_shows_what_is_wrong_what_is_planned_and_what_is_under_way(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.boards.incidents = [incident(1), incident(2, status="CLOSED", title="終わった障害")]
    over = NOW - timedelta(hours=1)
    world.boards.maintenances = [
        maintenance(1),
        maintenance(2, starts_at=over - timedelta(hours=2), ends_at=over, name="終わった工事"),
        maintenance(3, state="CANCELLED", name="中止の工事"),
    ]
    world.boards.received = [application(), application(2, state="COMPLETED", application_number="A-DONE")]
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/dashboard")).text
        told = (await http.get("/api/v1/dashboard")).json()
    for shown in ("音声品質低下", "設備更改工事", "A-2026-000123"):
        assert shown in text
    for hidden in ("終わった障害", "終わった工事", "中止の工事", "A-DONE"):
        assert hidden not in text
    assert (told["openIncidents"], told["comingMaintenances"], told["openApplications"]) == (1, 1, 1)
    assert told["incidents"][0]["state"] == "inProgress"
    assert told["applications"][0]["action"] == "add"
    assert (told["contracts"][0]["serviceStatusCode"], told["contracts"][0]["operatingStatus"]) == (1, "running")


async def test_n7_an_incident_shows_its_story_and_only_the_contracts_that_may_be_seen(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    theirs = affected(3, tenant_id=OTHER_TENANT, contract_number="N000000099")
    world.boards.incidents = [incident(contracts=(affected(1), affected(2), theirs), news=NEWS, status="REPAIRING")]
    sees_only(world, 1)
    async with person(world) as http:
        await enter(http)
        listed = (await http.get("/service-status")).text
        text = (await http.get(f"/incidents/{incident().incident_id}")).text
    assert "復旧作業中" in listed
    assert text.index("機器を交換しています") < text.index("受け付けました")
    assert "N000000001" in text
    assert "N000000002" not in text
    assert "N000000099" not in text


async def test_n7_n8_the_lines_of_what_the_operator_tells_stay_apart_on_the_pages(world: World) -> None:
    told = "機器を交換しています。\n終わり次第お知らせします。"
    world.boards.rows = [contract(1)]
    world.boards.incidents = [incident(news=(replace(NEWS[0], text=told),))]
    world.boards.maintenances = [maintenance(text=told)]
    async with person(world) as http:
        await enter(http)
        incident_page = (await http.get(f"/incidents/{incident().incident_id}")).text
        maintenance_page = (await http.get(f"/maintenance/{maintenance().maintenance_id}")).text
    assert f'<span class="lines">{told}</span>' in incident_page
    assert f'<dd class="lines">{told}</dd>' in maintenance_page


async def test_n7_who_may_see_none_of_its_contracts_does_not_see_the_incident(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    world.boards.incidents = [incident(contracts=(affected(2),))]
    world.boards.maintenances = [maintenance(contracts=(affected(2),))]
    world.boards.received = [application(2)]
    sees_only(world, 1)
    async with person(world) as http:
        await enter(http)
        for path in (
            f"/incidents/{incident().incident_id}",
            f"/maintenance/{maintenance().maintenance_id}",
            f"/applications/{application(2).application_id}",
            "/incidents/nonsense",
            "/maintenance/nonsense",
            "/applications/nonsense",
        ):
            assert (await http.get(path)).status_code == 404, path
        assert "音声品質低下" not in (await http.get("/service-status?incidents=all")).text
        assert (await http.get("/api/v1/dashboard")).json()["openIncidents"] == 0


async def test_n7_an_incident_of_the_portal_is_shown_to_everybody(world: World) -> None:
    world.boards.incidents = [incident(category="PORTAL", contracts=(), title="ポータルの障害")]
    world.boards.persons[USER] = registered(groups=())
    async with person(world) as http:
        await enter(http)
        assert "ポータルの障害" in (await http.get("/service-status")).text
        assert "すべてのご利用者" in (await http.get(f"/incidents/{incident().incident_id}")).text


async def test_s31_n8_one_window_is_shown_at_different_hours_to_different_people(world: World) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    world.boards.maintenances = [maintenance(starts_at=at, ends_at=at + timedelta(hours=1))]
    async with person(world) as http:
        await enter(http)
        assert "2026年12月1日(火) 09:00 JST" in (await http.get("/maintenance")).text
        world.boards.persons[USER] = registered(timezone="UTC", screen_language="en")
        assert "Tue 1 Dec 2026, 00:00 UTC" in (await http.get("/maintenance")).text


async def test_n8_a_month_stands_in_the_persons_zone_across_the_change_of_daylight_saving(world: World) -> None:
    # 22:30 UTC on the 24th is 00:30 on the 25th in Berlin, the night that has 25 hours.
    at = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    world.boards.maintenances = [maintenance(starts_at=at, ends_at=at + timedelta(hours=25), name="長い工事")]
    world.boards.persons[USER] = registered(timezone="Europe/Berlin", screen_language="en")
    async with person(world) as http:
        await enter(http)
        text = read(await http.get("/maintenance/calendar?month=2026-10")).text
        assert "October 2026" in text
        assert "00:30 長い工事" in text
        assert text.count("長い工事") == 2
        one = (await http.get(f"/maintenance/{maintenance().maintenance_id}")).text
        assert "Sun 25 Oct 2026, 00:30 CEST" in one
        assert "Mon 26 Oct 2026, 00:30 CET" in one
        for broken in ("nonsense", "2026-13", "99999-01"):
            assert (await http.get("/maintenance/calendar", params={"month": broken})).status_code == 200


async def test_n8_a_calendar_feed_is_made_read_and_ended(world: World) -> None:
    world.boards.maintenances = [maintenance(), maintenance(2, contracts=(affected(2, tenant_id=OTHER_TENANT),))]
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        assert "URLを作成" in (await http.get("/maintenance/feed")).text
        made = await send(http, "/maintenance/feed", "/maintenance/feed")
        assert f"/calendar/{SECRET}.ics" in made.text
        assert SECRET not in (await http.get("/maintenance/feed")).text
        http.cookies.clear()
        told = await http.get(f"/calendar/{SECRET}.ics")
        assert told.headers["content-type"].startswith("text/calendar")
        assert told.text.count("BEGIN:VEVENT") == 1
        assert "SUMMARY:設備更改工事" in told.text
        assert "DTSTART:20261125T090000Z" in told.text
        assert all(len(line.encode()) <= 75 for line in told.text.split("\r\n"))
        world.boards.persons[USER] = registered(status="SUSPENDED")
        assert (await http.get(f"/calendar/{SECRET}.ics")).status_code == 404
        world.boards.persons[USER] = registered(groups=())
        assert "BEGIN:VEVENT" not in (await http.get(f"/calendar/{SECRET}.ics")).text
        world.own_contracts.feeds.clear()
        assert (await http.get(f"/calendar/{SECRET}.ics")).status_code == 404


def test_n8_a_line_end_of_an_old_fact_ends_no_line_of_a_feed() -> None:
    text = ics.calendar([maintenance(name="一\u2028二", text="三\u2029四\r\n五")], site().words["ja"], "portal")
    assert "SUMMARY:一\\n二\r\n" in text
    assert "三\\n四\\n五" in text
    assert text.splitlines() == text.removesuffix("\r\n").split("\r\n")


async def test_n8_an_address_that_calendars_know_stops_working_only_once_that_was_asked(world: World) -> None:
    feed = "/maintenance/feed"
    async with person(world) as http:
        await enter(http)
        for deed in ("again", "end"):
            assert (await http.get(f"{feed}/{deed}")).headers["location"] == feed
        made = read(await send(http, feed, feed))
        assert [action for action, _ in made.forms if action.startswith(feed)] == []
        again, end = [read(await http.get(f"{feed}/{deed}")) for deed in ("again", "end")]
        assert {f"{feed}/again", f"{feed}/end"} <= {href for href, _ in made.links}
        for page in (again, end):
            assert "登録したカレンダーの予定は更新されなくなります" in page.text
            assert (feed, "キャンセル") in page.links
        assert f"/calendar/{SECRET}.ics" in (await http.post(f"{feed}/again", data=again.form(f"{feed}/again"))).text
        assert world.own_contracts.feeds
        assert "URLを作成" in (await http.post(f"{feed}/end", data=end.form(f"{feed}/end"))).text
        assert not world.own_contracts.feeds


async def test_n8_an_old_page_sent_again_hides_no_feed_that_took_its_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ended(*_: object) -> str:
        raise error_of("contracts", 409, {"code": "calendar-unknown"})

    feed = "/maintenance/feed"
    async with person(world) as http:
        await enter(http)
        old = read(await http.get(feed)).form(feed)
        assert (await http.post(feed, data=old)).status_code == 200
        monkeypatch.setattr(world.own_contracts, "issue_calendar", ended)
        again = await http.post(feed, data=old)
    assert again.status_code == 409
    assert "このカレンダー" in again.text
    assert f"{feed}/end" in {href for href, _ in read(again).links}


@pytest.mark.parametrize("deed", ["again", "end"])
async def test_n8_what_may_have_become_of_a_feed_is_asked_about_again_under_its_key(world: World, deed: str) -> None:
    feed, where = "/maintenance/feed", f"/maintenance/feed/{deed}"
    async with person(world) as http:
        await enter(http)
        assert (await send(http, feed)).status_code == 200
        page = read(await http.get(where))
        world.own_contracts.refusal = Unavailable("contracts")
        answer = await http.post(where, data=page.form(where))
        again = read(answer)
        assert (answer.status_code, "登録したカレンダーの予定は更新されなくなります" in again.text) == (503, True)
        assert "URLを作成" not in again.text
        assert again.form(where)["idempotencyKey"] == page.form(where)["idempotencyKey"]
        assert (await http.post(where, data=again.form(where))).status_code == 200


async def test_n8_a_first_feed_that_may_have_been_made_is_wished_for_under_its_key(world: World) -> None:
    feed = "/maintenance/feed"
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(feed))
        world.own_contracts.refusal = Unavailable("contracts")
        answer = await http.post(feed, data=page.form(feed))
    assert answer.status_code == 503
    assert read(answer).form(feed)["idempotencyKey"] == page.form(feed)["idempotencyKey"]


async def test_s42_an_application_shows_how_its_work_went(world: World) -> None:
    world.boards.received = [application(order_type="TERMINATION", state="IN_PROGRESS", order_status=2)]
    async with person(world) as http:
        await enter(http)
        listed = (await http.get("/applications?underWay=1")).text
        text = (await http.get(f"/applications/{application().application_id}")).text
    assert "廃止" in listed
    assert "手続き中" in listed
    assert "現地調査完了" in text
    assert "受付済" in text


@pytest.mark.parametrize(
    ("language", "sought", "href"),
    [
        ("ja", "リカバリーコード", "/help/tutorial/app/"),
        ("ja", "迷惑メール 認証コード", "/help/tutorial/mail/"),
        ("en", "permission group", "/help/tutorial/groups/"),
        ("en", "expired", "/help/problems/activation-expired"),
    ],
)
async def test_s10_the_help_is_searched(world: World, language: str, sought: str, href: str) -> None:
    async with person(world, language) as http:
        page = read(await http.get("/help", params={"search": sought}))
        assert href in [one for one, _ in page.links]
        assert (await http.get(href)).status_code == 200
        nothing = await http.get("/help", params={"search": "<b>zzz"})
    assert "&lt;b&gt;zzz" in nothing.text


async def test_each_tutorial_is_there_in_both_languages(world: World) -> None:
    for language in ("ja", "en"):
        async with person(world, language) as http:
            for name in ("firstlogin", "app", "mail", "groups", "hop"):
                assert (await http.get(f"/help/tutorial/{name}/")).status_code == 200
            assert (await http.get("/help/tutorial/made-up")).status_code == 404


async def test_m4_pages_and_counts_never_read_what_may_not_be_seen(world: World) -> None:
    world.boards.rows = [contract(n, service_name="uno" if n % 2 else "smart-pbx") for n in range(1, 1001)]
    sees_only(world, 2)

    async def forbidden(_tenant: object) -> list[object]:
        raise AssertionError("nobody needs all contracts")

    world.boards.contracts = forbidden  # type: ignore[method-assign,assignment]
    async with person(world) as http:
        await enter(http)
        told = (await http.get("/api/v1/dashboard")).json()
    assert told["total"] == 1
    assert [one["contractNumber"] for one in told["contracts"]] == ["N000000002"]
    assert isinstance(world.journeys.contracts, ContractsJourney)
