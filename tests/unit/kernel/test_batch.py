"""Which appends are written together."""

import asyncio
from uuid import UUID, uuid4

import pytest

from kernel.adapters.postgres.batch import (
    MOST_BYTES,
    MOST_FACT_BYTES,
    MOST_FACTS,
    MOST_REQUESTS,
    MOST_WAITING,
    Encoded,
    Request,
    Waiting,
    arguments,
)
from kernel.domain.errors import Refused, Unavailable
from kernel.domain.recorded import Claim

NAME = Claim("email", b"key")


def request(
    stream: UUID | None = None,
    command: UUID | None = None,
    claims: tuple[Claim, ...] = (),
    releases: tuple[Claim, ...] = (),
    *,
    events: int = 1,
    size: int = 1,
) -> Request:
    return Request(
        stream_id=stream or uuid4(),
        expected=0,
        command_id=command or uuid4(),
        content=None,
        tenant_id=uuid4(),
        meta="",
        claims=claims,
        releases=releases,
        events=[Encoded("thing.happened", 1, True, b"x" * size)] * events,  # noqa: FBT003 - a tuple's place is its name
        answer=asyncio.get_running_loop().create_future(),
    )


def waiting(*requests: Request) -> Waiting:
    made = Waiting()
    for one in requests:
        made.put(one)
    return made


async def test_one_batch_takes_all_that_have_nothing_in_common_up_to_its_bound() -> None:
    several = [request() for _ in range(MOST_REQUESTS + 3)]
    queue = waiting(*several)
    assert queue.take() == several[:MOST_REQUESTS]
    assert queue.take() == several[MOST_REQUESTS:]
    assert queue.take() == []


async def test_requests_for_one_stream_or_command_or_name_follow_one_another_in_order() -> None:
    stream, command = uuid4(), uuid4()
    first = [request(stream), request(command=command), request(claims=(NAME,))]
    second = [request(stream), request(command=command), request(releases=(NAME,))]
    third = [request(stream, command, (NAME,))]
    free = request()
    queue = waiting(*first, *second, *third, free)
    assert queue.take() == [*first, free]
    assert queue.take() == second
    assert queue.take() == third
    assert len(queue) == 0


async def test_a_batch_stays_below_its_size_but_one_that_is_larger_goes_alone() -> None:
    small, large, last = request(size=MOST_BYTES // 2), request(events=4, size=MOST_BYTES // 2), request()
    queue = waiting(small, large, last)
    assert [queue.take() for _ in range(3)] == [[small], [large], [last]]


async def test_what_waits_fills_a_batch_by_requests_facts_or_bytes() -> None:
    for fills in (
        [request() for _ in range(MOST_REQUESTS)],
        [request(events=MOST_FACTS // 5) for _ in range(5)],
        [request(size=MOST_BYTES // 2) for _ in range(2)],
    ):
        queue = waiting(*fills[1:])
        assert not queue.is_full
        queue.put(fills[0])
        assert queue.is_full
        fills[-1].answer.cancel()
        queue.take()
        assert not queue.is_full


async def test_a_request_whose_asker_has_gone_is_not_written() -> None:
    gone, there = request(), request()
    queue = waiting(gone, there)
    gone.answer.cancel()
    assert queue.take() == [there]


async def test_too_many_and_too_large_ones_are_told_to_come_again() -> None:
    queue = waiting(*(request() for _ in range(MOST_WAITING)))
    with pytest.raises(Unavailable) as refused:
        queue.put(request())
    assert refused.value.extra["retry_after"] == 1
    large = waiting(*(request(events=2, size=MOST_BYTES // 2) for _ in range(32)))
    with pytest.raises(Unavailable):
        large.put(request())
    large.take()
    large.put(request())
    assert len(large.clear()) == 32
    assert len(large) == 0


async def test_a_fact_that_no_topic_holds_is_refused_before_it_is_written() -> None:
    with pytest.raises(Refused):
        waiting(request(size=MOST_FACT_BYTES + 1))
    assert len(waiting(request(size=MOST_FACT_BYTES))) == 1


async def test_the_database_is_given_the_events_of_all_requests_numbered_within_each() -> None:
    two, three = request(events=2, claims=(NAME,)), request(events=3)
    given = arguments([two, three])
    assert given[0] == [two.stream_id, three.stream_id]
    assert given[6:9] == ([1], ["email"], [b"key"])
    assert given[12:14] == ([1, 1, 2, 2, 2], [1, 2, 1, 2, 3])
    assert len(given) == 18
