"""What is remembered of people costs nothing when it is old, and a delta when it is older."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.domain.context import Context
from kernel.domain.recorded import Recorded
from kernel.testing.store import InMemoryStore
from services.identity.application.remembering import NOBODY, Remembering
from services.identity.domain.events import CredentialLocked, CredentialOpened, LockReason, SecondFactor

TENANT, USER = UUID(int=1), UUID(int=2)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Counting(InMemoryStore):
    """A log that counts what is read from it."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    async def load(self, stream_id: UUID, after: int = 0) -> Sequence[Recorded[Any]]:
        past = await super().load(stream_id, after)
        self.read.append(len(past))
        return past


@pytest.fixture
async def log() -> Counting:
    log = Counting()
    await opens(log, USER)
    return log


async def opens(log: Counting, user: UUID) -> None:
    opened = CredentialOpened(user_id=user, second_factor=SecondFactor.TOTP, at=AT)
    await log.append(user, 0, [opened], context())


def context() -> Context:
    return Context(tenant_id=TENANT, actor="test", correlation_id=uuid4())


async def test_whom_nothing_happened_to_is_read_once(log: Counting) -> None:
    people = Remembering(log)
    first, again = await people.known(USER, 1), await people.known(USER, 1)
    assert (first, first.tenant_id, first.version) == (again, TENANT, 1)
    assert log.read == [1]


async def test_only_what_is_new_is_read_and_it_counts(log: Counting) -> None:
    people = Remembering(log)
    await people.known(USER, 1)
    await log.append(USER, 1, [CredentialLocked(user_id=USER, reason=LockReason.CODE_TRIES, at=AT)], context())
    known = await people.known(USER, 2)
    assert (known.version, known.state.locked) == (2, True)
    assert log.read == [1, 1]


async def test_nobody_is_not_looked_up(log: Counting) -> None:
    assert await Remembering(log).known(None, 0) is NOBODY
    assert log.read == []


async def test_who_came_longest_ago_is_forgotten_first(log: Counting) -> None:
    people = Remembering(log, most=2)
    others = [uuid4(), uuid4()]
    for other in others:
        await opens(log, other)
    for user in (USER, others[0], USER, others[1], USER):
        await people.known(user, 1)
    assert len(log.read) == 3, "who was asked for again stays"
    await people.known(others[0], 1)
    assert len(log.read) == 4
