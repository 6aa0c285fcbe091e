"""Empties a generation whose checkpoint is gone, in small steps so that Redis answers others. Next stop: projector.py.

While it lasts the checkpoint has no `seq`, so nobody folds, and a token instead. Every step goes by that token: whoever
was slow and finds it gone removes nothing, for what is there now was folded anew. Who finds one that somebody left
who died joins in.
"""

from uuid import uuid4

from redis.asyncio import Redis

from kernel.adapters.redis.checkpoint import news
from kernel.adapters.redis.client import text
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.scripts import BEGIN_WIPE, END_WIPE, UNLINK

STEP = 500
"""How many keys one step looks at, or removes."""


async def wipe(redis: "Redis", generation: Generation) -> bool:
    """Leave an empty generation with a checkpoint of its own; false when somebody else did, or it was lost again."""
    place = [generation.checkpoint, generation.channel]
    began = redis.register_script(BEGIN_WIPE)
    token = text(await began(keys=place, args=[uuid4().hex, news(0, {}, set(), complete=False)]))
    return bool(token) and await _empty(redis, generation, token) and await _end(redis, place, token)


async def _empty(redis: "Redis", generation: Generation, token: str) -> bool:
    unlink = redis.register_script(UNLINK)
    stays = {generation.checkpoint, generation.alive}
    cursor = None
    while cursor != 0:
        cursor, found = await redis.scan(cursor or 0, match=f"{generation.prefix}:*", count=STEP)
        rows = [key for key in map(text, found) if key not in stays]
        for first in range(0, len(rows), STEP):
            if not await unlink(keys=[generation.checkpoint, *rows[first : first + STEP]], args=[token]):
                return False
    return True


async def _end(redis: "Redis", place: list[str], token: str) -> bool:
    ended = redis.register_script(END_WIPE)
    return bool(await ended(keys=place, args=[token, news(1, {}, set(), complete=False)]))
