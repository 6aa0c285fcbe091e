"""How far readers are behind, as /metrics tells it whenever the watch looks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from prometheus_client import REGISTRY

from kernel.adapters.kafka import metrics
from kernel.adapters.watching.measured import MeasuredPlaces
from kernel.application.watching import Key, Reading, Silent

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
READER, TOPIC = "measured.board", "portal.measured.events.v1"


class Said:
    """Places as a test says them."""

    def __init__(self) -> None:
        self.seconds = 0
        self.places: dict[int, tuple[int, int]] = {}
        self.relay = (0, 0)
        self.silent: dict[int, Silent] = {}
        self.measured = MeasuredPlaces(self, lambda: NOON + timedelta(seconds=self.seconds))
        metrics.begin_reading(READER)
        metrics.lag_of(READER).now = lambda: NOON + timedelta(seconds=self.seconds)

    async def readings(self) -> Sequence[Reading]:
        parts = [
            Reading(consumer=READER, topic=TOPIC, part=part, place=place, head=head, silent=self.silent.get(part))
            for part, (place, head) in self.places.items()
        ]
        return [
            *parts,
            Reading(consumer="measured.relay", topic=TOPIC, part=0, place=self.relay[0], head=self.relay[1]),
        ]

    async def oldest(self, lagging: Sequence[Reading]) -> Mapping[Key, datetime]:
        return {one.key: NOON for one in lagging}

    async def look(self, seconds: int, **parts: tuple[int, int]) -> tuple[float, float]:
        """Return facts and seconds of lag, after a look at that time."""
        self.seconds = seconds
        self.places = {int(name.removeprefix("p")): at for name, at in parts.items()}
        await self.measured.readings()
        return told("projection_lag_events", reader=READER, topic=TOPIC), told("projection_lag_seconds", reader=READER)


def told(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_m8_lag_in_facts_is_that_of_all_partitions() -> None:
    said = Said()
    assert await said.look(0, p0=(10, 14), p1=(5, 6), p2=(9, 9)) == (5, 0)
    assert await said.look(4, p0=(14, 14), p1=(6, 6), p2=(9, 9)) == (0, 0)


async def test_m8_what_had_only_just_come_is_no_lag_and_what_still_waits_at_the_next_look_is() -> None:
    said = Said()
    await said.look(0, p0=(10, 10))
    assert await said.look(4, p0=(10, 12)) == (2, 0)
    assert await said.look(8, p0=(10, 12)) == (2, 4)
    # Between two looks it grows by itself.
    said.seconds = 11
    assert told("projection_lag_seconds", reader=READER) == 7
    assert await said.look(12, p0=(12, 12)) == (0, 0)


async def test_m8_a_reader_that_keeps_up_with_a_flood_never_lags() -> None:
    said = Said()
    for step in range(10):
        _, seconds = await said.look(step * 4, p0=(step * 100, step * 100 + 50))
        assert seconds == 0


async def test_m8_a_reader_that_moves_and_falls_behind_lags_by_what_waited_at_the_look_before() -> None:
    said = Said()
    lags = [(await said.look(step * 4, p0=(step * 10, 100 + step * 50)))[1] for step in range(5)]
    assert lags == [0, 4, 4, 4, 4]


async def test_m8_the_relay_fills_the_outboxs_figures_and_not_the_readers() -> None:
    said = Said()
    said.relay = (100, 5100)
    await said.look(0)
    assert told("outbox_depth", service="measured") == 5000
    assert told("projection_lag_events", reader="measured.relay", topic=TOPIC) == 0


async def test_m8_who_lags_does_not_look_well_because_nobody_says_how_far_it_is() -> None:
    said = Said()
    await said.look(0, p0=(10, 12), p1=(5, 5))
    await said.look(4, p0=(10, 12), p1=(5, 5))
    said.silent = dict.fromkeys((0, 1), Silent.KAFKA)
    assert await said.look(8, p0=(10, 10), p1=(5, 5)) == (2, 8), "it waits on, as far as anybody knows"
    said.silent = {}
    assert await said.look(12, p0=(12, 12), p1=(5, 5)) == (0, 0)


async def test_m8_of_a_partition_that_nobody_leads_what_was_last_known_counts_beside_the_others() -> None:
    said = Said()
    await said.look(0, p0=(10, 12), p1=(5, 5))
    said.silent = {0: Silent.TOPIC}
    assert (await said.look(4, p0=(10, 12), p1=(5, 8)))[0] == 5


async def test_m8_a_reader_that_was_never_seen_is_not_said_to_have_nothing_to_do() -> None:
    said = Said()
    said.silent = {0: Silent.DATABASE}
    other = "portal.never-seen.events.v1"
    readings = [Reading(consumer=READER, topic=other, part=0, place=0, head=0, silent=Silent.DATABASE)]

    async def unseen() -> Sequence[Reading]:
        return readings

    said.readings = unseen  # type: ignore[method-assign]
    await said.measured.readings()
    assert REGISTRY.get_sample_value("projection_lag_events", {"reader": READER, "topic": other}) is None
