"""Four clients of two companies administer users, groups and logins at random, and agree with a model."""

import asyncio

from tests.e2e.portal import Portal
from tests.e2e.walks.administration_run import administer
from tests.e2e.walks.two_companies import TwoCompanies

STEPS = 300
"""The long walk is `make walks`."""


async def test_s21_s22_n2_m4_m14_administering_agrees_with_a_model(portal: Portal) -> None:
    world = TwoCompanies(portal, asyncio.get_running_loop())
    try:
        taken, _ = await asyncio.to_thread(administer, world, STEPS)
    finally:
        await world.close()
    assert taken >= STEPS
