"""What a reader does not read costs it no transaction, and is counted by the next one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest

from kernel.adapters.postgres.inbox import MOST_PASSED, Inbox
from kernel.application.consume import Decoder, Delivery, Incoming

TOPIC, OTHER = "portal.contracts.events.v1", "portal.users.events.v1"


class Reads:
    """A reaction that reads one type of fact."""

    types: Mapping[str, type[Any]] = {"portal.contract.signed.v1": object}

    async def __call__(self, _fact: Any, _about: Incoming, _transaction: Any) -> None:
        raise AssertionError


class Answers:
    """A database that knows of so many parked streams, and of no place."""

    def __init__(self) -> None:
        self.parked = 0

    async def fetchval(self, _statement: str, _consumer: str) -> int:
        return self.parked

    async def fetch(self, _statement: str, *_arguments: str) -> list[Any]:
        return []


@pytest.fixture
def database() -> Answers:
    """Give a database."""
    return Answers()


@pytest.fixture
def inbox(database: Answers) -> Inbox:
    """Give what applies the facts of one reader."""
    return Inbox(cast("Any", database), "gateway.board", cast("Any", Reads()), cast("Decoder", None))


def record(kind: str = "portal.contract.noted.v1", offset: int = 0) -> Delivery:
    about = Incoming(
        type=kind,
        stream_id=UUID(int=1),
        version=1,
        tenant_id=UUID(int=2),
        source="contracts",
        partition=0,
        position=offset + 1,
        previous=offset,
        epoch=1,
        recorded_at=datetime(2026, 11, 28, tzinfo=UTC),
        correlation_id=UUID(int=3),
        causation_id=None,
        traceparent=None,
        data=b"",
    )
    return Delivery(offset, about)


def test_what_is_not_read_is_passed_by_and_leaves_the_place_behind(inbox: Inbox) -> None:
    assert inbox.pass_by(TOPIC, 3, [record(), Delivery(1, None)])
    assert inbox.behind == [(TOPIC, 3)]


@pytest.mark.parametrize("kind", ["portal.contract.signed.v1", "portal.contract.signed.v2"])
def test_a_batch_with_one_fact_that_is_read_in_any_version_is_not(inbox: Inbox, kind: str) -> None:
    assert not inbox.pass_by(TOPIC, 3, [record(), record(kind, 1)])
    assert inbox.behind == []


async def test_while_a_stream_is_parked_nothing_is_passed_by(inbox: Inbox, database: Answers) -> None:
    database.parked = 1
    assert await inbox.parked() == 1
    assert not inbox.pass_by(TOPIC, 3, [record()])
    database.parked = 0
    await inbox.parked()
    assert inbox.pass_by(TOPIC, 3, [record()])


def test_so_much_is_passed_by_of_a_partition_and_no_more(inbox: Inbox) -> None:
    assert inbox.pass_by(TOPIC, 3, [record(offset=number) for number in range(MOST_PASSED)])
    assert not inbox.pass_by(TOPIC, 3, [record(offset=MOST_PASSED)])
    assert inbox.pass_by(TOPIC, 4, [record()])


async def test_who_begins_again_at_the_kept_place_meets_it_again(inbox: Inbox) -> None:
    inbox.pass_by(TOPIC, 3, [record()])
    inbox.pass_by(OTHER, 3, [record()])
    await inbox.places(TOPIC)
    assert inbox.behind == [(OTHER, 3)]
