"""The page of one reader, its line on the board, and the picture of who feeds whom."""

import json
import re
from datetime import timedelta
from functools import partial
from html import unescape

import pytest

from gateway.application.flow_history import COARSE, FINE, MIDDLE, Span, sampled
from gateway.application.ops_history import RECENT, FlowHistory
from gateway.application.ops_ports import Standing
from gateway.web import ops_history
from gateway.web.ops_board import by_lag, lines
from gateway.web.ops_drawing import band, spark
from gateway.web.ops_map import map_of
from kernel.application.flowing import Verdict
from tests.unit.gateway.fakes import NOW
from tests.unit.gateway.fakes_ops_history import fill_history
from tests.unit.gateway.flows import NAME, flow, unseen
from tests.unit.gateway.looking import looking
from tests.unit.gateway.reading import read
from tests.unit.gateway.server_sent import sent_events
from tests.unit.gateway.test_pages_ops import opened, operate
from tests.unit.gateway.world import World

PAGE = "/ops/streams/users.contracts/portal.contracts.events.v1"


@pytest.fixture
def world() -> World:
    made = World()
    operate(made, "OPS_VIEWER")
    fill_history(made.archive, NAME)
    return made


@pytest.mark.parametrize(("language", "stalled", "least"), [("ja", "停滞", "最小"), ("en", "Stalled", "Least")])
async def test_o1_the_page_tells_of_a_reader_without_any_script(
    world: World, language: str, stalled: str, least: str
) -> None:
    async with await opened(world, language) as http:
        answer = await http.get(PAGE)
        page = read(answer)
    assert stalled in page.text
    assert least in page.text
    rows = re.findall(r'<th scope="row" class="time">', answer.text)
    assert len(rows) in {12, 13}, "an hour by five minutes"
    assert {f"{PAGE}?range={one}" for one in ("hour", "day", "week")} <= {href for href, _ in page.links}


async def test_the_lines_are_drawn_from_what_the_table_says_with_holes_where_nothing_was_recorded(
    world: World,
) -> None:
    async with await opened(world) as http:
        text = (await http.get(f"{PAGE}?range=week")).text
    found = re.search(r'data-points="([^"]*)"', text)
    assert found is not None
    data = json.loads(unescape(found[1]))
    assert {len(column) for column in data.values()} == {len(data["at"])}
    assert {after - before for before, after in zip(data["at"][:-1], data["at"][1:], strict=True)} == {900}
    assert 20 < data["lag"].count(None) < 30, "six hours by quarters"
    assert all(most >= mean for most, mean in zip(data["lagMost"], data["lag"], strict=True) if mean is not None)


@pytest.mark.parametrize("path", [f"{PAGE}?range=year", f"/ops/streams/{'x' * 101}/log:users"])
async def test_an_address_that_says_nonsense_leads_nowhere(world: World, path: str) -> None:
    async with await opened(world) as http:
        assert (await http.get(path)).status_code == 404


async def test_a_reader_that_nobody_knows_is_not_found(world: World) -> None:
    async with await opened(world) as http:
        assert (await http.get("/ops/streams/users.nobody/log:users")).status_code == 404


async def test_a_silent_service_is_named_as_such_and_its_past_is_there(world: World) -> None:
    world.processes["users"].away = True
    async with await opened(world, "en") as http:
        page = read(await http.get(PAGE))
    assert "Its service does not answer" in page.text
    assert "Least" in page.text


async def test_while_the_past_cannot_be_read_an_open_page_tells_the_present_and_draws_the_past_when_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turn(*, away: bool) -> None:
        world.archive.away = away

    steps = [partial(turn, away=away) for away in (True, True, False, False)]
    monkeypatch.setattr(ops_history, "looks", looking(*steps))
    async with await opened(world) as http:
        told = [one.data for one in sent_events((await http.get(f"{PAGE}/changes")).text)]
    assert ['hx-target="#now"' in one for one in told] == [True] * 4
    assert ['hx-target="#past"' in one for one in told] == [False, False, True, False]


async def test_the_board_shows_the_last_hour_as_a_line_and_leads_to_the_page(world: World) -> None:
    async with await opened(world, "en") as http:
        answer = await http.get("/ops")
        assert "in the last hour" in answer.text
        assert answer.text.count("<polyline") == 1, "of the others there is nothing to draw"
        assert "Head 100, 40.0 new a second" in answer.text
        assert PAGE in [href for href, _ in read(answer).links]


async def test_a_board_without_lines_is_a_board(world: World) -> None:
    world.archive.away = True
    async with await opened(world) as http:
        assert (await http.get("/ops")).status_code == 200


