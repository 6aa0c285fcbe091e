"""What a topic holds last: asked by the relay before it goes on, and by a reader that starts from nothing."""

from aiokafka import AIOKafkaConsumer, TopicPartition  # type: ignore[import-untyped]

from kernel.adapters.kafka.envelope import incoming
from kernel.adapters.kafka.patience import answer, farewell
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.application.publishing import Tail
from kernel.domain.errors import Unreadable


async def tails(bootstrap: str, topic: str) -> list[Tail]:
    """Return the tail of each partition. Raises: Unavailable."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, auto_offset_reset="none", enable_auto_commit=False, request_timeout_ms=10_000
    )
    try:
        await answer(consumer.start())
        return await answer(_tails(consumer, topic))
    finally:
        await farewell(consumer.stop())


async def _tails(consumer: AIOKafkaConsumer, topic: str) -> list[Tail]:
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    begin = await consumer.beginning_offsets(parts)
    end = await consumer.end_offsets(parts)
    return [await _tail(consumer, part, begin[part], end[part]) for part in parts]


async def _tail(consumer: AIOKafkaConsumer, part: TopicPartition, begin: int, end: int) -> Tail:
    """Read backwards until a record is ours: somebody else's at the end must not hide the tail."""
    back = 1
    while end > begin:
        start = max(begin, end - back)
        ours = [tail for tail in await _read(consumer, part, start, end) if tail]
        if ours:
            return ours[-1]
        if start == begin:
            break
        back *= 4
    return Tail()


async def _read(consumer: AIOKafkaConsumer, part: TopicPartition, start: int, end: int) -> list[Tail | None]:
    found: list[Tail | None] = []
    consumer.assign([part])
    consumer.seek(part, start)
    while await consumer.position(part) < end:
        for record in (await consumer.getmany(part, timeout_ms=500)).get(part, []):
            try:
                about = incoming(record.headers, record.value, record.partition)
            except Unreadable:
                found.append(None)
            else:
                found.append(Tail(about.epoch, about.position))
    return found
