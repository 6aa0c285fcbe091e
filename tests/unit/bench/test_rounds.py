"""Contestants in turn, loads, and people who wait for a fresh code."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bench.load.models import closed_load, open_load
from bench.portal.crowd import Crowd
from bench.portal.person import Person
from bench.rounds import alternate


async def test_contestants_take_turns_one_at_a_time() -> None:
    order: list[str] = []
    steps: list[None] = []

    def contestant(name: str) -> Callable[[], Awaitable[int]]:
        async def measure() -> int:
            order.append(name)
            return len(order)

        return measure

    seen = await alternate(3, {"ours": contestant("a"), "theirs": contestant("b")}, lambda: steps.append(None))
    assert "".join(order) == "ababab"
    assert seen == {"ours": [1, 3, 5], "theirs": [2, 4, 6]}
    assert len(steps) == 6


async def test_a_closed_load_counts_how_each_ended() -> None:
    turn = iter(range(1_000_000))

    async def act() -> str:
        await asyncio.sleep(0.001)
        if next(turn) % 2:
            raise ConnectionResetError
        return "ok"

    load = await closed_load(act, workers=2, seconds=0.2)
    assert load.ends["ok"] > 0
    assert load.ends["ConnectionResetError"] > 0
    assert len(load.waits) == load.ends["ok"]


async def test_an_open_load_makes_those_wait_who_come_while_the_server_stands_still() -> None:
    gate = asyncio.Event()

    async def act() -> str:
        await gate.wait()
        return "ok"

    opening = asyncio.get_running_loop().call_later(0.3, gate.set)
    load = await open_load(act, rate=50, seconds=0.4)
    opening.cancel()
    assert load.ends["ok"] == 20
    assert load.wait(1.0) >= 250


async def test_what_ends_while_queues_still_fill_is_not_counted() -> None:
    async def act() -> str:
        return "ok"

    load = await open_load(act, rate=50, seconds=0.2, ramp=0.2)
    assert load.ends["ok"] == pytest.approx(10, abs=1)
    assert load.ends["ok, early or late"] == pytest.approx(10, abs=1)


def test_nobody_is_taken_twice_with_one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.portal.crowd.current_step", lambda: 7)
    people = [Person(email=name, password="", secret="", contract_ids=()) for name in "ab"]
    crowd = Crowd(people)
    first = crowd.take()
    assert first is people[0]
    first.used_step = 7
    crowd.back(first)
    second = crowd.take()
    assert second is people[1]
    crowd.back(second)
    assert crowd.take() is second, "who did not use the code is taken first again"
    assert crowd.take() is None
    monkeypatch.setattr("bench.portal.crowd.current_step", lambda: 8)
    assert crowd.take() is first
