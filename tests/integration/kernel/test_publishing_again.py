"""Publishing again, with a real log and a real Kafka: nothing is applied twice, nothing stops, nothing overtakes."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres import again
from kernel.adapters.postgres.again import AlreadyPublishing, PostgresRepublishing
from kernel.adapters.postgres.outbox import republish
from kernel.application.publishing import NEVER
from kernel.application.republishing import Range
from kernel.domain.errors import Invalid
from tests.integration.kernel import flow, notes, records
from tests.integration.kernel.line import Line, same_partition


def over(line: Line) -> PostgresRepublishing:
    return PostgresRepublishing(line.log.pool, line.topic)


async def published(line: Line, position: int) -> None:
    async def there() -> bool:
        found = await line.log.pool.fetchval("SELECT coalesce(max(pos), 0) FROM es.relay WHERE name = $1", line.topic)
        return bool(found >= position)

    await flow.until(there)


async def done(line: Line) -> None:
    async def over_it() -> bool:
        found = await over(line).progress()
        return found is not None and found.done_at is not None

    await flow.until(over_it, 40)


async def test_o1_a_reader_that_knows_everything_applies_nothing_twice(line: Line) -> None:
    several = flow.streams(30)
    await line.log.write(several * 3)
    await line.log.write(flow.streams(5), public=False)
    async with flow.running(line.relay(), line.reader()):
        await flow.until(lambda: notes.all_noted(line.log, 90))
        await published(line, 95)
        assert await over(line).begin(1, None) == Range(first=1, events=90, tenants=1, streams=30)
        await done(line)
        await line.log.write(several)
        await flow.until(lambda: notes.all_noted(line.log, 120))
    found = await over(line).progress()
    assert found is not None
    assert (found.sent, found.first, found.parts) == (90, 1, tuple(range(PARTITIONS)))
    assert len(await notes.noted(line.log)) == 120
    assert await notes.in_order(line.log)
    sent = await records.envelopes(line.bootstrap, line.topic)
    assert len(sent) == 210
    assert len({about.id for about in sent}) == 120, "the very same facts"


async def test_o1_one_partition_is_sent_again_from_a_position_linked_to_what_stands_before_it(line: Line) -> None:
    one, other = same_partition(1)[0], uuid4()
    while line_part(other) == line_part(one):
        other = uuid4()
    await line.log.write([one, other] * 10)
    async with flow.running(line.relay()):
        await published(line, 20)
        reach = await over(line).begin(6, line_part(one))
        await done(line)
    assert (reach.events, reach.streams) == (7, 1)
    found = await records.envelopes(line.bootstrap, line.topic)
    again = [about for about in found if about.stream_id == one][10:]
    assert [(about.position, about.previous) for about in again] == [(n, n - 2) for n in range(7, 20, 2)]
    assert len([about for about in found if about.stream_id == other]) == 10


def line_part(stream: object) -> int:
    return again.partition_of(stream, PARTITIONS)  # type: ignore[arg-type]


async def test_o1_what_comes_new_goes_out_meanwhile_and_each_stream_stays_in_order(line: Line) -> None:
    several = flow.streams(40)
    for _ in range(100):
        await line.log.write(several)
    async with flow.running(line.relay(), line.reader()):
        await flow.until(lambda: notes.all_noted(line.log, 4000), 60)
        await over(line).begin(1, None)
        waits = []
        for _ in range(15):
            began = asyncio.get_running_loop().time()
            count = len(await notes.noted(line.log)) + 40
            await line.log.write(several)
            await flow.until(lambda count=count: notes.all_noted(line.log, count))  # type: ignore[misc]
            waits.append(asyncio.get_running_loop().time() - began)
        await done(line)
    assert max(waits) < 5, "nothing new waited for all that is sent again"
    assert await notes.in_order(line.log)
    assert len(await notes.noted(line.log)) == 4600
    for part in range(PARTITIONS):
        sent = [about for about in await records.envelopes(line.bootstrap, line.topic) if about.partition == part]
        # Behind the last step back everything up to the newest stands in one row: a gap there may be heals by itself.
        row = _last_row([about.position for about in sent])
        assert row == sorted(row)
        assert sent[-1].position == max(about.position for about in sent)


def _last_row(positions: list[int]) -> list[int]:
    start = max([n for n in range(1, len(positions)) if positions[n] <= positions[n - 1]], default=0)
    return positions[start:]


@pytest.mark.parametrize("point", ["C13", "C13:3"])
async def test_o1_a_relay_killed_meanwhile_goes_on_where_it_was(line: Line, point: str) -> None:
    several = flow.streams(20)
    await line.log.write(several * 4)
    async with flow.running(line.relay()):
        await published(line, 80)
    await over(line).begin(1, None)
    given = {"role": "relay", "url": line.log.url, "bootstrap": line.bootstrap, "topic": line.topic}
    await flow.killed("role_process", point, **given)
    before = await over(line).progress()
    assert before is not None
    assert before.done_at is None
    async with flow.running(line.relay(), line.reader()):
        await done(line)
        await flow.until(lambda: notes.all_noted(line.log, 80))
    found = await over(line).progress()
    assert found is not None
    assert found.sent >= 80 - before.place
    assert len(await notes.noted(line.log)) == 80
    live = await line.log.pool.fetchval("SELECT pos FROM es.relay WHERE name = $1", line.topic)
    assert live == 80, "what comes new was not sent back by what came again"


async def test_o1_a_topic_deleted_and_made_anew_is_whole_for_a_new_reader(line: Line) -> None:
    several = flow.streams(12)
    await line.log.write(several * 3)
    async with flow.running(line.relay()):
        await published(line, 36)
        await records.drop_topic(line.bootstrap, line.topic)
        await asyncio.sleep(0.5)
        await records.make_topic(line.bootstrap, line.topic)
        # Nothing new is recorded, so nothing but this wish tells the relay.
        await over(line).begin(1, None)
        await flow.until(lambda: whole(line, 36), 60)
        async with flow.running(line.reader()):
            await flow.until(lambda: notes.all_noted(line.log, 36))
        await done(line)
    assert sorted(await notes.noted(line.log)) == list(range(1, 37))
    assert await notes.in_order(line.log)


async def whole(line: Line, count: int) -> bool:
    return records.applied(await records.envelopes(line.bootstrap, line.topic)) == list(range(1, count + 1))


async def test_o1_a_reader_with_a_gap_finds_what_it_misses(line: Line) -> None:
    several = flow.streams(20)
    await line.log.write(several * 3)
    async with flow.running(line.relay()):
        await published(line, 60)
        async with flow.running(line.reader()):
            await flow.until(lambda: notes.all_noted(line.log, 60))
        # The reader is put back behind the first 20 facts, and reads on from the end, where the others are not.
        links = await over(line).links(20, range(PARTITIONS))
        for part, last in enumerate(links):
            await line.log.pool.execute("UPDATE inbox.checkpoint SET logpos = $2 WHERE part = $1", part, last)
        await line.log.pool.execute("DELETE FROM public.note WHERE position > 20")
        async with flow.running(line.reader()):
            await over(line).begin(21, None)
            await flow.until(lambda: notes.all_noted(line.log, 60))
    assert sorted(await notes.noted(line.log)) == list(range(1, 61))


async def test_o1_what_a_reader_asks_for_meanwhile_is_sent_too(line: Line) -> None:
    several = flow.streams(20)
    await line.log.write(several * 5)
    async with flow.running(line.relay(), line.reader()):
        await flow.until(lambda: notes.all_noted(line.log, 100))
        await over(line).begin(1, None)
        await republish(line.log.pool, line.topic, 0, 0)
        await done(line)
        await line.log.write(several)
        await flow.until(lambda: notes.all_noted(line.log, 120))
    assert await notes.in_order(line.log)
    assert await whole(line, 120)


async def test_o1_one_wish_at_a_time_and_none_that_is_too_large(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    await line.log.write(flow.streams(50))
    await over(line).begin(1, None)
    with pytest.raises(AlreadyPublishing):
        await over(line).begin(1, 3)
    found = await over(line).progress()
    assert found is not None
    assert found.parts == tuple(range(PARTITIONS))
    monkeypatch.setattr(again, "MOST", 20)
    for wish in (over(line).reach(1, None), over(line).begin(1, 2)):
        with pytest.raises(Invalid) as refused:
            await wish
        assert refused.value.extra["errors"][0]["code"] == "too-many"
    async with flow.running(line.relay()):
        await done(line)
    assert (await over(line).begin(41, 2)).first == 41
    assert [last for last in await line.log.pool.fetchval("SELECT last FROM es.again") if last != NEVER] != []


async def test_o1_a_time_is_the_first_position_recorded_then_or_later(line: Line) -> None:
    await line.log.write(flow.streams(3))
    now = datetime.now(UTC)
    assert await over(line).position_at(now - timedelta(hours=1)) == 1
    assert await over(line).position_at(now + timedelta(hours=1)) == 4
    assert (await over(line).reach(4, None)).events == 0
