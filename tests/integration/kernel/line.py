"""A line from a log over its topic to a reader."""

from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]

from kernel.adapters.kafka.envelope import Outgoing, headers
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.postgres.log_reader import LogReader
from kernel.adapters.postgres.parked import PostgresParking
from kernel.adapters.postgres.partition import partition_of
from kernel.application.parking import Chosen, ParkedStream
from tests.integration.kernel import flow
from tests.integration.kernel.flow import Database, JsonFacts
from tests.integration.kernel.notes import Notes


class Line:
    """A log, its relay, its topic, and a reader of it."""

    def __init__(self, log: Database, topic: str, bootstrap: str, notes: Notes) -> None:
        self.log, self.topic, self.bootstrap, self.notes = log, topic, bootstrap, notes

    def relay(self) -> Any:
        return Relay(self.log.url, self.bootstrap, "things", self.topic, self.log.bell).run()

    def reader(self, pool: Any = None, **more: Any) -> Any:
        of = pool or self.log.pool
        return KafkaReader(
            "notes", [self.topic], self.bootstrap, of, reaction=self.notes, facts=JsonFacts(), **more
        ).run()

    async def send_ahead(self, stream: UUID, position: int) -> int:
        """Send the fact at a position as if all before it had been sent; return its partition."""
        row = await self.log.pool.fetchrow("SELECT * FROM es.events WHERE pos = $1", position)
        ahead = Outgoing(
            position=position,
            partition=partition_of(stream, PARTITIONS),
            public=True,
            stream_id=stream,
            version=row["version"],
            tenant_id=self.log.tenant_id,
            type="thing.happened",
            schema_version=1,
            data=row["data"],
            meta={"correlationId": str(uuid4())},
            recorded_at=row["recorded_at"],
        )
        made = headers(ahead, service="things", previous=position - 1, epoch=1)
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap) as producer:
            await producer.send_and_wait(self.topic, ahead.data, partition=ahead.partition, headers=made)
        return ahead.partition


def same_partition(count: int) -> list[UUID]:
    first = uuid4()
    found = [first]
    while len(found) < count:
        other = uuid4()
        if partition_of(other, 6) == partition_of(first, 6):
            found.append(other)
    return found


async def listing(log: Database) -> list[ParkedStream]:
    return await PostgresParking(log.pool).page(Chosen(), 100)


async def parked(log: Database, count: int, events: int = 1) -> list[ParkedStream]:
    async def there() -> bool:
        found = await listing(log)
        return len(found) == count and sum(one.events for one in found) >= events

    await flow.until(there)
    return await listing(log)


def log_reader(log: Database, notes: Notes) -> Any:
    return LogReader("notes", "things", log.pool, log.bell, reaction=notes, facts=JsonFacts()).run()
