"""How old what each reader has not applied is, also where several read one partition in one process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from kernel.adapters.kafka.topics import Part
from kernel.adapters.watching.own_log import ROUNDS, oldest_in_topics
from kernel.adapters.watching.topics import Topics
from kernel.application.watching import Key, Reading

USERS = "portal.users.events.v1"
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass
class Kafka:
    """Holds a record for every minute since noon."""

    fetches: list[Mapping[Part, int]] = field(default_factory=list)
    hung: set[Part] = field(default_factory=set)

    async def times(self, places: Mapping[Part, int]) -> Mapping[Part, datetime]:
        self.fetches.append(places)
        return {part: minute(place) for part, place in places.items() if part not in self.hung}


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def reading(consumer: str, place: int, part: int = 0) -> Reading:
    return Reading(consumer=consumer, topic=USERS, part=part, place=place, head=60)


async def oldest(kafka: Kafka, *lagging: Reading) -> Mapping[Key, datetime]:
    return await oldest_in_topics(cast("Topics", kafka), lagging)


async def test_o1_o2_of_two_readers_of_a_partition_each_is_as_late_as_its_own_oldest_fact(kafka: Kafka) -> None:
    behind, almost = reading("identity.users", 5), reading("identity.policies", 59)
    assert await oldest(kafka, almost, behind) == {behind.key: minute(5), almost.key: minute(59)}


async def test_o2_readers_at_one_place_and_partitions_beside_one_another_share_a_fetch(kafka: Kafka) -> None:
    several = [reading("identity.users", 5), reading("identity.policies", 5), reading("identity.users", 7, part=1)]
    assert await oldest(kafka, *several) == {one.key: minute(one.place) for one in several}
    assert kafka.fetches == [{Part(USERS, 0): 5, Part(USERS, 1): 7}]


async def test_o2_beyond_a_few_fetches_it_is_not_said_how_late_a_reader_is_rather_than_something_wrong(
    kafka: Kafka,
) -> None:
    several = [reading(f"identity.reader-{place}", place) for place in range(40, 30, -1)]
    assert await oldest(kafka, *several) == {one.key: minute(one.place) for one in several[-ROUNDS:]}
    assert len(kafka.fetches) == ROUNDS


async def test_o2_a_partition_that_says_nothing_is_waited_for_once(kafka: Kafka) -> None:
    kafka.hung.add(Part(USERS, 0))
    behind, almost, beside = reading("identity.users", 5), reading("identity.policies", 59), reading("other", 7, part=1)
    assert await oldest(kafka, behind, almost, beside) == {beside.key: minute(7)}
    assert len(kafka.fetches) == 1
