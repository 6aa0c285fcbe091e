"""The sample month: every report is taken, and an emptied Redis comes back from it the same to the byte."""

import asyncio
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar
from redis.asyncio import Redis

from deploy.demo.company import SET_UP, WAITING, Company
from deploy.demo.playing import LARGE, MORE, Operator, setting_of
from deploy.demo.portal import Portal as Sample
from deploy.demo.setting_up import BEFORE
from deploy.secret_files import OPERATOR
from deploy.stack import Stack
from gateway.projections.contract_board import CONTRACT_BOARD
from gateway.projections.incident_board import INCIDENT_BOARD
from gateway.projections.models import MODELS
from gateway.projections.status_history import STATUS_HISTORY
from kernel.adapters.redis.generation import Generation
from tests.e2e.rows import Heads, folded, heads, read_models

ANCHOR = datetime(2026, 11, 1, tzinfo=UTC)
"""The end of the month that is played; it has no need of today."""
PATIENCE = 180
"""Seconds; every mail of the month is sent before nothing leads to anything more."""


async def played(services: Stack, url: str) -> list[Company]:
    """Hand the sample companies in, and report a month of each."""
    companies = [Company.read(file) for file in (WAITING, *SET_UP)]
    secret = (services.plan.places.secrets / OPERATOR).read_text().strip()
    async with ClientSession(timeout=ClientTimeout(total=120), cookie_jar=DummyCookieJar()) as client:
        portal = Sample(client, url)
        await portal.become_operator(secret)
        for company in companies:
            await portal.apply({**company.form, "receivedAt": (ANCHOR - BEFORE).isoformat()})
        for company in companies:
            await Operator(portal).play(company, ANCHOR)
    return companies


async def settled(redis: "Redis", services: Stack) -> None:
    """Return once nothing that was read leads to anything more, and all of it is folded in."""
    before: Heads = {}
    async with asyncio.timeout(PATIENCE):
        while before != (now := await heads(services)) or not await folded(redis, services):
            before = now
            await asyncio.sleep(2)


@pytest.mark.timeout(500)
async def test_i10_the_sample_month_comes_back_from_an_empty_redis_the_same_to_the_byte(services: Stack) -> None:
    companies = await played(services, services.plan.public_url)
    made = Generation(MODELS)
    async with Redis.from_url(services.plan.redis_url) as redis:
        await settled(redis, services)
        before = await read_models(redis)
        await redis.flushall()
        await settled(redis, services)
        after = await read_models(redis)
    assert {key: after[key] for key in before.keys() & after.keys() if after[key] != before[key]} == {}
    assert after.keys() == before.keys()
    # It was a month, and not nothing: every contract of every company is there, with incidents and past statuses.
    large = next(one for one in companies if one.number == LARGE)
    contracts = sum(len(setting_of(one).numbers) for one in companies) + MORE[large.number]

    def count(model: str) -> int:
        return sum(key.startswith(made.row_key(model, "")) for key in before)

    assert count(CONTRACT_BOARD.name) >= contracts
    assert count(STATUS_HISTORY.name) >= contracts
    assert count(INCIDENT_BOARD.name) > 10
