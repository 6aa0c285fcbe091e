"""What an append is found by grows at the end of its index, also where nobody gave it a name."""

from typing import Any, cast
from uuid import UUID

import pytest

from kernel.adapters.codec import Events
from kernel.adapters.postgres.batch import Outcome, Request
from kernel.adapters.postgres.store import PostgresStore
from kernel.domain.context import Context
from kernel.domain.event import event
from kernel.testing import FakeKeyring

STREAM = UUID(int=1)


@event("thing.noted", version=1)
class Noted:
    """Something was noted."""


class Takes:
    """An appender that writes whatever comes."""

    def __init__(self) -> None:
        self.taken: list[UUID] = []

    async def append(self, request: Request) -> Outcome:
        self.taken.append(request.command_id)
        return Outcome("ok", request.stream_id, 1, 1, 1)


@pytest.mark.parametrize("given", [None, UUID(int=5)])
async def test_p4_an_append_without_a_name_gets_one_in_the_order_of_time(given: UUID | None) -> None:
    appender = Takes()
    store = PostgresStore(cast("Any", None), cast("Any", appender), Events([Noted], FakeKeyring()), "things")
    by = Context(tenant_id=UUID(int=2), actor="service:things", correlation_id=UUID(int=3), command_id=given)
    for _ in range(3):
        await store.append(STREAM, 0, [Noted()], by)
    assert appender.taken == sorted(appender.taken)
    assert {one.version for one in appender.taken} == ({7} if given is None else {given.version})
