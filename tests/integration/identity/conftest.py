"""Fixtures of identity's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.identity import world as worlds
from tests.integration.identity.world import World


@pytest.fixture
async def world(database: str, tmp_path: Path) -> AsyncIterator[World]:
    """Give a running identity service over an empty database."""
    async with worlds.world(database, tmp_path) as made:
        yield made
