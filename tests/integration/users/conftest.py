"""Fixtures of the users service's tests on a real log."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kernel.adapters.postgres.migrate import migrate
from services.users.application.handlers import UserHandlers
from services.users.domain.events import EVENTS
from tests.integration.contracts.real_log import RealLog, real_log
from tests.integration.kernel.flow import ROLE
from tests.integration.users.lists import Lists, lists_of

MIGRATIONS = Path(__file__).parents[3] / "services" / "users" / "migrations"


@pytest.fixture
async def log(postgres_url: str) -> AsyncIterator[RealLog]:
    """Give an empty log of users, with the tables of its lists."""
    async with real_log(postgres_url, "users", EVENTS) as made:
        await migrate(made.database.owner_url, [MIGRATIONS], ROLE)
        yield made


@pytest.fixture
async def lists(log: RealLog) -> AsyncIterator[Lists]:
    """Give the service on that log, with its lists kept up to date."""
    async with lists_of(log) as made:
        yield made


@pytest.fixture
def handlers(lists: Lists) -> UserHandlers:
    """Give the users service's handlers on that log."""
    return lists.built.users
