"""How a reader stood over time, as JSON."""

from datetime import datetime, timedelta

import pytest

from gateway.application.flow_history import FINE, Span, sampled
from kernel.application.flowing import Verdict
from tests.unit.gateway.asking import PEOPLE, Told, ask, fresh_world
from tests.unit.gateway.bodies import OWN
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops_history import fill_history
from tests.unit.gateway.flows import NAME, flow, unseen
from tests.unit.gateway.world import World

(HISTORY,) = [one for one in operations() if one.id == "opsStreamHistory"]


@pytest.fixture
def world() -> World:
    made = fresh_world()
    PEOPLE["ops viewer"].come(made)
    fill_history(made.archive, NAME)
    return made


async def say(world: World, ids: dict[str, str] | None = None, **query: str) -> Told:
    return await ask(world, PEOPLE["ops viewer"], HISTORY, ids={**OWN, **(ids or {})}, query=query)


@pytest.mark.parametrize(("span", "step"), [("hour", 15), ("day", 120), ("week", 900)])
async def test_o1_a_reader_is_told_of_over_an_hour_a_day_and_a_week(world: World, span: str, step: int) -> None:
    told = (await say(world, range=span)).json
    assert (told["consumer"], told["topic"], told["range"], told["step"]) == (*NAME, span, step)
    times = [datetime.fromisoformat(one["at"]) for one in told["points"]]
    assert times == sorted(times)
    assert NOW - times[0] < Span(span).length
    assert times[-1] <= NOW
    assert len(times) > 200
    one = told["points"][-1]
    assert one["lag"]["least"] <= one["lag"]["mean"] <= one["lag"]["most"]
    assert one["comes"] == 40.0
    assert {one["verdict"] for one in told["verdicts"]} >= {"OK"}


async def test_without_a_range_it_is_the_last_hour_with_what_went_wrong_in_it(world: World) -> None:
    told = (await say(world)).json
    assert [one["verdict"] for one in told["verdicts"]] == ["OK", "SLOW", "STALLED", "OK"]
    assert told["answers"]
    assert told["now"]["lag"] == 10


async def test_what_was_recorded_stays_when_the_service_is_silent_or_has_no_such_reader_any_more(world: World) -> None:
    world.processes["users"].away = True
    told = (await say(world)).json
    assert (told["answers"], told["now"]) == (False, None)
    assert told["points"]
    world.processes["users"].away = False
    world.processes["users"].flowing = [flow(consumer="users.board", verdict=Verdict.OK)]
    told = (await say(world)).json
    assert (told["answers"], told["now"]) == (True, None)


async def test_a_reader_that_nobody_knows_is_not_found_and_a_wrong_range_is_named(world: World) -> None:
    assert (await say(world, {"topic": "portal.nobody.events.v1"})).status == 404
    wrong = await say(world, range="year")
    assert wrong.status == 422
    assert "range" in wrong.body.decode()


async def test_where_nothing_can_be_read_it_is_said_to_come_again(world: World) -> None:
    world.archive.away = True
    assert (await say(world)).status == 503


async def test_a_new_reader_has_no_past_and_is_shown_all_the_same(world: World) -> None:
    world.archive.kept.clear()
    told = (await say(world)).json
    assert told["points"] == []
    assert [one["verdict"] for one in told["verdicts"]] == [None]
    assert told["now"]["consumer"] == NAME[0]
    assert NOW - datetime.fromisoformat(told["since"]) <= timedelta(hours=1)


async def test_o1_where_nobody_knew_how_far_it_was_the_history_says_so(world: World) -> None:
    known, lost = sampled(NOW - 2 * FINE.width, flow(5, 90)), sampled(NOW - FINE.width, unseen())
    world.archive.kept[NAME, FINE] = {FINE.slot(one.at): one for one in (known, lost)}
    world.processes["users"].flowing = [unseen()]
    told = (await say(world)).json
    before, now = told["points"]
    assert (before["lag"]["most"], before["verdict"]) == (5.0, "OK")
    assert (now["lag"], now["lagSeconds"], now["rate"], now["comes"]) == (None, None, None, None)
    assert (now["verdict"], now["samples"]) == ("UNKNOWN", 1)
    assert [one["verdict"] for one in told["verdicts"]][-2:] == ["OK", "UNKNOWN"]
    assert (told["now"]["lag"], told["now"]["silent"]) == (None, "KAFKA")
