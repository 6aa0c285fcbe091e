"""Fixtures of the contracts service's tests on a real log."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from deploy.stack import Stack
from kernel.adapters.clock import new_id, utc_now
from kernel.adapters.keys import fingerprint
from services.contracts.application.handlers import ContractHandlers
from services.contracts.domain.events import EVENTS
from tests.integration.contracts.portal import SERVICES, Portal
from tests.integration.contracts.real_log import RealLog, real_log


@pytest.fixture
async def log(postgres_url: str) -> AsyncIterator[RealLog]:
    """Give an empty log of contracts."""
    async with real_log(postgres_url, "contracts", EVENTS) as made:
        yield made


@pytest.fixture
def handlers(log: RealLog) -> ContractHandlers:
    """Give the contracts service's handlers on that log."""
    return ContractHandlers(
        store=log.store, now=utc_now, new_id=new_id, fingerprint=partial(fingerprint, b"pepper" * 6)
    )


@pytest.fixture
async def portal(stack: Stack, postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Portal]:
    """Give the contracts and users services as processes."""
    _ = postgres_url, kafka_bootstrap
    await asyncio.to_thread(stack.start_services, SERVICES)
    for service in SERVICES:
        # A test that failed may have left it dead.
        if stack.pid(service) is None:
            await asyncio.to_thread(stack.restart, service)
    async with httpx.AsyncClient(timeout=30) as http:
        yield Portal(stack, http)
