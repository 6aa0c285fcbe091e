"""A hundred random sequences of changes of access: the very next request of the old session agrees with the model."""

import asyncio
from random import Random

from tests.e2e.portal import Portal
from tests.e2e.walks.access_walk import LOOKS, AccessWalk

SEED = 4
COMPANIES = 4
SEQUENCES = 25
"""Of each company; a person is mailed twenty codes an hour at most."""


async def walk(portal: Portal, number: int, sequences: int, seed: int = SEED) -> AccessWalk:
    """Lead one company through its sequences, the same for the same seed."""
    chance = Random(f"{seed} {number}")  # noqa: S311 - an order that can be had again, no secret
    begun = await AccessWalk.begun(portal, number)
    try:
        for _ in range(sequences):
            await begun.sequence(chance)
    finally:
        await begun.company.close()
    return begun


async def test_m4_n2_d15_what_is_taken_away_is_refused_from_the_next_request_on_everywhere(portal: Portal) -> None:
    async with asyncio.TaskGroup() as group:
        walks = [group.create_task(walk(portal, number, SEQUENCES)) for number in range(COMPANIES)]
    done = [one.result() for one in walks]
    taken = {step.what for one in done for step in one.done}
    assert taken == {"suspend", "reinstate", "role", "join", "leave", "permit", "networks", "return"}
    assert sum(one.asked for one in done) >= 100 * len(LOOKS)
