"""Parked streams in memory, which other tests rest on, hold what the real ones do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from kernel.application.browsing import Mark, Stage
from kernel.application.parking import ParkedStream, detail_of, kind_of
from kernel.testing.clock import StillClock
from kernel.testing.parking import MemoryParking
from tests.ports.parking import CONSUMER, PART, RECORDED_AT, SOURCE, TENANT, TOPIC, TYPE, ParkingContract, said


@dataclass
class Played:
    """The memory, and a reader that a test plays."""

    fails: dict[int, Exception] = field(default_factory=dict)
    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        self.parking = MemoryParking(now=self.clock)

    async def come(self, stream_id: UUID, *versions: int) -> None:
        wrong = [version for version in versions if version in self.fails]
        if not wrong:
            return
        reason, now = repr(self.fails[wrong[0]]), self.clock()
        self.parking.reasons[stream_id] = reason
        self.parking.facts |= {(stream_id, version): said(version) for version in versions}
        self.parking.streams.append(
            ParkedStream(
                consumer=CONSUMER,
                stream_id=stream_id,
                topic=TOPIC,
                part=PART,
                since=now,
                error=kind_of(reason),
                detail=detail_of(reason),
                events=len(versions) - versions.index(wrong[0]),
                attempts=1,
                tried_at=now,
                event_type=TYPE,
                version=wrong[0],
                tenant_id=TENANT,
                recorded_at=RECORDED_AT,
                source=SOURCE,
            )
        )

    async def turn(self) -> None:
        self.clock.advance(timedelta(seconds=1))
        for one in [one for one in self.parking.streams if one.retry_at]:
            waits = range(one.version, one.version + one.events)
            wrong = next((version for version in waits if version in self.fails), None)
            if wrong is None:
                self.parking.applied(one.stream_id)
            else:
                self.parking.failed(one.stream_id, repr(self.fails[wrong]), wrong - one.version)

    async def stage(self, stream_id: UUID, version: int) -> Stage:
        mark = Mark(topic=TOPIC, part=PART, position=version, stream_id=stream_id, version=version)
        return (await self.parking.at(mark, CONSUMER)).stage

    async def given_up(self, stream_id: UUID) -> Sequence[tuple[int, str, str]]:
        return [(one.version, one.by, one.reason) for one in self.parking.given_up if one.stream_id == stream_id]


class TestMemoryParking(ParkingContract):
    @pytest.fixture
    def parks(self) -> Played:
        return Played()
