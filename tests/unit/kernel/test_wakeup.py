"""Who waits for the log to grow is told at once."""

import asyncio
import time

from kernel.adapters.postgres.wakeup import Wakeup


async def test_a_waiter_is_woken_when_the_log_passes_its_position_and_not_before() -> None:
    wakeup = Wakeup()
    waiter = asyncio.create_task(wakeup.after(5, 30))
    wakeup.grew(5)
    await asyncio.sleep(0.01)
    assert not waiter.done()
    wakeup.grew(6)
    await asyncio.wait_for(waiter, 1)


async def test_what_is_known_already_is_not_waited_for() -> None:
    wakeup = Wakeup()
    wakeup.grew(9)
    wakeup.grew(3)
    await asyncio.wait_for(wakeup.after(8, 30), 1)


async def test_a_waiter_goes_on_after_its_time() -> None:
    before = time.monotonic()
    await Wakeup().after(0, 0.05)
    assert 0.04 < time.monotonic() - before < 2


async def test_all_waiters_are_woken() -> None:
    wakeup = Wakeup()
    waiters = [asyncio.create_task(wakeup.after(0, 30)) for _ in range(50)]
    await asyncio.sleep(0)
    wakeup.grew(1)
    await asyncio.wait_for(asyncio.gather(*waiters), 1)


async def test_who_waits_ahead_is_woken_before_those_who_came_earlier() -> None:
    wakeup, woken = Wakeup(), list[str]()

    async def waits(name: str, *, ahead: bool) -> None:
        await wakeup.after(0, 30, ahead=ahead)
        woken.append(name)

    readers = [asyncio.create_task(waits(f"reader {number}", ahead=False)) for number in range(3)]
    await asyncio.sleep(0)
    relay = asyncio.create_task(waits("relay", ahead=True))
    await asyncio.sleep(0)
    wakeup.grew(1)
    await asyncio.wait_for(asyncio.gather(relay, *readers), 1)
    assert woken == ["relay", "reader 0", "reader 1", "reader 2"]
