"""An answer that many share for a few seconds."""

import asyncio

import pytest

from kernel.application.kept import SECONDS, Kept
from kernel.domain.errors import Unavailable


class Asked:
    """Counts how often it is asked; the time stands where a test puts it."""

    def __init__(self) -> None:
        self.times = 0
        self.seconds = 0.0
        self.away = False

    async def __call__(self) -> int:
        await asyncio.sleep(0)
        self.times += 1
        if self.away:
            raise Unavailable("away")
        return self.times


async def test_nobody_is_asked_before_somebody_looks_and_all_who_look_at_once_share_an_answer() -> None:
    asked = Asked()
    kept = Kept(asked, lambda: asked.seconds)
    assert asked.times == 0
    assert await asyncio.gather(*(kept() for _ in range(5))) == [1] * 5
    asked.seconds = SECONDS - 0.1
    assert await kept() == 1
    asked.seconds = SECONDS
    assert await kept() == 2


async def test_a_failure_is_not_kept() -> None:
    asked = Asked()
    kept = Kept(asked, lambda: asked.seconds)
    asked.away = True
    with pytest.raises(Unavailable):
        await kept()
    asked.away = False
    assert await kept() == 2


async def test_who_waits_for_a_question_that_fails_does_not_ask_it_again() -> None:
    asked = Asked()
    asked.away = True
    kept = Kept(asked, lambda: asked.seconds)
    answers = await asyncio.gather(*(kept() for _ in range(5)), return_exceptions=True)
    assert [type(one) for one in answers] == [Unavailable] * 5
    assert asked.times == 1


async def test_who_leaves_takes_the_answer_from_nobody_else() -> None:
    asked = Asked()
    kept = Kept(asked, lambda: asked.seconds)
    leaving, staying = asyncio.create_task(kept()), asyncio.create_task(kept())
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 1
