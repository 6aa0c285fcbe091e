"""Waiting for what was written, and being told what changed."""

import asyncio
from uuid import uuid4

import pytest

from kernel.adapters.redis.applied import RESYNC
from tests.integration.kernel import flow
from tests.integration.kernel.board import THINGS
from tests.integration.kernel.flow import Database
from tests.integration.kernel.show import Show


async def test_a_reader_may_wait_for_what_it_wrote(show: Show, log: Database) -> None:
    stream = uuid4()
    async with flow.running(show.relay(), show.projector(), show.applied.run()):
        await log.write([stream])
        assert await show.applied.wait([show.position(stream, 1)], 5)
        row = await show.rows.get(THINGS, str(stream), partial=True)
        assert row is not None
        started = asyncio.get_running_loop().time()
        assert not await show.applied.wait([show.position(stream, 2)], 0.3)
        assert 0.3 <= asyncio.get_running_loop().time() - started < 1
        waiting = asyncio.ensure_future(show.applied.wait([show.position(stream, 2)], 5))
        await log.write([stream])
        assert await waiting
        assert await show.applied.wait([], 0)


async def test_whoever_subscribed_is_told_what_touched_them_and_nothing_else(show: Show, log: Database) -> None:
    async with flow.running(show.relay(), show.projector(), show.applied.run()):
        await flow.until(lambda: show.applied.complete)
        mine = show.applied.subscribe([f"tenant:{log.tenant_id}"])
        others = show.applied.subscribe([f"tenant:{uuid4()}"])
        await log.write([uuid4()])
        async with asyncio.timeout(5):
            vector, key = await anext(mine)
        assert key == f"tenant:{log.tenant_id}"
        assert vector.startswith("things:e1:")
        await log.write([uuid4()])
        async with asyncio.timeout(5):
            later, _ = await anext(mine)
        assert later != vector
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(others), 0.3)
        await mine.aclose()
        await others.aclose()


async def test_a_slow_subscriber_is_told_to_look_at_everything(show: Show) -> None:
    async with show.applied.subscribe(["a"]) as slow:
        for number in range(250):
            slow.put(str(number), {"a": ["a"]})
        told = [await anext(slow) for _ in range(2)]
        assert RESYNC in {key for _, key in told}
