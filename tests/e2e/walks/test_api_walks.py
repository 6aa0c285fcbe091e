"""The whole API keeps to its description, whoever calls it and however wrongly."""

import asyncio

import pytest

from tests.e2e.portal import Portal
from tests.e2e.walks.api_walk import ApiWalk

EXAMPLES, WALKS = 4, 20
"""The long walk is `make walks`."""
REACHED = {"administrator": 24, "general user": 10, "operator": 4}
"""So many operations must have done something, else the walk proves little."""


@pytest.mark.parametrize("who", REACHED)
async def test_a11_every_answer_stands_in_the_description(portal: Portal, who: str) -> None:
    walk = ApiWalk(portal, asyncio.get_running_loop(), who)
    try:
        await asyncio.to_thread(lambda: walk.run(examples=EXAMPLES, walks=WALKS))
    finally:
        await walk.close()
    assert len(walk.successes()) >= REACHED[who], sorted(walk.successes())
