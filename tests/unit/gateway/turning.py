"""Lets the loop turn, so that whoever can go on has gone on; a time would be too short on a busy machine."""

import asyncio

TURNS = 100


async def turned() -> None:
    """Let everybody else go on as far as they can without waiting."""
    for _ in range(TURNS):
        await asyncio.sleep(0)
