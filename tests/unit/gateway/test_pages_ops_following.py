"""The page that follows events: its rows stay, and nothing is left out unsaid, however often its browser comes back."""

import re
from collections.abc import Callable

import pytest

from gateway.web import ops_events
from gateway.web.ops_following import HELD
from tests.unit.gateway.fakes_ops_events import envelope
from tests.unit.gateway.looking import looking
from tests.unit.gateway.server_sent import ServerSent, sent_events
from tests.unit.gateway.test_pages_ops import opened, operate
from tests.unit.gateway.world import World

PASSED, SILENT = "Some events may be missing here", "No answer from: contracts"


class Tab:
    """A page that is open and follows; the script of htmx names the last id when it connects anew."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self._world, self._patch = world, patch
        self.id = self.board = ""
        self.sent: list[ServerSent] = []

    async def listens(self, *steps: Callable[[], object]) -> None:
        """Connect, have a look after each step, and be cut off."""
        self._patch.setattr(ops_events, "looks", looking(*steps))
        async with await opened(self._world, "en") as http:
            headers = {"last-event-id": self.id} if self.id else {}
            answer = await http.get("/ops/events/changes?type=user.registered", headers=headers)
        assert answer.status_code == 200
        self.sent = sent_events(answer.text)
        for one in self.sent:
            self.id, self.board = one.id or self.id, one.data or self.board

    @property
    def rows(self) -> list[int]:
        """Return the versions of the events on the screen, from the top."""
        found = re.findall(r'href="/ops/events/users/[^/"]+/(\d+)"', self.board)
        return [int(number) for number in found]


@pytest.fixture
def tab(world: World, monkeypatch: pytest.MonkeyPatch) -> Tab:
    """Return a page that follows persons who are registered; one was before."""
    operate(world)
    return Tab(world, monkeypatch)


def record(world: World, several: int = 1, kind: str = "user.registered") -> None:
    facts = world.logs["users"].facts
    facts += [envelope(len(facts) + number, type=kind) for number in range(1, several + 1)]


async def test_o1_who_comes_back_keeps_the_rows_and_is_shown_what_came_meanwhile(world: World, tab: Tab) -> None:
    await tab.listens(lambda: None, lambda: record(world, 2))
    assert tab.rows == [3, 2]
    record(world, 3)
    await tab.listens(lambda: record(world))
    assert tab.rows == [7, 6, 5, 4, 3, 2]
    assert PASSED not in tab.board
    await tab.listens(lambda: None)
    assert tab.rows == [7, 6, 5, 4, 3, 2]


async def test_o1_who_comes_back_before_the_first_event_is_shown_what_came_meanwhile_and_nothing_older(
    world: World, tab: Tab
) -> None:
    await tab.listens(lambda: None)
    assert tab.rows == []
    record(world, 2)
    await tab.listens(lambda: None)
    assert tab.rows == [3, 2]


async def test_o1_rows_stay_whatever_else_was_recorded_that_does_not_fit(world: World, tab: Tab) -> None:
    await tab.listens(lambda: record(world), *[lambda: record(world, 15, "user.deleted")] * 4)
    assert [one.data for one in tab.sent[-4:]] == [""] * 4, "how far was looked is noted, and nothing drawn again"
    await tab.listens(lambda: record(world))
    assert tab.rows == [63, 2]
    assert PASSED not in tab.board


async def test_o1_rows_that_cannot_be_found_again_are_said_to_be_missing(world: World, tab: Tab) -> None:
    await tab.listens(lambda: record(world))
    world.logs["users"].window = 5
    await tab.listens(lambda: record(world, 4, "user.deleted"), lambda: record(world, 4, "user.deleted"))
    await tab.listens(lambda: None)
    assert tab.rows == []
    assert PASSED in tab.board


async def test_o1_after_more_than_anybody_follows_the_newest_are_shown_and_it_is_said_until_others_took_their_place(
    world: World, tab: Tab
) -> None:
    await tab.listens(lambda: record(world, 2))
    record(world, 500)
    await tab.listens(lambda: None)
    newest = list(range(503, 503 - HELD, -1))
    assert tab.rows == newest
    assert PASSED in tab.board
    await tab.listens(lambda: None, lambda: record(world, 1))
    assert tab.rows == [504, *newest[:-1]]
    await tab.listens(lambda: record(world, HELD))
    assert PASSED not in tab.board


async def test_o1_what_is_passed_over_is_said_for_as_long_as_it_would_stand_on_the_page(world: World, tab: Tab) -> None:
    await tab.listens(lambda: record(world, HELD + 1), lambda: record(world, HELD - 1))
    assert PASSED in tab.board
    await tab.listens(lambda: record(world, HELD), lambda: record(world, HELD + 1), lambda: record(world, HELD))
    assert PASSED not in tab.board


async def test_o1_a_place_that_is_none_of_ours_any_more_is_said_and_followed_from_now_on(
    world: World, tab: Tab
) -> None:
    for nonsense in ("x", "3.x", "99999999999.x", "-1.x", "."):
        tab.id = nonsense
        await tab.listens(lambda: record(world))
        assert (len(tab.rows), PASSED in tab.board) == (1, True)


async def test_o1_a_service_that_answers_again_is_no_longer_said_to_be_silent(world: World, tab: Tab) -> None:
    world.logs["contracts"].away = True
    await tab.listens(lambda: record(world))
    assert SILENT in tab.board
    world.logs["contracts"].away = False
    await tab.listens(lambda: None)
    assert SILENT not in tab.board
    assert tab.rows == [2]


async def test_o1_what_a_service_recorded_while_it_was_silent_from_the_start_is_said_to_be_missing(
    world: World, tab: Tab
) -> None:
    world.logs["contracts"].away = True
    await tab.listens(lambda: record(world))
    assert PASSED not in tab.board
    world.logs["contracts"].facts.append(envelope(1))
    world.logs["contracts"].away = False
    await tab.listens(lambda: None, lambda: record(world))
    assert PASSED in tab.board
    assert tab.rows == [3, 2], "the rows stay as they are"
    await tab.listens(lambda: record(world, HELD))
    assert PASSED not in tab.board


async def test_o1_who_follows_while_nobody_answers_goes_on_when_somebody_does(world: World, tab: Tab) -> None:
    for log in world.logs.values():
        log.away = True
    await tab.listens(lambda: None)
    for log in world.logs.values():
        log.away = False
    await tab.listens(lambda: record(world))
    assert tab.rows == [2]
    assert PASSED in tab.board
