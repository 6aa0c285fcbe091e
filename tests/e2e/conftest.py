"""Gives the stories the whole portal: started once, ended behind the last of them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.services import NAMES
from deploy.stack import SERVERS, Stack
from tests.e2e.portal import Portal

HERE = Path(__file__).parent


_STARTED = pytest.StashKey[Stack]()


@pytest.fixture(scope="session")
async def services(stack: Stack, pytestconfig: pytest.Config) -> Stack:
    """Return the stack with all services running."""
    await asyncio.to_thread(stack.start, SERVERS)
    await asyncio.to_thread(stack.start_services)
    pytestconfig.stash[_STARTED] = stack
    return stack


@pytest.fixture
async def portal(services: Stack) -> AsyncIterator[Portal]:
    """Give the running portal."""
    made = Portal(services.plan)
    yield made
    await made.mailbox.refuse()
    await made.close()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Stop the services behind the last story: other tests need the processors."""
    used = item.config.stash.get(_STARTED, None)
    if used and nextitem is not None and not nextitem.path.is_relative_to(HERE):
        used.halt(NAMES)
