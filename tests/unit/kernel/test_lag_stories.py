"""What befalls a reader of several partitions, told to the watch look by look: no false alarm, and found in a minute.

The stories of one partition are in test_flowing.py; these are their combinations, with looks that fail, processes
that start again and readers that are mended.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from kernel.application.flowing import Verdict
from kernel.application.watching import APART_SECONDS, Key, Reading, Silent, Watch
from kernel.domain.errors import Unavailable

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
BROKEN_AT, MENDED_AT, LOOKS = 20, 50, 70
MINUTE = int(60 / APART_SECONDS)
OK, UNKNOWN, SLOW, STALLED, STOPPED = Verdict

Story = Callable[[int], tuple[int, int, int]]
"""Place, head and tries of a partition at each look."""


def idle(_: int) -> tuple[int, int, int]:
    return 500, 500, 0


def flows(n: int) -> tuple[int, int, int]:
    return n * 100 - 7, n * 100, 0


def bursty(n: int) -> tuple[int, int, int]:
    """Ninety facts at every eighth look, eaten by forty a look."""
    head = (n // 8 + 1) * 90
    return min(head, n // 8 * 90 + n % 8 * 40), head, 0


def until(story: Story, look: int, then: Story) -> Story:
    """Tell one story, and from some look on another one."""
    return lambda n: story(n) if n < look else then(n)


def stops(n: int) -> tuple[int, int, int]:
    return BROKEN_AT * 100 - 107, n * 100, 0


def stalls(n: int) -> tuple[int, int, int]:
    return BROKEN_AT * 100 - 107, n * 100, n


def slows(n: int) -> tuple[int, int, int]:
    return (BROKEN_AT - 1) * 100 - 7 + (n - BROKEN_AT + 1) * 30, n * 100, 0


def one_waits(_: int) -> tuple[int, int, int]:
    return 500, 501, 0


def made_anew(n: int) -> tuple[int, int, int]:
    """A topic that is lost while a reader is a little behind, sent again at once, and read again in half a minute."""
    return (n - BROKEN_AT) * 240, 1800 + (n - BROKEN_AT) * 100, 0


def outgrown(n: int) -> tuple[int, int, int]:
    """The same, and the new topic has outgrown the old one before anybody looks."""
    place, head, tries = made_anew(n)
    return place, head + 1000, tries


STOPS, STALLS, SLOWS = (until(flows, BROKEN_AT, then) for then in (stops, stalls, slows))
LAST_ONE = until(idle, BROKEN_AT, one_waits)


@dataclass
class Told:
    """Places as some stories tell them, and a clock that is moved by hand."""

    stories: Sequence[Story]
    lost: frozenset[int] = frozenset()
    """Looks that fail."""
    unseen: Callable[[int, int], Silent | None] = lambda _look, _part: None
    """Who is silent about a partition at a look: what is told of it then is what was last known."""
    places_are_known: bool = False
    look: int = 0
    clock: float = 0.0
    last: dict[int, tuple[int, int]] = field(default_factory=dict)
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.start_again()

    def start_again(self) -> None:
        """Forget what was seen, as a process does that starts again."""
        self.watch = Watch(
            self, lambda: self.clock, lambda: NOON + timedelta(seconds=self.clock), self._sleep, lambda _: None
        )

    async def readings(self) -> Sequence[Reading]:
        if self.look in self.lost:
            raise Unavailable("away")
        return [self._reading(part, story) for part, story in enumerate(self.stories)]

    def _reading(self, part: int, story: Story) -> Reading:
        silent = self.unseen(self.look, part)
        place, head, tries = story(self.look)
        if silent is None:
            self.last[part] = place, head
        before, head = self.last.get(part, (place, head))
        place = place if self.places_are_known else before
        return Reading(consumer="notes", topic="t", part=part, place=place, head=head, tries=tries, silent=silent)

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        return {one.key: NOON for one in lagging}

    async def _sleep(self, seconds: float) -> None:
        raise NotImplementedError(seconds)

    async def verdicts(self, again: frozenset[int] = frozenset()) -> list[Verdict]:
        """Return the verdict at each look; the last one where a look failed."""
        found: list[Verdict] = []
        for self.look in range(LOOKS):
            self.clock += APART_SECONDS
            if self.look in again:
                self.start_again()
            try:
                (flow,) = await self.watch.flows()
                found.append(flow.verdict)
            except Unavailable:
                found.append(found[-1])
        return found


FINE: Mapping[str, tuple[Sequence[Story], frozenset[int]]] = {
    "five idle partitions beside a busy one": ([idle, idle, idle, idle, idle, flows], frozenset()),
    "bursts in all of them, at other moments": (
        [lambda n, shift=shift: bursty(n + shift) for shift in range(6)],  # type: ignore[misc]
        frozenset(),
    ),
    "busy, then idle for ever": ([until(flows, 30, lambda _: (2893, 2893, 0))] * 3, frozenset()),
    "idle, then busy": ([until(idle, 30, lambda n: (n * 100 - 2500, n * 100 - 2490, 0))] * 3, frozenset()),
    "every third look fails": ([flows, bursty, idle], frozenset(range(2, LOOKS, 3))),
    "no look for a while": ([flows, idle], frozenset(range(20, 40))),
    "a topic made anew while the reader is behind": (
        [until(flows, BROKEN_AT, until(made_anew, BROKEN_AT + 12, flows)), flows],
        frozenset(),
    ),
    "a topic made anew that is longer at once": (
        [until(flows, BROKEN_AT, until(outgrown, BROKEN_AT + 16, flows)), flows],
        frozenset(),
    ),
    "trouble that passes within seconds": (
        [until(flows, 20, lambda n: (1893, n * 100, n) if n < 24 else flows(n))],
        frozenset(),
    ),
}

BROKEN: Mapping[str, tuple[Sequence[Story], Verdict]] = {
    "one of six partitions stops": ([flows, flows, flows, flows, flows, STOPS], STOPPED),
    "one of six stalls": ([flows, idle, bursty, flows, idle, STALLS], STALLED),
    "its topic is made anew, and it goes back and stops": (
        [flows, until(flows, BROKEN_AT, lambda n: (40, n * 100, 0))],
        STOPPED,
    ),
    "it goes back with every try and comes no further": (
        [flows, until(flows, BROKEN_AT, lambda n: (BROKEN_AT * 101 - 107 - n, n * 100, n))],
        STALLED,
    ),
    "one of six is slow": ([idle, idle, idle, idle, bursty, SLOWS], SLOW),
    "slow in one and stalled in another": ([SLOWS, STALLS, flows], STALLED),
    "stalled in one and stopped in another": ([STALLS, STOPS, idle], STOPPED),
    "all of them stop": ([STOPS] * 6, STOPPED),
    "the last fact before the night is not applied": ([idle, idle, LAST_ONE], STOPPED),
    "it stops in the middle of a burst": (
        [idle, until(bursty, BROKEN_AT, lambda n: (bursty(BROKEN_AT - 3)[0], bursty(n)[1], 0))],
        STOPPED,
    ),
}


@pytest.mark.parametrize("name", FINE)
async def test_o5_what_flows_in_all_partitions_is_no_alarm(name: str) -> None:
    stories, lost = FINE[name]
    assert set(await Told(stories, lost).verdicts()) == {OK}


@pytest.mark.parametrize("name", BROKEN)
async def test_o5_what_does_not_flow_in_one_of_them_is_found_within_a_minute(name: str) -> None:
    stories, expected = BROKEN[name]
    verdicts = await Told(stories).verdicts()
    assert set(verdicts[:BROKEN_AT]) == {OK}
    assert verdicts[BROKEN_AT + MINUTE - 1] is expected
    assert verdicts[-1] is expected


@pytest.mark.parametrize("lost", [(24,), (21, 25, 29), (22, 23, 24, 25)])
async def test_o5_looks_that_fail_put_off_no_alarm_beyond_the_minute(lost: tuple[int, ...]) -> None:
    verdicts = await Told([STOPS, flows], frozenset(lost)).verdicts()
    assert set(verdicts[:BROKEN_AT]) == {OK}
    assert verdicts[BROKEN_AT + MINUTE - 1] is STOPPED


@pytest.mark.parametrize("broken", [STOPS, STALLS, SLOWS])
async def test_o5_once_mended_it_is_well_again_and_stays_so(broken: Story) -> None:
    verdicts = await Told([until(broken, MENDED_AT, flows), idle]).verdicts()
    assert verdicts[MENDED_AT - 1] is not OK
    assert set(verdicts[MENDED_AT + 1 :]) == {OK}


async def test_o5_from_slow_to_stopped_is_told_within_a_minute_of_each() -> None:
    stopped_at = 45
    standing = slows(stopped_at)[0]
    story = until(SLOWS, stopped_at, lambda n: (standing, n * 100, 0))
    verdicts = await Told([story, flows]).verdicts()
    assert verdicts[stopped_at - 1] is SLOW
    assert verdicts[stopped_at + MINUTE - 1] is STOPPED
    assert OK not in verdicts[stopped_at:]


async def test_o5_a_process_that_starts_again_raises_no_alarm_and_finds_what_is_broken_anew() -> None:
    assert set(await Told([flows, bursty, idle]).verdicts(frozenset({15, 30, 45}))) == {OK}
    verdicts = await Told([STOPS, flows]).verdicts(frozenset({40}))
    assert verdicts[39] is STOPPED
    assert verdicts[40 + MINUTE - 1] is STOPPED


def between(since: int, until: int, who: Silent = Silent.KAFKA) -> Callable[[int, int], Silent | None]:
    """Have somebody be silent about all partitions for some looks."""
    return lambda look, _: who if since <= look < until else None


def stands(n: int) -> tuple[int, int, int]:
    """Flow, stand still while nothing can be read, then catch up."""
    return flows(n) if n < BROKEN_AT else (BROKEN_AT * 100 - 107, BROKEN_AT * 100 - 100, 0)


def tries(n: int) -> tuple[int, int, int]:
    """The same, trying all the time."""
    place, head, _ = stands(n)
    return place, head, max(0, n - BROKEN_AT)


def behind(since: int) -> Story:
    """Flow, read nothing from some look on, and have all of what came meanwhile to read when it is back."""
    stood = flows(since - 1)[0]
    return until(flows, since, lambda n: (min(n * 100 - 7, stood + max(0, n - MENDED_AT) * 400), n * 100, 0))


def begun(n: int) -> tuple[int, int, int]:
    """Have nothing until it is back, and much at once then."""
    return idle(n) if n < MENDED_AT else (min(n * 100, 500 + (n - MENDED_AT) * 900), n * 100, 0)


UNSEEN: Mapping[str, Callable[[int], Sequence[Story]]] = {
    "busy": lambda _: [flows],
    "busy, idle and bursty": lambda _: [flows, idle, bursty],
    "busy, and behind when it is back": lambda since: [behind(since)],
    "idle, and behind when it is back": lambda _: [begun, idle],
}


@pytest.mark.parametrize("name", UNSEEN)
@pytest.mark.parametrize("length", [1, 3, MENDED_AT - BROKEN_AT])
async def test_o5_what_is_not_known_for_a_while_is_said_to_be_so_and_is_no_alarm(name: str, length: int) -> None:
    since = MENDED_AT - length
    verdicts = await Told(UNSEEN[name](since), unseen=between(since, MENDED_AT)).verdicts()
    assert set(verdicts[:since]) == {OK}
    assert set(verdicts[since:MENDED_AT]) == {UNKNOWN}
    assert set(verdicts[MENDED_AT:]) == {OK}


@pytest.mark.parametrize("who", Silent)
async def test_o5_who_tries_in_vain_while_it_is_not_known_how_far_it_is_is_stalled_within_a_minute(who: Silent) -> None:
    story = until(tries, MENDED_AT, lambda n: (n * 100 - 7, n * 100, n))
    verdicts = await Told([story, idle], unseen=between(BROKEN_AT, MENDED_AT, who)).verdicts()
    assert set(verdicts[:BROKEN_AT]) == {OK}
    assert set(verdicts[BROKEN_AT : BROKEN_AT + 9]) == {UNKNOWN}, "what passes within seconds is no alarm"
    assert verdicts[BROKEN_AT + MINUTE - 1] is STALLED
    assert set(verdicts[MENDED_AT:]) == {OK}


async def test_o5_who_moves_on_while_it_is_not_known_where_its_topic_ends_is_not_stalled() -> None:
    told = Told([lambda n: (n * 100 - 7, n * 100, n)], unseen=between(BROKEN_AT, MENDED_AT), places_are_known=True)
    assert set((await told.verdicts())[BROKEN_AT:MENDED_AT]) == {UNKNOWN}


async def test_o5_a_partition_that_nobody_leads_hides_no_other_that_stops() -> None:
    unseen = lambda look, part: Silent.TOPIC if part == 0 and look >= 10 else None  # noqa: E731 - a story
    verdicts = await Told([flows, STOPS], unseen=unseen).verdicts()
    assert set(verdicts[10:BROKEN_AT]) == {UNKNOWN}
    assert verdicts[BROKEN_AT + MINUTE - 1] is STOPPED


@pytest.mark.parametrize("every", [3, 5])
async def test_o5_looks_that_know_nothing_now_and_then_put_off_no_alarm_beyond_the_minute(every: int) -> None:
    blind = lambda look, _: Silent.KAFKA if look % every == 0 else None  # noqa: E731 - a story
    verdicts = await Told([STOPS, flows], unseen=blind).verdicts()
    known = [verdict for look, verdict in enumerate(verdicts) if look % every]
    assert set(verdicts[:BROKEN_AT]) == {OK, UNKNOWN}
    assert STOPPED in verdicts[BROKEN_AT : BROKEN_AT + MINUTE]
    assert known[-1] is STOPPED


async def test_o5_short_silences_do_not_add_up_to_one_that_is_long() -> None:
    now_and_then = lambda look, _: Silent.KAFKA if look % 8 in {5, 6, 7} else None  # noqa: E731 - a story
    verdicts = await Told([lambda n: (500, 500, n)], unseen=now_and_then).verdicts()
    assert set(verdicts) == {OK, UNKNOWN}
