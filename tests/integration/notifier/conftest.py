"""Fixtures of the notifier's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.servers.mailbox import Mailbox
from tests.integration.notifier.world import World, made


@pytest.fixture
async def world(postgres_url: str, mailbox: Mailbox, tmp_path: Path) -> AsyncIterator[World]:
    """Give a notifier's surroundings."""
    async with made(postgres_url, mailbox, tmp_path / "secrets") as surroundings:
        yield surroundings
