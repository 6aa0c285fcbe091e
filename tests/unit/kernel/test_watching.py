"""The watch over places that a test says."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from kernel.application.flowing import WINDOW, Verdict
from kernel.application.watching import APART_SECONDS, Key, Reading, Silent, Watch
from kernel.domain.errors import Unavailable

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Said:
    """Places as a test says them, and a clock that it moves."""

    def __init__(self) -> None:
        self.head, self.place, self.looks, self.asked = 10, 10, 0, 0
        self.quiet_head = 4
        self.stopped = False
        self.silent: Silent | None = None
        self.takes = 0.0
        self.ageless = False
        self.dated = True
        """Whether it is known how old what waits in the busy partition is."""
        self.seconds = 0.0
        self.troubles: list[Exception] = []
        self.watch = Watch(self, lambda: self.seconds, self.now, self.sleep, self.troubles.append)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    async def readings(self) -> Sequence[Reading]:
        self.looks += 1
        self.seconds += self.takes
        if self.head < 0:
            raise Unavailable("away")
        quiet = Reading(consumer="notes", topic="t", part=1, place=4, head=self.quiet_head)
        busy = Reading(
            consumer="notes",
            topic="t",
            part=0,
            place=self.place,
            head=self.head,
            silent=self.silent,
            stopped=self.stopped,
        )
        return [busy, quiet]

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        self.asked += 1
        if self.ageless:
            raise Unavailable("its oldest record cannot be read")
        return {one.key: NOON for one in lagging if one.part == 1 or self.dated}

    async def pass_time(self, samples: int) -> None:
        task = asyncio.ensure_future(self.watch.run())
        until = self.seconds + samples * APART_SECONDS
        while self.seconds < until:  # noqa: ASYNC110 - the clock is moved by who sleeps
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_reader_that_has_applied_all_has_no_lag_and_its_age_is_not_asked_for() -> None:
    said = Said()
    (flow,) = await said.watch.flows()
    assert (flow.lag, flow.lag_seconds, flow.verdict, len(flow.parts)) == (0, 0.0, Verdict.OK, 2)
    assert said.asked == 0


async def test_o2_lag_is_counted_in_facts_and_in_the_seconds_that_the_oldest_has_waited() -> None:
    said = Said()
    said.head, said.seconds = 25, 90
    (flow,) = await said.watch.flows()
    assert (flow.lag, flow.lag_seconds) == (15, 90.0)


async def test_o5_one_partition_that_stands_still_is_the_readers_verdict_since_it_was_found() -> None:
    said = Said()
    await said.pass_time(3)
    said.head = 11
    await said.pass_time(WINDOW + 1)
    (flow,) = await said.watch.flows()
    assert flow.verdict is Verdict.STOPPED
    assert [part.verdict for part in flow.parts] == [Verdict.STOPPED, Verdict.OK]
    found = flow.since
    await said.pass_time(5)
    (later,) = await said.watch.flows()
    assert later.since == found
    said.place = 11
    said.seconds += 1
    (mended,) = await said.watch.flows()
    assert (mended.verdict, mended.since) == (Verdict.OK, said.now())


async def test_a_reader_that_stopped_by_itself_is_told_at_once() -> None:
    said = Said()
    said.stopped = True
    (flow,) = await said.watch.flows()
    assert flow.verdict is Verdict.STOPPED


async def test_many_who_look_at_once_cost_one_look_and_do_not_shorten_the_window() -> None:
    said = Said()
    said.head = 11
    await asyncio.gather(*(said.watch.flows() for _ in range(50)))
    assert said.looks == 1
    for _ in range(3 * WINDOW):
        said.seconds += 0.6
        (flow,) = await said.watch.flows()
    assert flow.verdict is Verdict.OK, "eighteen seconds are no window"


async def test_who_only_keeps_a_history_costs_no_look() -> None:
    said = Said()
    said.head = 25
    await said.pass_time(3)
    before = said.looks
    said.head = 40
    for _ in range(20):
        (flow,) = await said.watch.latest()
        assert flow.lag == 15, "as it was at the look before"
    assert said.looks == before


async def test_where_nobody_looked_for_a_while_the_history_takes_a_look() -> None:
    said = Said()
    assert [flow.lag for flow in await said.watch.latest()] == [0]
    said.head, said.seconds = 25, said.seconds + 3 * APART_SECONDS
    assert [flow.lag for flow in await said.watch.latest()] == [15]
    assert said.looks == 2


async def test_trouble_is_said_and_does_not_end_the_watch() -> None:
    said = Said()
    said.head = -1
    await said.pass_time(2)
    assert len(said.troubles) >= 2
    with pytest.raises(Unavailable):
        await said.watch.flows()
    said.head = 10
    assert len(await said.watch.flows()) == 1


async def test_o2_what_nobody_can_say_is_not_known_and_not_nothing() -> None:
    said = Said()
    said.head, said.silent = 25, Silent.KAFKA
    (flow,) = await said.watch.flows()
    assert (flow.lag, flow.lag_seconds, flow.rate) == (None, None, None)
    assert (flow.verdict, flow.silent) == (Verdict.UNKNOWN, Silent.KAFKA)
    assert [(part.lag, part.verdict, part.silent) for part in flow.parts] == [
        (None, Verdict.UNKNOWN, Silent.KAFKA),
        (0, Verdict.OK, None),
    ]
    assert said.asked == 0, "nobody is asked for how long that waits"


async def test_o2_how_many_facts_wait_is_told_where_only_their_age_is_not_known() -> None:
    said = Said()
    said.head, said.ageless = 25, True
    (flow,) = await said.watch.flows()
    assert (flow.lag, flow.lag_seconds, flow.verdict) == (15, None, Verdict.OK)


async def test_o2_how_long_facts_wait_is_not_known_where_it_is_known_of_some_partitions_alone() -> None:
    said = Said()
    said.head, said.quiet_head, said.seconds, said.dated = 25, 5, 90, False
    (flow,) = await said.watch.flows()
    assert (flow.lag, flow.lag_seconds) == (16, None), "what waits in the other one may be older"
    said.dated, said.seconds = True, 91
    (flow,) = await said.watch.flows()
    assert (flow.lag, flow.lag_seconds) == (16, 91.0)


async def test_many_who_look_do_not_each_wait_for_a_server_that_does_not_answer() -> None:
    said = Said()
    said.silent = Silent.DATABASE
    for _ in range(4):
        said.seconds += 0.9
        await said.watch.flows()
    assert said.looks == 1
    said.seconds += APART_SECONDS
    said.silent = None
    assert [flow.silent for flow in await said.watch.flows()] == [None]


async def test_o5_looks_that_wait_for_a_server_do_not_stretch_the_window() -> None:
    said = Said()
    said.head, said.takes = 11, 2.0
    await said.pass_time(WINDOW + 2)
    assert said.looks >= WINDOW + 2, "a look begins when it would have begun"
    (flow,) = await said.watch.flows()
    assert flow.verdict is Verdict.STOPPED
