"""The ops console as JSON: gathered from every process, recorded before it is done, refused to everybody else."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from gateway.application import paging, policy
from gateway.application.errors import AlreadyShown
from gateway.application.policy import POLICY, Operation, Who
from gateway.application.problem_words import WORDS
from kernel.application.flowing import Verdict
from kernel.application.parking import Chosen
from kernel.application.watching import Silent
from kernel.domain.errors import Unavailable
from tests.unit.gateway.asking import PEOPLE, Told, ask, fresh_world, is_untouched, touched
from tests.unit.gateway.bodies import OWN
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops import PARKED, READER, SECRET_NAME, parked
from tests.unit.gateway.flows import flow, foreign, unseen
from tests.unit.gateway.world import World

OPS, LOOKS, ADMINISTRATOR = PEOPLE["ops"], PEOPLE["ops viewer"], PEOPLE["administrator"]
ALL = [one for one in operations() if one.id.startswith("ops")]
SHOWN = dict.fromkeys(("opsUnmask", "opsUnmaskParked", "opsMailReceiver"), "already-shown")


@pytest.fixture
def world() -> World:
    made = fresh_world()
    OPS.come(made)
    return made


async def say(world: World, name: str, body: Any = None, **query: str) -> Told:
    operation = next(one for one in ALL if one.id == name)
    return await ask(world, OPS, operation, body=body, query=query)


async def test_the_streams_of_every_service_are_gathered_and_who_is_silent_says_so(world: World) -> None:
    world.processes["contracts"].away = True
    world.processes["users"].verdict = Verdict.SLOW
    found = {one["service"]: one for one in (await say(world, "opsStreams")).json["items"]}
    assert {name: (one["answers"], one["verdict"]) for name, one in found.items()} == {
        "users": (True, "SLOW"),
        "contracts": (False, "STOPPED"),
        "gateway": (True, "OK"),
    }
    (flow,) = found["users"]["flows"]
    assert (flow["consumer"], flow["lag"], flow["lagSeconds"], flow["rate"]) == (READER, 10, 2.5, 12.0)


async def test_what_is_parked_anywhere_is_one_list_by_age_and_goes_on_behind_its_cursor(world: World) -> None:
    world.processes["users"].streams = [parked(number) for number in (0, 3, 4)]
    world.processes["gateway"].streams = [parked(number, consumer="projector") for number in (1, 2)]
    seen, cursor = [], ""
    for _ in range(3):
        page = (await say(world, "opsParked", limit="2", **({"cursor": cursor} if cursor else {}))).json
        seen += [UUID(one["streamId"]).int - PARKED.int for one in page["items"]]
        cursor = page["nextCursor"]
    assert (seen, cursor) == ([0, 1, 2, 3, 4], None)
    groups = (await say(world, "opsParkedGroups")).json["items"]
    assert [(one["consumer"], one["streams"]) for one in groups] == [(READER, 3), ("projector", 2)]


async def test_o1_a_service_that_was_silent_is_named_on_every_later_page_of_parked_streams(world: World) -> None:
    world.processes["users"].streams = [parked(number) for number in (0, 3, 6)]
    world.processes["gateway"].streams = [parked(number, consumer="projector") for number in (1, 2, 4, 5)]
    told = []
    cursor: dict[str, str] = {}
    for away in (False, True, False):
        world.processes["users"].away = away
        page = (await say(world, "opsParked", limit="2", **cursor)).json
        told.append(([UUID(one["streamId"]).int - PARKED.int for one in page["items"]], page["silent"]))
        cursor = {"cursor": page["nextCursor"]}
    assert told == [([0, 1], []), ([2, 4], ["users"]), ([5, 6], ["users"])], "what came before never comes"
    assert page["nextCursor"] is None


def _with_names(names: str) -> str:
    return paging.cursor(("1", f"{NOW.isoformat()}|{READER}|{PARKED}|{names}"))


@pytest.mark.parametrize(
    "cursor", ["x", "WyIxIiwgInwifCJd", "WyIxIiwgImF8YnxjIl0", _with_names("billing"), _with_names("users,")]
)
async def test_a_cursor_that_is_none_of_ours_is_refused(world: World, cursor: str) -> None:
    told = await say(world, "opsParked", cursor=cursor)
    assert (told.status, told.code) == (422, "cursor-unreadable")


@pytest.mark.parametrize(
    ("operation", "name"), [("opsParked", "consumer"), ("opsParked", "error"), ("opsEvents", "type")]
)
async def test_a11_what_no_text_of_ours_holds_is_refused_and_no_service_called_silent(
    world: World, operation: str, name: str
) -> None:
    told = await say(world, operation, **{name: "a\0b"})
    assert (told.status, told.json["errors"][0]["code"]) == (422, "control-character")


async def test_v9_in_the_list_of_parked_streams_only_their_envelopes_are_told(world: World) -> None:
    (told,) = (await say(world, "opsParked")).json["items"]
    assert (told["eventType"], told["version"], told["events"]) == ("portal.application.received.v9", 4, 2)
    assert not {"value", "data", "payload", "headers", "asItCame"} & set(told)


async def test_o1_a_parked_stream_says_why_what_waits_and_what_the_fact_says_but_nothing_of_anybody(
    world: World,
) -> None:
    for who in (OPS, LOOKS):
        who.come(world)
        operation = next(one for one in ALL if one.id == "opsParkedStream")
        answer = await ask(world, who, operation)
        told = answer.json
        assert (told["error"], told["detail"][:22]) == ("Unreadable", "portal.application.rec")
        assert (told["events"], told["behind"], told["bytes"] > 0) == (2, 1, True)
        assert (told["source"], told["eventId"]) == ("contracts", f"{PARKED}/4")
        assert told["payload"]["data"] == {"contractId": str(PARKED), "name": None, "token": None}
        assert [(one["path"], one["shown"]) for one in told["payload"]["covered"]] == [
            ("/name", "MASKED"),
            ("/token", "HIDDEN"),
        ]
        assert told["asItCame"] is None
        assert SECRET_NAME not in answer.body.decode()
    assert is_untouched(world)


async def test_v9_who_gives_a_reason_sees_error_text_and_bytes_once_and_it_is_on_record_before(world: World) -> None:
    told = (await say(world, "opsUnmaskParked", {"reason": "a call from the company"})).json
    assert told["asItCame"]["error"] == f"Unreadable('{SECRET_NAME} <b>')"
    assert SECRET_NAME in told["asItCame"]["text"]
    assert told["asItCame"]["hexDump"].startswith("00000000  7b 22")
    assert told["payload"]["data"]["name"] == SECRET_NAME
    assert OPS.person is not None
    about = f"{READER} {PARKED}/4"
    assert world.deeds.about == [(OPS.person.user_id, "UNMASK", about, "a call from the company")]
    assert world.processes["users"].done == [("unmask", READER, f"{PARKED}/4")]


async def test_v9_the_same_wish_sent_again_shows_nothing_of_a_parked_stream(world: World) -> None:
    someone = await world.journeys.sessions.viewer("token", "203.0.113.9")
    assert someone is not None
    asked = replace(world.asked(), key="this wish")
    await world.journeys.ops.unmask(someone, READER, PARKED, "a call", asked)
    with pytest.raises(AlreadyShown):
        await world.journeys.ops.unmask(someone, READER, PARKED, "a call", asked)
    assert (await say(world, "opsUnmaskParked", {"reason": "a call"})).status == 200
    assert len(world.deeds.about) == len(world.processes["users"].done) == 2


async def test_v9_of_a_parked_stream_what_cannot_be_recorded_or_is_not_there_is_not_shown(world: World) -> None:
    operation = next(one for one in ALL if one.id == "opsUnmaskParked")
    world.deeds.refuses = True
    refused = await say(world, "opsUnmaskParked", {"reason": "a call"})
    assert (refused.status, SECRET_NAME in refused.body.decode()) == (403, False)
    world.deeds.refuses = False
    for changed in ({"streamId": UUID(int=5)}, {"consumer": "users.others"}, {"consumer": "nobody"}):
        assert (await ask(world, OPS, operation, ids={**OWN, **changed})).status == 404
    assert (await say(world, "opsUnmaskParked", {"reason": " "})).status == 422
    world.processes["users"].away = True
    assert (await say(world, "opsUnmaskParked", {"reason": "a call"})).status == 503
    assert is_untouched(world)


async def test_v9_only_the_very_fact_is_shown_that_is_on_record(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    users, real = world.processes["users"], world.deeds.record_about

    async def applied_meanwhile(*said: Any) -> bool:
        users.streams = [parked(version=5)]
        return await real(*said)

    monkeypatch.setattr(world.deeds, "record_about", applied_meanwhile)
    told = await say(world, "opsUnmaskParked", {"reason": "a call"})
    assert (told.status, SECRET_NAME in told.body.decode()) == (404, False)


async def test_a_dry_run_counts_and_neither_does_nor_records_anything(world: World) -> None:
    for name, body in (("opsRetry", {}), ("opsDiscard", {"consumer": READER, "error": "Unreadable"})):
        told = await say(world, name, {**body, "reason": "to see", "dryRun": True})
        assert (told.json["streams"], told.json["events"]) == (1, 2)
    assert is_untouched(world)


async def test_what_an_operator_does_is_recorded_with_person_and_reason_before_it_is_done(world: World) -> None:
    told = await say(world, "opsDiscard", {"consumer": READER, "streams": [str(PARKED)], "reason": "a test order"})
    assert told.json == {"streams": 1, "events": 2, "silent": []}
    chosen = Chosen(consumer=READER, streams=(PARKED,))
    assert OPS.person is not None
    assert world.deeds.recorded == [(OPS.person.user_id, "DISCARD", chosen, "a test order")]
    assert world.processes["users"].done == [("discard", chosen)]
    assert world.processes["gateway"].done == []


@pytest.mark.parametrize("name", [one.id for one in ALL if one.changes])
async def test_v9_the_same_wish_sent_again_is_neither_done_nor_recorded_again(world: World, name: str) -> None:
    first = await say(world, name)
    assert first.status == 200
    before = touched(world)
    assert before
    again = await say(world, name)
    assert (again.status, again.code) == (409, SHOWN.get(name, "already-ordered"))
    assert touched(world) == before
    assert not {"email", "payload"} & set(again.json)
    operation = next(one for one in ALL if one.id == name)
    other = await ask(world, OPS, operation, headers={"idempotency-key": "key-2"})
    assert other.code != again.code, "another key is another wish"


@pytest.mark.parametrize("code", ["already-ordered", "already-shown"])
def test_o1_what_is_on_record_may_not_have_been_done_and_the_refusal_says_so(code: str) -> None:
    ja, en = WORDS[code]
    assert ("なかった可能性" in ja, "may not have been" in en) == (True, True)


async def test_what_cannot_be_recorded_is_not_done(world: World) -> None:
    world.deeds.refuses = True
    assert (await say(world, "opsRetry", {"reason": "mended"})).status == 403
    assert is_untouched(world)


async def test_a_retry_of_all_goes_to_every_process_and_says_whom_it_did_not_reach(world: World) -> None:
    world.processes["contracts"].away = True
    told = await say(world, "opsRetry", {"reason": "mended"})
    assert told.json == {"streams": 1, "events": 2, "silent": ["contracts"]}
    assert [bool(one.done) for one in world.processes.values()] == [True, False, True]


async def test_streams_are_named_without_saying_who_parked_them(world: World) -> None:
    told = await say(world, "opsRetry", {"streams": [str(PARKED)], "reason": "mended"})
    assert (told.status, told.json["streams"]) == (200, 1)
    retry = next(one for one in ALL if one.id == "opsRetry")
    unknown = {"streams": [str(UUID(int=5))], "reason": "mended"}
    told = await ask(world, OPS, retry, body=unknown, headers={"idempotency-key": "key-2"})
    assert (told.status, told.code) == (404, "not-found")


async def test_where_nobody_answers_it_is_said_to_come_again(world: World) -> None:
    world.processes["users"].away = True
    told = await say(world, "opsRetry", {"consumer": READER, "reason": "mended"})
    assert (told.status, told.code) == (503, Unavailable.code)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("opsRetry", {}),
        ("opsRetry", {"reason": " "}),
        ("opsDiscard", {"consumer": READER, "reason": "all of them"}),
        ("opsDiscard", {"error": "Unreadable", "reason": "of every reader"}),
    ],
)
async def test_nothing_is_done_without_a_reason_and_nothing_given_up_unseen(
    world: World, name: str, body: dict[str, str]
) -> None:
    assert (await say(world, name, body)).status == 422
    assert is_untouched(world)


async def test_what_is_not_parked_is_not_found(world: World) -> None:
    operation = next(one for one in ALL if one.id == "opsParkedStream")
    for changed in ({"streamId": UUID(int=5)}, {"consumer": "users.others"}, {"consumer": "nobody"}):
        assert (await ask(world, OPS, operation, ids={**OWN, **changed})).status == 404


@pytest.mark.parametrize("operation", ALL, ids=lambda one: one.id)
async def test_v9_who_is_no_operator_is_refused_and_it_is_on_record(operation: Any) -> None:
    for who in (ADMINISTRATOR, PEOPLE["general user"], PEOPLE["administrator who claims to operate"]):
        world = fresh_world()
        who.come(world)
        with capture_logs() as said:
            assert (await ask(world, who, operation)).status == 403
        (told,) = [one for one in said if one["event"] == "ops.refused"]
        assert who.person is not None
        assert (told["operation"], told["user_id"]) == (operation.id, str(who.person.user_id))


def test_m4_the_role_that_only_looks_is_let_into_nothing_that_changes() -> None:
    for operation in operations():
        if Who.OPS_VIEWER in POLICY[operation.id]:
            assert operation.verb == "GET"
    changing = [one.id for one in ALL if one.changes]
    assert changing
    for name in changing:
        assert POLICY[name] == {Who.OPS}


async def test_who_may_only_look_is_refused_at_the_door_of_the_journey_too() -> None:
    world = fresh_world()
    LOOKS.come(world)
    viewer = await world.journeys.sessions.viewer("token", "203.0.113.9")
    assert viewer is not None
    assert policy.lets(viewer, Operation.OPS_PARKED)
    assert not policy.lets(viewer, Operation.OPS_RETRY)
    assert not policy.lets(replace(viewer, operator=None), Operation.OPS_PARKED)


@pytest.mark.parametrize("silent", Silent)
async def test_o1_what_nobody_says_of_a_reader_is_null_and_not_nothing(world: World, silent: Silent) -> None:
    world.processes["users"].flowing = [unseen(silent)]
    found = {one["service"]: one for one in (await say(world, "opsStreams")).json["items"]}
    assert (found["users"]["answers"], found["users"]["verdict"]) == (True, "UNKNOWN")
    (one,) = found["users"]["flows"]
    assert (one["lag"], one["lagSeconds"], one["rate"], one["silent"]) == (None, None, None, silent.value)
    assert [(part["place"], part["head"], part["lag"], part["silent"]) for part in one["parts"]] == [
        (93, 100, None, silent.value)
    ]


async def test_o3_records_that_no_service_wrote_are_told_with_the_reader_that_passed_them_by(world: World) -> None:
    world.processes["users"].flowing = [flow(foreign=foreign()), flow()]
    found = {one["service"]: one for one in (await say(world, "opsStreams")).json["items"]}
    met, nothing = found["users"]["flows"]
    assert met["foreign"].pop("at").startswith(NOW.isoformat()[:19])
    assert met["foreign"] == {"count": 12, "part": 4, "offset": 801, "reason": foreign().reason}
    assert nothing["foreign"] is None
