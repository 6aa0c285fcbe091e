"""A fact becomes news of every company it concerns, in as few ways to the database for many as for one."""

from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from kernel.adapters.clock import new_id, utc_now
from services.notifier.adapters.newsroom import PostgresNewsroom
from services.notifier.consumers.contracts import IncidentUpdated, News
from tests.integration.notifier.newsdesk import Desk
from tests.integration.notifier.world import World


@pytest.mark.parametrize("companies", [1, 30])
async def test_a_fact_is_told_to_all_companies_it_concerns_with_one_statement(world: World, companies: int) -> None:
    desk = Desk(world)
    tenants = {new_id() for _ in range(companies)}
    incident_id = await desk.incident(*(desk.contract(tenant_id=tenant_id) for tenant_id in tenants))
    fact = IncidentUpdated(incident_id=incident_id, status="REPAIRING", text="", clears_at=None, at=datetime.now(UTC))
    about = replace(world.about("contracts", incident_id), type="portal.incident.updated.v1")
    written = list[str]()

    def note(record: asyncpg.connection.LoggedQuery) -> None:
        if "INSERT INTO notice.news" in record.query:
            written.append(record.query)

    async with world.pool.acquire() as connection, connection.transaction():
        with connection.query_logger(note):
            await News(PostgresNewsroom(new_id), utc_now)(fact, about, connection)
    told = await world.pool.fetch("SELECT tenant_id, news_id FROM notice.news WHERE cause_id = $1", about.id)
    assert {row["tenant_id"] for row in told} == tenants
    assert len({row["news_id"] for row in told}) == companies
    assert len(written) == 1
