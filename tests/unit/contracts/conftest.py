"""Fixtures of the contracts service's tests."""

import pytest

from tests.unit.contracts.world import World


@pytest.fixture
def world() -> World:
    """Give a contracts service with an empty log."""
    return World()
