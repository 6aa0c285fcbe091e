"""What must hold of parked streams wherever they are parked, in memory or for real: operators go by it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID, uuid4

import pytest

from kernel.application.browsing import Stage
from kernel.application.parking import Chosen, ParkedFact, ParkedGroup, ParkedStream, Parking, Reach
from kernel.domain.errors import NotFound, Refused, Unreadable

CONSUMER = "notes"
TOPIC, PART, SOURCE = "t.things.events.v1", 0, "things"
TYPE, TENANT, RECORDED_AT = "portal.thing.happened.v1", UUID(int=1), datetime(2026, 4, 1, 9, tzinfo=UTC)
"""What the envelopes of all facts say."""
WORDS = "a version that this reader does not know"
BY, WHY = "user:mori", "a test order"


def said(version: int) -> bytes:
    """Return what the fact of a version says."""
    return json.dumps({"number": version}).encode()


class Parks(Protocol):
    """Some parking, and a reader that can be played."""

    parking: Parking
    fails: dict[int, Exception]
    """By version, why a fact cannot be applied."""

    async def come(self, stream_id: UUID, *versions: int) -> None:
        """Let facts of one stream come to the reader; return once each is applied or parked."""
        ...

    async def turn(self) -> None:
        """Let the reader do what it was asked for."""
        ...

    async def stage(self, stream_id: UUID, version: int) -> Stage:
        """Return what became of a fact that came."""
        ...

    async def given_up(self, stream_id: UUID) -> Sequence[tuple[int, str, str]]:
        """Return version, by whom and why of the facts of a stream that were given up."""
        ...


class ParkingContract:
    """The tests; a subclass gives `parks`."""

    async def test_o1_a_stream_that_is_parked_says_why_since_when_and_how_often_it_was_tried(
        self, parks: Parks
    ) -> None:
        stream = await _parked(parks)
        one = await _one(parks)
        assert (one.consumer, one.stream_id, one.version, one.events) == (CONSUMER, stream, 2, 2)
        assert (one.error, one.detail, one.attempts, one.retry_at) == ("Unreadable", WORDS, 1, None)
        assert one.tried_at is not None
        assert abs((one.tried_at - one.since).total_seconds()) < 1
        assert [await parks.stage(stream, version) for version in (1, 2, 3)] == [
            Stage.APPLIED,
            Stage.PARKED,
            Stage.PARKED,
        ]

    async def test_o1_all_that_is_told_of_a_parked_stream_is_the_same_wherever_it_is_parked(self, parks: Parks) -> None:
        stream = await _parked(parks)
        one = await _one(parks)
        assert one == ParkedStream(
            consumer=CONSUMER,
            stream_id=stream,
            topic=TOPIC,
            part=PART,
            since=one.since,
            error="Unreadable",
            detail=WORDS,
            events=2,
            attempts=1,
            tried_at=one.tried_at,
            event_type=TYPE,
            version=2,
            tenant_id=TENANT,
            recorded_at=RECORDED_AT,
            source=SOURCE,
        )
        assert {type(moment) for moment in (one.since, one.tried_at, one.recorded_at)} == {datetime}
        held = await parks.parking.first(CONSUMER, stream)
        assert held == ParkedFact(stream=one, reason=f"Unreadable({WORDS!r})", data=said(2))
        for consumer, other in ((CONSUMER, uuid4()), ("another", stream)):
            with pytest.raises(NotFound):
                await parks.parking.first(consumer, other)

    async def test_o1_a_retry_that_was_asked_for_is_seen_until_it_is_made(self, parks: Parks) -> None:
        stream = await _parked(parks)
        assert await parks.parking.retry(Chosen(streams=(stream,))) == Reach(streams=1, events=2)
        one = await _one(parks)
        assert one.retry_at is not None
        assert one.retry_at >= one.since
        assert [group.retrying for group in await parks.parking.groups()] == [1]
        await parks.turn()
        assert (await _one(parks)).retry_at is None
        assert [group.retrying for group in await parks.parking.groups()] == [0]

    async def test_o1_how_many_are_tried_again_is_told_by_kind_of_error(self, parks: Parks) -> None:
        await _parked(parks)
        parks.fails[2] = Refused("no")
        for stream in (refused := [uuid4(), uuid4()]):
            await parks.come(stream, 1, 2)
        await parks.parking.retry(Chosen(streams=(refused[0],)))
        groups = {one.error: one for one in await parks.parking.groups()}
        assert {kind: (one.streams, one.retrying) for kind, one in groups.items()} == {
            "Unreadable": (1, 0),
            "Refused": (2, 1),
        }

    async def test_o1_after_a_retry_that_failed_the_new_reason_stands_there_and_the_age_stays(
        self, parks: Parks
    ) -> None:
        stream = await _parked(parks)
        before = await _one(parks)
        parks.fails[2] = Refused("suzuki@example.co.jp")
        await parks.parking.retry(Chosen(error="Unreadable"))
        await parks.turn()
        one = await _one(parks)
        assert (one.stream_id, one.since, one.version, one.events) == (stream, before.since, 2, 2)
        assert (one.error, one.detail, one.attempts) == ("Refused", "", 2)
        assert before.tried_at is not None
        assert one.tried_at is not None
        assert one.tried_at > before.tried_at
        assert await parks.parking.groups() == [
            ParkedGroup(consumer=CONSUMER, error="Refused", streams=1, since=before.since)
        ]
        assert await parks.parking.page(Chosen(error="Unreadable"), 10) == []
        assert await parks.parking.page(Chosen(error="Refused"), 10) == [one]

    async def test_o1_a_retry_that_gets_further_counts_the_tries_of_the_fact_that_is_in_the_way_now(
        self, parks: Parks
    ) -> None:
        stream = await _parked(parks)
        parks.fails = {3: Refused("no")}
        await parks.parking.retry(Chosen())
        await parks.turn()
        one = await _one(parks)
        assert (one.version, one.events, one.error, one.attempts) == (3, 1, "Refused", 1)
        assert [await parks.stage(stream, version) for version in (2, 3)] == [Stage.APPLIED, Stage.PARKED]

    async def test_o1_a_retry_that_succeeds_leaves_nothing_parked(self, parks: Parks) -> None:
        stream = await _parked(parks)
        parks.fails = {}
        await parks.parking.retry(Chosen())
        await parks.turn()
        assert await parks.parking.groups() == []
        assert await parks.parking.page(Chosen(), 10) == []
        await parks.come(stream, 4)
        assert {await parks.stage(stream, version) for version in (2, 3, 4)} == {Stage.APPLIED}

    async def test_o1_what_is_given_up_is_kept_with_who_and_why_and_is_told_from_what_was_applied(
        self, parks: Parks
    ) -> None:
        stream = await _parked(parks)
        assert await parks.parking.discard(Chosen(streams=(stream,)), BY, WHY) == Reach(streams=1, events=2)
        await parks.turn()
        assert await parks.parking.groups() == []
        await parks.come(stream, 4)
        assert [await parks.stage(stream, version) for version in (1, 2, 3, 4)] == [
            Stage.APPLIED,
            Stage.DISCARDED,
            Stage.DISCARDED,
            Stage.APPLIED,
        ]
        assert list(await parks.given_up(stream)) == [(2, BY, WHY), (3, BY, WHY)]


async def _parked(parks: Parks) -> UUID:
    """Have a stream parked at its second fact, behind which a third one waits."""
    stream = uuid4()
    parks.fails[2] = Unreadable(WORDS)
    await parks.come(stream, 1, 2, 3)
    return stream


async def _one(parks: Parks) -> ParkedStream:
    (one,) = await parks.parking.page(Chosen(), 10)
    return one
