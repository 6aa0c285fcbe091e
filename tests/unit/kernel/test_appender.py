"""P2: batches follow one another without a pause, and when the process ends nobody waits for an answer for ever."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from kernel.adapters.postgres.appender import Appender
from kernel.adapters.postgres.batch import MOST_REQUESTS, Encoded, Outcome, Request
from kernel.domain.errors import Unavailable


def requests(count: int) -> list[Request]:
    return [
        Request(
            stream_id=uuid4(),
            expected=0,
            command_id=uuid4(),
            content=None,
            tenant_id=uuid4(),
            meta="",
            claims=(),
            releases=(),
            events=[Encoded("thing.happened", schema=1, public=True, data=b"{}")],
            answer=asyncio.get_running_loop().create_future(),
        )
        for _ in range(count)
    ]


class Server:
    """A server that writes what it gets once the test lets it, and notes how many had their answer at each call."""

    def __init__(self, several: Sequence[Request]) -> None:
        self.several = several
        self.calls: list[int] = []
        """The size of each batch."""
        self.answered: list[int] = []
        """How many requests had their answer when a batch came."""
        self.called = asyncio.Event()
        self.held = asyncio.Event()
        self.connections = 0
        self.breaks = False
        self.closed = False
        self.head = 0

    async def connect(self, *_: Any, **__: Any) -> "Server":
        self.connections += 1
        return self

    async def fetchrow(self, _: str) -> dict[str, Any]:
        return {"pos": self.head, "own": True}

    async def fetch(self, _: str, streams: Sequence[Any], *__: Any) -> list[tuple[Any, ...]]:
        self.called.set()
        self.calls.append(len(streams))
        self.answered.append(sum(one.answer.done() for one in self.several))
        await self.held.wait()
        # An answer takes its time, whatever the loop does meanwhile.
        await asyncio.sleep(0)
        if self.breaks:
            raise ConnectionResetError
        first, self.head = self.head, self.head + len(streams)
        return [
            (number, "ok", stream, 1, first + number, first + number, 1) for number, stream in enumerate(streams, 1)
        ]

    def is_closed(self) -> bool:
        return self.closed

    def terminate(self) -> None:
        self.closed = True


@pytest.fixture
def appender() -> Appender:
    return Appender("postgresql://nowhere", "test", lambda _: None)


async def begin(appender: Appender, server: Server, patch: pytest.MonkeyPatch) -> tuple["asyncio.Task[None]", Any]:
    """Let all requests wait, then let the appender run up to its first call; return it and the answers to come."""
    patch.setattr(asyncpg, "connect", server.connect)
    asking = [asyncio.create_task(appender.append(one)) for one in server.several]
    await asyncio.sleep(0)
    role = asyncio.create_task(appender.run())
    await server.called.wait()
    return role, asyncio.gather(*asking, return_exceptions=True)


async def end(role: "asyncio.Task[None]") -> None:
    role.cancel()
    await asyncio.gather(role, return_exceptions=True)


async def test_p2_the_next_full_batch_goes_out_before_the_answers_of_the_last(
    appender: Appender, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(requests(3 * MOST_REQUESTS))
    role, answers = await begin(appender, server, monkeypatch)
    server.held.set()
    outcomes = await answers
    assert server.calls == [MOST_REQUESTS] * 3
    assert server.answered == [0, 0, MOST_REQUESTS], "a batch is under way while those before it are told"
    assert [one.public_position for one in outcomes] == [*range(1, 3 * MOST_REQUESTS + 1)]
    await end(role)


async def test_p2_what_does_not_fill_a_batch_lets_those_join_whom_the_last_answers_woke(
    appender: Appender, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(requests(MOST_REQUESTS + 3))
    role, answers = await begin(appender, server, monkeypatch)
    server.held.set()
    await answers
    assert server.calls == [MOST_REQUESTS, 3]
    assert server.answered == [0, MOST_REQUESTS]
    await end(role)


async def test_who_ends_finishes_the_batch_under_way_and_answers_all_that_wait(
    appender: Appender, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(requests(3 * MOST_REQUESTS + 1))
    role, answers = await begin(appender, server, monkeypatch)
    role.cancel()
    await asyncio.sleep(0)
    server.held.set()
    async with asyncio.timeout(5):
        outcomes = await answers
    assert server.calls == [MOST_REQUESTS], "nothing more goes out"
    assert {type(one) for one in outcomes[:MOST_REQUESTS]} == {Outcome}
    assert {(type(one), str(one)) for one in outcomes[MOST_REQUESTS:]} == {(Unavailable, "the process ends")}
    assert (await asyncio.gather(role, return_exceptions=True))[0].__class__ is asyncio.CancelledError
    assert not await appender.ready()


async def test_who_ends_while_the_server_goes_away_answers_all_and_looks_for_no_other(
    appender: Appender, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(requests(2 * MOST_REQUESTS))
    role, answers = await begin(appender, server, monkeypatch)
    server.breaks = True
    role.cancel()
    await asyncio.sleep(0)
    server.held.set()
    async with asyncio.timeout(5):
        outcomes = await answers
    assert {type(one) for one in outcomes} == {Unavailable}
    assert ["not known" in str(one) for one in outcomes] == [True] * MOST_REQUESTS + [False] * MOST_REQUESTS
    assert (server.calls, server.connections) == ([MOST_REQUESTS], 1)
    await asyncio.gather(role, return_exceptions=True)
