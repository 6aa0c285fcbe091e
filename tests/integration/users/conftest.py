"""Fixtures of the users service's tests on a real log."""

from collections.abc import AsyncIterator
from functools import partial

import pytest

from kernel.adapters.clock import utc_now
from kernel.adapters.keys import fingerprint
from services.users.application.handlers import UserHandlers
from services.users.domain.events import EVENTS
from tests.integration.contracts.real_log import RealLog, real_log


@pytest.fixture
async def log(postgres_url: str) -> AsyncIterator[RealLog]:
    """Give an empty log of users."""
    async with real_log(postgres_url, "users", EVENTS) as made:
        yield made


@pytest.fixture
def handlers(log: RealLog) -> UserHandlers:
    """Give the users service's handlers on that log."""
    return UserHandlers(store=log.store, now=utc_now, fingerprint=partial(fingerprint, b"pepper" * 6))
