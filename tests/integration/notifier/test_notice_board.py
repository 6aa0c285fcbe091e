"""What was told, as the tables answer it: whole, and nothing that is over."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.notifier.adapters.notice_board import REMEMBERED_SECONDS, SEEN, PostgresNoticeBoard
from services.notifier.application.bulletin import Bulletin
from services.notifier.consumers.contracts import IncidentContractFound
from services.notifier.domain.sight import Sight
from tests.integration.notifier.newsdesk import Desk
from tests.integration.notifier.world import World

NOW = datetime.now(UTC)
TONIGHT, NEXT_WEEK = NOW + timedelta(hours=6), NOW + timedelta(days=7)

MOST_BLOCKS = 60
_OF_OTHERS = """
INSERT INTO notice.concerned (story_id, contract_id, tenant_id, contract_number, service_name)
SELECT $1, gen_random_uuid(), gen_random_uuid(), 'N' || n, 'smart-pbx' FROM generate_series(1, 20000) n
"""


@dataclass
class Told:
    """A round with something that ends tonight and something that ends next week, and its board."""

    desk: Desk
    story_id: UUID
    round_id: UUID
    board: PostgresNoticeBoard
    clock: list[float]
    """Has one hand."""

    async def at(self, alive_at: datetime | None) -> Bulletin:
        """Return what is seen at a time."""
        found = await self.board.seen([self.round_id], Sight(everything=True), most=20, alive_at=alive_at)
        assert found is not None
        return found


@pytest.fixture
async def told(world: World) -> Told:
    """Give a round of two."""
    desk = Desk(world)
    await desk.incident(desk.contract(), number="T-1")
    story_id = await desk.incident(desk.contract(), number="T-2")
    for number, end in (("T-1", TONIGHT), ("T-2", NEXT_WEEK)):
        await world.pool.execute("UPDATE notice.news SET not_after = $1 WHERE telling ->> 'number' = $2", end, number)
    await desk.round()
    clock = [0.0]
    board = PostgresNoticeBoard(world.pool, lambda: clock[0])
    return Told(desk, story_id, await world.pool.fetchval("SELECT round_id FROM notice.round"), board, clock)


async def test_n11_a_bulletin_says_until_when_all_of_it_and_until_when_the_last_of_it_is_worth_a_mail(
    told: Told,
) -> None:
    found = await told.at(NOW)
    assert (found.total, found.whole_until, found.not_after) == (2, TONIGHT, NEXT_WEEK)


async def test_what_ended_meanwhile_is_not_told_though_it_was_a_moment_ago(told: Told) -> None:
    assert [one.telling.number for one in (await told.at(NOW)).items] == ["T-2", "T-1"]
    assert [one.telling.number for one in (await told.at(TONIGHT)).items] == ["T-2"]
    assert [one.telling.number for one in (await told.at(None)).items] == ["T-2", "T-1"]


async def test_those_who_see_the_same_are_answered_together_but_a_contract_that_was_found_is_soon_told(
    told: Told,
) -> None:
    before = await told.at(NOW)
    found = told.desk.contract()
    await told.desk.told(IncidentContractFound(incident_id=told.story_id, contract=found))
    assert await told.at(NOW) is before
    told.clock[0] += REMEMBERED_SECONDS
    assert found.contract_number in (await told.at(NOW)).items[0].contract_numbers


async def test_of_a_story_of_many_companies_only_the_contracts_of_one_are_looked_at(
    told: Told, postgres_url: str
) -> None:
    name = told.desk.world.settings.postgres_url.rpartition("/")[2]
    owner = await asyncpg.connect(f"{postgres_url.rpartition('/')[0]}/{name}")
    try:
        await owner.execute(_OF_OTHERS, told.story_id, timeout=60)
        await owner.execute("VACUUM ANALYZE notice.concerned", timeout=60)
        arguments = ([told.round_id], True, [], [], [], NOW, 20)
        explained = await owner.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {SEEN}", *arguments)
        plan = json.loads(explained)[0]["Plan"]
    finally:
        await owner.close()
    assert plan["Actual Rows"] == 2
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < MOST_BLOCKS
