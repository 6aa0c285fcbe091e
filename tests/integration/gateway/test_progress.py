"""P7: what this process hears of the projector over a real Redis, and what it may keep meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from gateway.adapters.progress import HeardProgress
from kernel.adapters.redis import checkpoint
from kernel.adapters.redis.applied import Applied
from tests.integration.gateway.test_boards import GENERATION
from tests.integration.kernel import flow
from tests.ports.progress import FOREIGN, OWN, ProgressContract


@dataclass
class Told:
    """The real one, and a projector that commits what a test says."""

    redis: "Redis"
    applied: Applied
    seq: int = 0

    def __post_init__(self) -> None:
        self.progress = HeardProgress(self.applied)

    async def begin(self) -> None:
        """Say that the read models are complete."""
        await self.redis.hset(GENERATION.checkpoint, mapping={"seq": "0", "complete": "1"})
        await flow.until(lambda: self.applied.complete)

    async def touch(self, *keys: str) -> None:
        before = self.progress.mark()
        await self._commit()
        await self.redis.publish(GENERATION.channel, checkpoint.news(self.seq, {}, set(keys), complete=True))
        await flow.until(lambda: self.progress.mark() != before)

    async def miss(self) -> None:
        before = self.progress.mark()
        await self._commit()
        await flow.until(lambda: self.progress.mark() != before)

    async def _commit(self) -> None:
        self.seq += 1
        await self.redis.hset(GENERATION.checkpoint, "seq", str(self.seq))


class TestHeardProgress(ProgressContract):
    @pytest.fixture
    async def heard(self, redis: "Redis") -> AsyncIterator[Told]:
        told = Told(redis, Applied(redis, GENERATION))
        async with flow.running(told.applied.run()):
            await told.begin()
            yield told

    async def test_after_a_hole_what_is_told_next_counts_key_by_key_again(self, heard: Told) -> None:
        await heard.miss()
        mark = heard.progress.mark()
        await heard.touch(FOREIGN)
        assert heard.progress.untouched(mark, [OWN])
        assert not heard.progress.untouched(mark, [FOREIGN])

    async def test_who_is_cut_off_takes_all_for_touched_when_something_was_applied_meanwhile(self, heard: Told) -> None:
        before = heard.progress.mark()
        await heard.redis.client_kill_filter(_type="pubsub")
        await heard.miss()
        assert not heard.progress.untouched(before, [OWN])
        await heard.touch(FOREIGN)
        assert heard.progress.untouched(heard.progress.mark(), [OWN, FOREIGN])

    async def test_while_the_read_models_are_filled_anew_nothing_is_kept(self, heard: Told) -> None:
        before = heard.progress.mark()
        await heard.redis.hset(GENERATION.checkpoint, "complete", "")
        await heard.redis.publish(GENERATION.channel, checkpoint.news(1, {}, set(), complete=False))
        await flow.until(lambda: not heard.applied.complete)
        assert heard.progress.mark() is None
        assert not heard.progress.untouched(before, [OWN])


async def test_a_process_that_starts_anew_takes_all_for_touched_that_was_before_it(redis: "Redis") -> None:
    told = Told(redis, Applied(redis, GENERATION))
    async with flow.running(told.applied.run()):
        await told.begin()
        await told.touch(FOREIGN)
    second = Applied(redis, GENERATION)
    assert second.mark() is None
    assert not second.untouched(0, [OWN])
    async with flow.running(second.run()):
        await flow.until(lambda: second.complete)
        assert not second.untouched(0, [OWN]), "of what was before the start nothing is known"
        mark = second.mark()
        assert mark is not None
        assert second.untouched(mark, [OWN, FOREIGN])
