"""The events of all services as JSON: one list by time, one whole, nothing personal without a reason on record."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.api import ops_events
from gateway.application.errors import AlreadyShown
from gateway.application.ops_events_ports import Again, Wanted
from gateway.application.viewer import Viewer
from kernel.application.browsing import Shown, Sought, Stage
from kernel.application.republishing import Progress
from tests.unit.gateway.asking import PEOPLE, Told, ask, fresh_world, is_untouched
from tests.unit.gateway.bodies import OWN
from tests.unit.gateway.browser import browser
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes import NOW, TENANT
from tests.unit.gateway.fakes_ops import PARKED, SECRET_NAME
from tests.unit.gateway.fakes_ops_events import CLICK, envelope
from tests.unit.gateway.looking import looking
from tests.unit.gateway.server_sent import sent_events
from tests.unit.gateway.world import World

OPS, LOOKS = PEOPLE["ops"], PEOPLE["ops viewer"]
EVENT = f"{PARKED}/1"


@pytest.fixture
def world() -> World:
    made = fresh_world()
    OPS.come(made)
    return made


async def say(world: World, name: str, body: Any = None, ids: Any = OWN, **query: str) -> Told:
    operation = next(one for one in operations() if one.id == name)
    return await ask(world, OPS, operation, body=body, query=query, ids=ids)


async def viewer(world: World) -> Viewer:
    found = await world.journeys.sessions.viewer("token", "203.0.113.9")
    assert found is not None
    return found


def fill(world: World) -> None:
    """Have three services record in turn."""
    for name, several in (("identity", (1, 4, 7)), ("users", (2, 5, 8)), ("contracts", (3, 6, 9))):
        world.logs[name].facts = [
            envelope(number, stream_id=uuid4(), recorded_at=NOW + timedelta(seconds=second))
            for number, second in enumerate(several, start=1)
        ]


async def test_o1_what_the_log_does_not_say_of_an_event_is_null(world: World) -> None:
    world.logs["users"].facts = [envelope(1, actor=None, correlation_id=None)]
    (listed,) = (await say(world, "opsEvents")).json["items"]
    whole = (await say(world, "opsEvent")).json
    for told in (listed, whole["event"]):
        assert (told["eventId"], told["actor"], told["correlationId"]) == (EVENT, None, None)


@pytest.mark.parametrize(
    ("order", "expected"), [("newest", [9, 8, 7, 6, 5, 4, 3, 2, 1]), ("oldest", list(range(1, 10)))]
)
async def test_o1_the_events_of_all_services_are_one_list_by_time_that_goes_on_behind_its_cursor(
    world: World, order: str, expected: list[int]
) -> None:
    fill(world)
    seen, cursor = [], ""
    for _ in range(5):
        page = (await say(world, "opsEvents", limit="2", order=order, **({"cursor": cursor} if cursor else {}))).json
        seen += [(one["recordedAt"], one["service"]) for one in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert len(seen) == 9
    assert [name for _, name in seen] == [("identity", "users", "contracts")[(n - 1) % 3] for n in expected]
    assert seen == sorted(seen, reverse=order == "newest")


async def test_o1_a_service_that_does_not_answer_is_named_and_the_others_are_listed(world: World) -> None:
    fill(world)
    world.logs["users"].away = True
    page = (await say(world, "opsEvents")).json
    assert (len(page["items"]), page["silent"]) == (6, ["users"])


async def test_o1_a_look_that_ended_before_it_found_anything_says_where_it_goes_on(world: World) -> None:
    fill(world)
    world.logs["users"].window = 1
    stream = str(world.logs["users"].facts[0].stream_id)
    page = (await say(world, "opsEvents", streamId=stream)).json
    found, pages = page["items"], 1
    while page["nextCursor"]:
        page = (await say(world, "opsEvents", streamId=stream, cursor=page["nextCursor"])).json
        found, pages = found + page["items"], pages + 1
    assert [one["streamId"] for one in found] == [stream]
    assert pages == 4, "each look goes through one fact, and the last one finds the end"


async def test_o1_every_key_reaches_the_logs_as_it_is_said(world: World) -> None:
    asked: list[Sought] = []
    world.logs["users"].look = _listening(world, asked)  # type: ignore[method-assign]
    await say(
        world,
        "opsEvents",
        service="users",
        tenantId=str(TENANT),
        streamId=str(PARKED),
        type="user.registered",
        correlationId=str(CLICK),
        causationId=f"{CLICK}/3",
        since="2026-04-01T00:00:00Z",
        until="2026-04-02T09:00:00+09:00",
        fromPosition="3",
        toPosition="8",
    )
    (sought,) = asked
    assert (sought.tenant_id, sought.stream_id, sought.type) == (TENANT, PARKED, "user.registered")
    assert (sought.correlation_id, sought.causation_id) == (CLICK, f"{CLICK}/3")
    assert (sought.first, sought.last) == (3, 8)
    assert (sought.since, sought.until) == (datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC))


def _listening(world: World, asked: list[Sought]) -> Any:
    real = world.logs["users"].look

    async def look(session: Any, sought: Sought, way: Any, how: Any) -> Any:
        asked.append(sought)
        return await real(session, sought, way, how)

    return look


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ({"eventId": "x", "causationId": "y"}, ["/eventId", "/causationId"]),
        ({"fromPosition": "3"}, ["/service"]),
        ({"service": "billing"}, ["/service"]),
        ({"eventId": EVENT, "streamId": str(CLICK)}, ["/streamId"]),
        ({"order": "random"}, ["/order"]),
        ({"since": "2026-04-01T00:00:00"}, ["/since"]),
        ({"fromPosition": str(2**63)}, ["/fromPosition"]),
    ],
)
async def test_o1_a_filter_that_cannot_be_read_is_refused_with_all_that_is_wrong(
    world: World, query: dict[str, str], pointers: list[str]
) -> None:
    told = await say(world, "opsEvents", **query)
    assert (told.status, told.code) == (422, "invalid")
    assert [one["pointer"] for one in told.json["errors"]] == pointers


async def test_o1_a_cursor_of_another_filter_is_refused(world: World) -> None:
    fill(world)
    cursor = (await say(world, "opsEvents", limit="1")).json["nextCursor"]
    assert (await say(world, "opsEvents", limit="1", service="users", cursor=cursor)).code == "cursor-unreadable"


async def test_o1_one_event_is_shown_with_its_readers_its_cause_and_its_effects(world: World) -> None:
    effect = envelope(1, stream_id=uuid4(), causation_id=EVENT, type="credential.opened")
    world.logs["identity"].facts = [effect]
    world.logs["contracts"].facts = [envelope(1, stream_id=CLICK, version=1, type="tenant.opened")]
    world.logs["users"].facts = [envelope(1, causation_id=f"{CLICK}/1")]
    world.readers["users"].stage = Stage.PARKED
    told = (await say(world, "opsEvent")).json
    assert (told["event"]["eventId"], told["event"]["service"]) == (EVENT, "users")
    assert [(one["service"], one["type"]) for one in told["causes"]] == [("contracts", "tenant.opened")]
    assert [(one["service"], one["type"]) for one in told["effects"]["items"]] == [("identity", "credential.opened")]
    assert {one["consumer"]: one["stage"] for one in told["readers"]} == {
        "users.reader": "PARKED",
        "gateway.reader": "APPLIED",
    }
    assert [mark.topic for mark in world.readers["users"].asked] == ["log:users", "portal.users.events.v1"]
    world.readers["gateway"].away = True
    assert (await say(world, "opsEvent")).json["silent"] == ["gateway"]


async def test_v9_personal_texts_are_covered_and_what_stands_for_a_secret_is_hidden(world: World) -> None:
    told = await say(world, "opsEvent")
    assert SECRET_NAME not in told.body.decode()
    assert told.json["payload"]["data"]["name"] is None
    assert {one["path"]: one["shown"] for one in told.json["payload"]["covered"]} == {
        "/name": "MASKED",
        "/members/0/email": "SHREDDED",
        "/fingerprint": "HIDDEN",
    }


async def test_v9_who_gives_a_reason_sees_them_once_and_it_is_on_record_before(world: World) -> None:
    told = await say(world, "opsUnmask", {"reason": "a call from the person"})
    assert told.json["payload"]["data"]["name"] == SECRET_NAME
    assert OPS.person is not None
    assert world.deeds.about == [(OPS.person.user_id, "UNMASK", f"users {EVENT}", "a call from the person")]
    assert world.logs["users"].done == [("unmask", EVENT)]


async def test_v9_the_same_wish_sent_again_shows_nothing(world: World) -> None:
    someone, asked = await viewer(world), replace(world.asked(), key="this wish")
    await world.journeys.ops_events.unmask(someone, "users", PARKED, 1, "a call", asked)
    with pytest.raises(AlreadyShown):
        await world.journeys.ops_events.unmask(someone, "users", PARKED, 1, "a call", asked)
    assert (await say(world, "opsUnmask", {"reason": "a call"})).status == 200, "another wish is recorded for itself"
    assert len(world.logs["users"].done) == 2


async def test_v9_what_cannot_be_recorded_or_is_not_there_is_not_shown(world: World) -> None:
    world.deeds.refuses = True
    assert (await say(world, "opsUnmask", {"reason": "a call"})).status == 403
    world.deeds.refuses = False
    for changed in ({"streamId": UUID(int=5)}, {"version": "7"}, {"service": "billing"}):
        assert (await say(world, "opsUnmask", {"reason": "a call"}, ids={**OWN, **changed})).status == 404
        assert (await say(world, "opsEvent", ids={**OWN, **changed})).status == 404
    assert is_untouched(world)
    assert (await say(world, "opsUnmask", {"reason": " "})).status == 422


async def test_v9_what_was_shredded_stays_so_whatever_the_reason(world: World) -> None:
    world.logs["users"].shown = Shown.SHREDDED
    told = await say(world, "opsUnmask", {"reason": "a call"})
    assert told.json["payload"]["covered"][0]["shown"] == "SHREDDED"
    assert SECRET_NAME not in told.body.decode()


async def test_o1_publishing_again_is_counted_first_and_then_recorded_with_the_very_position(world: World) -> None:
    world.logs["users"].facts = [envelope(number) for number in range(1, 8)]
    body = {"service": "users", "fromTime": "2026-04-01T00:00:00Z", "reason": "a reader lost its place"}
    counted = await say(world, "opsPublishAgain", {**body, "dryRun": True})
    assert counted.json == {"first": 3, "events": 5, "tenants": 1, "streams": 2, "mails": 0}
    assert is_untouched(world)
    await say(world, "opsPublishAgain", body)
    assert [(deed, about) for _, deed, about, _ in world.deeds.about] == [("PUBLISH_AGAIN", "users from 3")]
    assert world.logs["users"].done == [("publish again", Again(service="users", first=3))]


async def test_o1_how_far_it_is_is_told_by_service(world: World) -> None:
    world.logs["users"].progress = Progress(
        topic="portal.users.events.v1", first=3, place=5, head=9, sent=2, at=NOW, parts=(0, 1)
    )
    world.logs["contracts"].away = True
    told = (await say(world, "opsPublishing")).json
    assert [(one["service"], one["place"], one["sent"], one["doneAt"]) for one in told["items"]] == [
        ("users", 5, 2, None)
    ]
    assert told["silent"] == ["contracts"]


@pytest.mark.parametrize(
    "changes",
    [
        {"fromPosition": None},
        {"fromTime": "2026-04-01T00:00:00Z"},
        {"partition": 6},
        {"reason": ""},
        {"service": ""},
        {"fromPosition": 0},
    ],
)
async def test_o1_nonsense_publishes_nothing(world: World, changes: dict[str, object]) -> None:
    body = {"service": "users", "fromPosition": 1, "reason": "mended"}
    assert (await say(world, "opsPublishAgain", {**body, **changes})).status == 422
    assert is_untouched(world)


async def test_o1_a_second_wish_waits_for_the_first(world: World) -> None:
    world.logs["users"].busy = True
    told = await say(world, "opsPublishAgain", {"service": "users", "fromPosition": 1, "reason": "mended"})
    assert (told.status, told.code) == (409, "already-publishing")


async def test_o1_what_is_recorded_from_now_on_is_followed_and_a_burst_says_that_it_is_cut(world: World) -> None:
    someone, log = await viewer(world), world.logs["users"]

    async def looking() -> Any:
        for several in (2, 0, 250):
            log.facts += [envelope(len(log.facts) + n) for n in range(1, several + 1)]
            yield someone

    told = [
        (len(one.items), one.passed_over)
        async for one in world.journeys.ops_events.follow(looking(), someone, Wanted(), world.asked(), None)
    ]
    assert told == [(0, False), (2, False), (0, False), (200, True)]


async def test_o1_what_several_logs_record_at_once_is_followed_to_the_last_event(world: World) -> None:
    someone = await viewer(world)
    for log in world.logs.values():
        log.facts = []

    async def looking() -> Any:
        for several in (150, 0, 0, 0):
            for log in world.logs.values():
                log.facts += [envelope(len(log.facts) + n) for n in range(1, several + 1)]
            yield someone

    told = [one async for one in world.journeys.ops_events.follow(looking(), someone, Wanted(), world.asked(), None)]
    assert [(len(one.items), one.passed_over) for one in told] == [(n, False) for n in (0, 200, 200, 50, 0)]
    for name in world.logs:
        followed = [item.envelope.position for one in told for item in one.items if item.service == name]
        assert followed == list(range(1, 151))


async def test_o1_a_log_that_outruns_who_follows_it_beside_others_says_so(world: World) -> None:
    someone = await viewer(world)

    async def looking() -> Any:
        for _ in range(5):
            for log in world.logs.values():
                log.facts += [envelope(len(log.facts) + n) for n in range(1, 151)]
            yield someone

    told = [one async for one in world.journeys.ops_events.follow(looking(), someone, Wanted(), world.asked(), None)]
    seen = {(item.service, item.envelope.position) for one in told for item in one.items}
    first = next(number for number, one in enumerate(told) if one.passed_over)
    assert first == 2, "what waits of a log is more than one look takes"
    assert len(seen) == sum(len(one.items) for one in told), "and nothing is told twice"


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_o1_what_a_service_has_that_was_silent_once_comes_on_a_later_page(world: World, order: str) -> None:
    fill(world)
    world.logs["users"].away = True
    page = (await say(world, "opsEvents", limit="2", order=order)).json
    assert page["silent"] == ["users"]
    world.logs["users"].away = False
    found, silent = page["items"], []
    while page["nextCursor"]:
        page = (await say(world, "opsEvents", limit="2", order=order, cursor=page["nextCursor"])).json
        found, silent = found + page["items"], silent + page["silent"]
    assert sorted((one["service"], one["position"]) for one in found) == sorted(
        (name, position) for name in world.logs for position in (1, 2, 3)
    )
    assert not silent


async def test_o1_who_is_silent_from_a_page_on_goes_on_from_there(world: World) -> None:
    fill(world)
    page = (await say(world, "opsEvents", limit="4")).json
    world.logs["users"].away = True
    second = (await say(world, "opsEvents", limit="4", cursor=page["nextCursor"])).json
    assert second["silent"] == ["users"]
    world.logs["users"].away = False
    third = (await say(world, "opsEvents", limit="4", cursor=second["nextCursor"])).json
    assert third["nextCursor"] is None
    found = [(one["service"], one["position"]) for told in (page, second, third) for one in told["items"]]
    assert sorted(found) == sorted((name, position) for name in world.logs for position in (1, 2, 3))


async def test_o1_who_walks_all_pages_comes_to_an_end_while_a_service_is_away_and_the_last_page_names_it(
    world: World,
) -> None:
    fill(world)
    world.logs["users"].away = True
    page, pages = (await say(world, "opsEvents", limit="4")).json, 1
    while page["nextCursor"] and pages < 9:
        page, pages = (await say(world, "opsEvents", limit="4", cursor=page["nextCursor"])).json, pages + 1
    assert (page["nextCursor"], page["silent"], pages) == (None, ["users"], 3)


async def followed(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str | None, *steps: Callable[[], object]
) -> tuple[list[int], list[str], str | None]:
    """Follow while the steps are made; return which events were told, which names came, and the last id."""
    monkeypatch.setattr(ops_events, "looks", looking(*steps))
    async with browser(world) as http:
        http.headers.update(OPS.headers | ({"last-event-id": place} if place else {}))
        answer = await http.get("/api/v1/ops/events/live?type=user.registered")
    assert answer.status_code == 200
    told = sent_events(answer.text)
    events = [json.loads(one.data)["position"] for one in told if one.event == "event"]
    last = next((one.id for one in reversed(told) if one.id), place)
    return events, [one.event for one in told if one.event and one.event != "event"], last


async def test_o1_who_is_cut_off_before_the_first_event_goes_on_where_it_began(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = world.logs["users"]
    told, _, place = await followed(world, monkeypatch, None)
    assert (told, place is not None) == ([], True)
    log.facts += [envelope(2), envelope(3)]
    told, names, place = await followed(world, monkeypatch, place, lambda: log.facts.append(envelope(4)))
    assert (told, names) == ([2, 3, 4], [])
    assert (await followed(world, monkeypatch, place, lambda: None))[0] == []


async def test_o1_who_follows_what_seldom_comes_and_is_cut_off_is_not_told_that_something_was_passed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = world.logs["users"]
    log.window = 5

    def others() -> None:
        log.facts += [envelope(len(log.facts) + number, type="user.deleted") for number in range(1, 5)]

    _, _, place = await followed(world, monkeypatch, None, others, others, others)
    log.facts.append(envelope(14))
    assert (await followed(world, monkeypatch, place, others))[:2] == ([14], [])


async def test_o1_who_follows_while_nobody_answers_is_told_so_and_may_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for log in world.logs.values():
        log.away = True
    _, names, place = await followed(world, monkeypatch, None, lambda: None)
    assert names == ["silent", "silent"]
    for log in world.logs.values():
        log.away = False
    told, names, place = await followed(world, monkeypatch, place, lambda: None)
    assert (told, names) == ([], ["passedOver"]), "nobody knows what was recorded before they answered"
    assert (await followed(world, monkeypatch, place, lambda: None))[:2] == ([], [])


async def test_o1_who_follows_is_told_once_that_some_of_a_service_may_be_missing_that_was_silent_from_the_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = world.logs["contracts"]
    contracts.away = True
    _, names, place = await followed(world, monkeypatch, None, lambda: contracts.facts.append(envelope(1)))
    assert names == ["silent", "silent"]

    def comes() -> None:
        contracts.away = False

    told, names, place = await followed(
        world, monkeypatch, place, comes, lambda: None, lambda: contracts.facts.append(envelope(2))
    )
    assert (told, names) == ([2], ["passedOver"])
    assert (await followed(world, monkeypatch, place, lambda: None))[:2] == ([], [])


async def test_o1_nothing_is_said_to_be_missing_of_a_service_that_was_silent_after_its_place_was_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = world.logs["contracts"]

    def goes() -> None:
        contracts.away = True
        contracts.facts.append(envelope(1))

    def comes() -> None:
        contracts.away = False

    assert (await followed(world, monkeypatch, None, goes, comes))[:2] == ([1], ["silent"])
