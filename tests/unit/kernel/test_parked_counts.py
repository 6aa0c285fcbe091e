"""What open boards cost the connections of a service whose parked streams are locked, without any server."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
import pytest

from kernel.adapters.postgres.parked import PostgresParking
from kernel.adapters.watching import asking
from kernel.application.parking import ParkedGroup
from kernel.domain.errors import Unavailable

ROW = {"consumer": "notes", "error": "KeyError", "streams": 3, "since": datetime(2026, 11, 28, tzinfo=UTC)}


class Locked:
    """A pool whose statements wait for a lock that somebody holds."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.lent = 0

    async def fetch(self, *_: Any) -> Sequence[Mapping[str, Any]]:
        self.lent += 1
        await self.free.wait()
        return [ROW]


async def test_o1_boards_that_ask_while_the_parked_streams_are_locked_take_one_connection_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.01)
    locked = Locked()
    parking = PostgresParking(cast("asyncpg.Pool[Any]", locked))
    for _ in range(3):
        async with asyncio.timeout(1):
            told = await asyncio.gather(*(parking.groups() for _ in range(4)), return_exceptions=True)
        assert [type(one) for one in told] == [Unavailable] * 4
    assert locked.lent == 1, "the others are for commands"
    locked.free.set()
    assert await parking.groups() == [ParkedGroup(**cast("Any", ROW))]
