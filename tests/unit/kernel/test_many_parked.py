"""Much that is asked for parked streams at once keeps nobody waiting for what is new."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from kernel.adapters.redis import projector
from kernel.adapters.redis.generation import Generation
from tests.unit.kernel.lines import in_memory, until
from tests.unit.kernel.topic_in_memory import Consumer

AT_ONCE = 3


@pytest.mark.parametrize("asked", ["retries", "discards"])
async def test_o3_streams_that_are_tried_again_or_given_up_by_the_thousand_let_what_is_new_pass(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    line = in_memory(monkeypatch, folds=True)
    monkeypatch.setattr(projector, "RELEASED", AT_ONCE)
    monkeypatch.setattr(projector, "CHECK_SECONDS", 60.0)
    said = json.dumps({"by": "operator:mori", "reason": "a test"})
    waiting = line.redis.asked[getattr(Generation(()), asked)] = {str(UUID(int=one)): said for one in range(20)}
    left: list[int] = []
    getmany = Consumer.getmany

    async def counted(self: Consumer, timeout_ms: int, max_records: int) -> Mapping[Any, Sequence[Any]]:
        left.append(len(waiting))
        return await getmany(self, timeout_ms, max_records)

    monkeypatch.setattr(Consumer, "getmany", counted)
    line.kafka.send(1)
    async with line.reading():
        await until(lambda: line.told == 1)
        assert len(waiting) > AT_ONCE, "what is new was not behind all of them"
        await until(lambda: not waiting)
    assert max(before - after for before, after in pairwise(left)) == AT_ONCE
