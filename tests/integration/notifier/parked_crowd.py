"""Very many streams that a notifier parked and tries again: how long it takes, and that nobody is mailed twice.

A reader of an older version parks them, one that knows the version comes in its place, and the console's own statement
has them tried again; the reader dies in the middle of it. Next stop: test_parked_crowd.py, and bench/parked.py.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from aiohttp import ClientSession

from kernel.adapters.clock import new_id
from kernel.adapters.codec import Facts
from kernel.adapters.kafka.reader import KafkaReader
from kernel.adapters.kafka.relay import Relay
from kernel.adapters.postgres.parked import PostgresParking
from kernel.application.consume import Decoder
from kernel.application.parking import After, Chosen, ParkedStream
from kernel.domain.errors import Unreadable
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.consumers.identity import Mails
from tests.integration.kernel import flow, records
from tests.integration.kernel.flow import Database
from tests.integration.notifier.world import World

READER = "notifier.identity"
SOMEBODY = "hanako.sato@example.co.jp"
AT_ONCE, PAGE = 500, 100
PATIENCE = 900.0
LEASE_SECONDS = 30.0
"""As in operation: with the short one of other tests a busy machine alone would have mails tried twice."""


class OlderFacts:
    """Decodes as a version did that did not know this fact yet."""

    def __init__(self, types: Mapping[str, type[Any]]) -> None:
        self.types = types

    async def prepare(self, batch: Iterable[tuple[str, bytes]]) -> None:
        """Nothing is to be got ready."""

    async def read(self, wire_type: str, data: bytes) -> Any:
        """Know nothing. Raises: Unreadable."""
        _ = data
        raise Unreadable(f"{wire_type} is a version that this reader does not know")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run took and left."""

    streams: int
    parked_seconds: float
    """From the first fact until all streams are parked."""
    first_page_seconds: float
    last_page_seconds: float
    counted_seconds: float
    ordered_seconds: float
    """Until the console's order is in force."""
    released_seconds: float
    """From then until nothing is parked any more."""
    new_one_seconds: float
    """How long a fact that came meanwhile waited to be applied."""
    sent_seconds: float
    mails: int
    """As the mailbox has them."""
    causes: int
    """Facts that the sent mails name as their cause; as many as mails when nobody got two."""

    @property
    def doubles(self) -> int:
        """Return how many mails there are too many."""
        return self.mails - self.causes


async def park_and_retry(world: World, postgres_url: str, bootstrap: str, count: int) -> Figures:
    """Have *count* streams parked and tried again, and return what it took."""
    topic = f"t{uuid4().hex[:8]}.identity.events.v1"
    await records.make_topic(bootstrap, topic)
    parking, user = PostgresParking(world.pool), await world.person(SOMEBODY)
    reaction = Mails(PostgresIntake(), new_id)
    async with flow.database(postgres_url) as log:
        relay = Relay(log.url, bootstrap, "identity", topic, log.bell).run()
        async with flow.running(relay):
            began = time.monotonic()
            async with flow.running(_reader(world, bootstrap, topic, reaction, OlderFacts(reaction.types))):
                for first in range(0, count, AT_ONCE):
                    await _issue(log, user, min(AT_ONCE, count - first))
                await flow.until(lambda: _parked(parking, count), PATIENCE)
            parked = time.monotonic() - began
            last = await _last_place(parking, count)
            first_page = await _timed(parking.page(Chosen(), PAGE))
            last_page = await _timed(parking.page(Chosen(), PAGE, last))
            counted = await _timed(parking.groups())
            ordered = await _timed(parking.retry(Chosen(consumer=READER)))
            began = time.monotonic()
            known = Facts(reaction.types.values(), None)
            async with flow.running(_reader(world, bootstrap, topic, reaction, known)):
                await flow.until(lambda: _fewer(parking, count // 2 + 1), PATIENCE)
            async with flow.running(_reader(world, bootstrap, topic, reaction, known)):
                came = time.monotonic()
                await _issue(log, user, 1)
                await flow.until(lambda: _waits(world, log), PATIENCE)
                new_one = time.monotonic() - came
                await flow.until(lambda: _parked(parking, 0), PATIENCE)
                released = time.monotonic() - began
            began = time.monotonic()
            async with world.sending(4, mail_lease_seconds=LEASE_SECONDS):
                await flow.until(lambda: world.ended(count + 1), PATIENCE)
            sent = time.monotonic() - began
    await records.drop_topic(bootstrap, topic)
    return Figures(
        streams=count,
        parked_seconds=parked,
        first_page_seconds=first_page,
        last_page_seconds=last_page,
        counted_seconds=counted,
        ordered_seconds=ordered,
        released_seconds=released,
        new_one_seconds=new_one,
        sent_seconds=sent,
        mails=await _delivered(world),
        causes=await world.pool.fetchval("SELECT count(DISTINCT cause_id) FROM mail.queue WHERE state = 'ENDED'"),
    )


def _reader(world: World, bootstrap: str, topic: str, reaction: Mails, facts: Decoder) -> Any:
    return KafkaReader(READER, [topic], bootstrap, world.pool, reaction=reaction, facts=facts).run()


async def _issue(log: Database, user: UUID, count: int) -> None:
    """Write that so many links were made, each on a stream of its own."""
    now = datetime.now(UTC)

    def made(_position: int) -> bytes:
        fact = {
            "userId": str(user),
            "activationId": str(new_id()),
            "purpose": "ACTIVATION",
            "expiresAt": (now + timedelta(days=1)).isoformat(),
            "at": now.isoformat(),
        }
        return json.dumps(fact).encode()

    await log.write([new_id() for _ in range(count)], data=made, kind="credential.activation-issued")


async def _parked(parking: PostgresParking, count: int) -> bool:
    return (await parking.reach(Chosen())).streams == count


async def _fewer(parking: PostgresParking, count: int) -> bool:
    return (await parking.reach(Chosen())).streams < count


async def _waits(world: World, log: Database) -> bool:
    """Tell whether the newest fact of the log has queued its mail."""
    newest = await log.pool.fetchval("SELECT stream_id || '/' || version FROM es.events ORDER BY pos DESC LIMIT 1")
    return bool(await world.pool.fetchval("SELECT 1 FROM mail.queue WHERE cause_id = $1", newest))


async def _last_place(parking: PostgresParking, count: int) -> After | None:
    """Return the place before the last page, found as the pages lead there."""
    after: After | None = None
    for _ in range(0, count - PAGE, PAGE):
        last: ParkedStream = (await parking.page(Chosen(), PAGE, after))[-1]
        after = After(since=last.since, consumer=last.consumer, stream_id=last.stream_id)
    return after


async def _timed(asked: Any) -> float:
    began = time.monotonic()
    await asked
    return time.monotonic() - began


async def _delivered(world: World) -> int:
    async with ClientSession(world.mailbox.url) as client:
        told = await (await client.get("/api/v1/info")).json()
    return int(told["Messages"])
