"""Fixtures of the users service's tests."""

import pytest

from tests.unit.users.world import World


@pytest.fixture
def world() -> World:
    """Give a users service with an empty log."""
    return World()
