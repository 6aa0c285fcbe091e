"""Gives the faults a stack of their own: what they break is nobody else's."""

import os
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from deploy.places import default_state
from tests.faults.campaign import Campaign, campaign
from tests.stack import made_stack


@pytest.fixture(scope="module")
async def fire() -> AsyncIterator[Campaign]:
    """Give a campaign on a fresh stack; it ends with the module's last test."""
    state = default_state() / "test" / f"faults-{os.getpid()}-{uuid4().hex[:6]}"
    with made_stack(state, temporary=True) as stack:
        async with campaign(stack) as made:
            yield made