async def test_the_board_may_be_sorted_by_lag(world: World) -> None:
    world.processes["users"].flowing = [flow(2, consumer="users.a"), flow(90, consumer="users.b")]
    async with await opened(world) as http:
        drawn, sorted_ = [(await http.get(path)).text for path in ("/ops", "/ops?sort=lag")]
        assert (await http.get("/ops?sort=name")).status_code == 404
    assert drawn.index(">users.a<") < drawn.index(">users.b<")
    assert sorted_.index(">users.b<") < sorted_.index(">users.a<")
    assert 'hx-sse:connect="/ops/changes?sort=lag"' in sorted_


USERS, CONTRACTS = "portal.users.events.v1", "portal.contracts.events.v1"
STANDINGS = [
    Standing(
        service="users",
        answers=True,
        flows=(
            flow(consumer="users.relay", topic=USERS),
            flow(consumer="users.board", topic="log:users", verdict=Verdict.SLOW),
            flow(3, consumer="users.contracts", topic=CONTRACTS, verdict=Verdict.STOPPED),
            flow(9, consumer="users.mails", topic=CONTRACTS),
        ),
    ),
    Standing(service="contracts", answers=True, flows=(flow(consumer="contracts.relay", topic=CONTRACTS),)),
    Standing(service="gateway", answers=True, flows=(flow(consumer="projector", topic=CONTRACTS),)),
]


def test_the_picture_joins_each_log_by_its_relay_to_its_topic_and_that_to_who_reads_it() -> None:
    found = map_of(STANDINGS, lines(STANDINGS))
    assert found is not None
    assert [box.words for box in found.boxes if box.x == 0] == ["users", "contracts"]
    assert [box.verdict for box in found.boxes if box.x == 0] == [Verdict.SLOW, None]
    assert sorted(box.words for box in found.boxes) == sorted(["users", "contracts", CONTRACTS, "users", "gateway"])
    assert [edge.verdict for edge in found.edges] == [Verdict.OK, Verdict.OK, Verdict.OK, Verdict.STOPPED]
    assert all(box.x >= 0 and box.x + box.wide < found.width and box.y + 36 <= found.height for box in found.boxes)


def test_where_nothing_flows_between_services_there_is_no_picture() -> None:
    alone = [Standing(service="users", answers=True, flows=(flow(consumer="users.board", topic="log:users"),))]
    assert map_of(alone, lines(alone)) is None


def test_by_lag_the_order_of_the_logs_stays_and_that_of_their_readers_follows() -> None:
    drawn = lines(STANDINGS)
    assert [one.topic for one in by_lag(drawn)] == [one.topic for one in drawn]
    (topic,) = [one for one in by_lag(drawn) if one.topic == CONTRACTS]
    assert [one.lag for one in topic.flows] == [9, 3, 0]


def test_a_minute_of_trouble_in_a_week_is_seen_on_the_band_and_stays_on_it() -> None:
    since, until = NOW - timedelta(days=7), NOW
    last = sampled(NOW - COARSE.width, flow(9, verdict=Verdict.STALLED))
    points = [sampled(NOW - timedelta(days=3), flow()), last]
    found = FlowHistory(
        consumer=NAME[0],
        topic=NAME[1],
        span=Span.WEEK,
        since=since,
        until=until,
        points=points,
        flow=None,
        answers=True,
    )
    drawn = {part.verdict: part for part in band(found)}
    assert drawn[Verdict.STALLED].width == 4
    assert all(part.x >= 0 and part.x + part.width <= 1000 for part in drawn.values())
    assert max(drawn.values(), key=lambda part: part.painted).verdict is Verdict.STALLED


async def test_o1_where_nobody_knew_how_far_it_was_lines_have_a_hole_and_the_table_says_so(world: World) -> None:
    known = [sampled(NOW - number * FINE.width, flow(5)) for number in (4, 3, 1)]
    lost = [sampled(NOW - number * FINE.width, unseen()) for number in (2, 0)]
    world.archive.kept[NAME, FINE] = {FINE.slot(one.at): one for one in (*known, *lost)}
    world.processes["users"].flowing = [unseen()]
    async with await opened(world, "en") as http:
        answer = await http.get(PAGE)
    found = re.search(r'data-points="([^"]*)"', answer.text)
    assert found is not None
    data = json.loads(unescape(found[1]))
    assert data["lag"][-5:] == [5, 5, None, 5, None]
    assert data["comes"][-5:] == [None, 0, None, 0, None]
    page = read(answer)
    assert "How far it is behind is not known. Kafka does not answer." in page.text
    assert answer.text.count('<span class="muted">Not known</span>') >= 4, "three figures now, one of the partition"
    assert '<rect class="unknown"' in answer.text


def test_the_line_on_the_board_is_broken_where_nobody_knew() -> None:
    step = MIDDLE.width
    points = [sampled(NOW - number * step, unseen() if number in {3, 6} else flow(4)) for number in range(9, 0, -1)]
    found = spark(points, NOW - RECENT, NOW)
    assert found is not None
    assert [len(line.split()) for line in found.lines] == [3, 2, 2]
    assert found.most == 4
    assert spark([sampled(NOW, unseen())] * 3, NOW - RECENT, NOW) is None
