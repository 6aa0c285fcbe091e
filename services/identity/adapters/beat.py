"""A slow beat on which refusals are answered, so that their time tells nothing of their reason."""

import asyncio

SECONDS = 0.05


async def next_beat() -> None:
    """Wait for the next beat of the clock that all requests share."""
    now = asyncio.get_running_loop().time()
    await asyncio.sleep(SECONDS - now % SECONDS)
