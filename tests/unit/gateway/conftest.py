"""A fresh world for each test."""

import pytest

from tests.unit.gateway.world import World


@pytest.fixture
def world() -> World:
    """Return the gateway over its fakes."""
    return World()
