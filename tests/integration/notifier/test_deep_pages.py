"""A page deep in a list of 50,000 mails costs what the first one costs, whatever is asked for."""

import json
from uuid import UUID, uuid4

import asyncpg

from services.notifier.adapters.mail_desk import QUEUE
from services.notifier.adapters.mail_desk import page_query as desk_query
from services.notifier.adapters.mailbag import page_query
from services.notifier.application.desk import Wanted
from services.notifier.application.mails import MailsWanted
from services.notifier.domain.kinds import Kind
from services.notifier.domain.message import Status
from services.notifier.domain.standing import Standing
from tests.integration.notifier.world import World

MAILS, LIMIT = 50_000, 50
PERSON = UUID("00000000-0000-7000-8000-000000000007")
MIDDLE = UUID(f"00000000-0000-7000-8000-{MAILS // 2:012x}")
ANY = MailsWanted()
OF_PERSON = MailsWanted(user_id=PERSON)
FAILED = MailsWanted(state=Status.FAILED)

_FILL = """
INSERT INTO mail.board (message_id, tenant_id, user_id, template, cause_type, cause_id, correlation_id, generation,
                        queued_at, state)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1,
       ('00000000-0000-7000-8000-' || lpad(to_hex(n % 100), 12, '0'))::uuid, 'MAIL_CODE', '', n || '/1', $1, 1,
       now(), CASE n % 100 WHEN 3 THEN 'failed' ELSE 'completed' END
FROM generate_series($2::int, $3::int) n
"""


async def blocks(owner: asyncpg.Connection, world: World, wanted: MailsWanted, before: UUID | None) -> int:
    """Return how many blocks a page reads; see that nothing is sorted, and the table not read whole."""
    query, arguments = page_query(world.tenant_id, wanted, LIMIT, before)
    plan = json.loads(await owner.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments))[0]["Plan"]
    said = json.dumps(plan)
    assert '"Sort"' not in said
    assert '"Seq Scan"' not in said
    assert plan["Actual Rows"] == LIMIT
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


async def test_m11_a_page_in_the_middle_costs_what_the_first_costs(world: World, postgres_url: str) -> None:
    name = world.settings.postgres_url.rpartition("/")[2]
    owner = await asyncpg.connect(f"{postgres_url.rpartition('/')[0]}/{name}")
    try:
        await owner.execute(_FILL, world.tenant_id, 0, MAILS - 1, timeout=120)
        await owner.execute(_FILL, uuid4(), MAILS, MAILS + MAILS // 5, timeout=120)
        # As the server does by itself soon after so many rows.
        await owner.execute("VACUUM ANALYZE mail.board", timeout=120)
        for wanted in (ANY, OF_PERSON, FAILED):
            first, middle = [await blocks(owner, world, wanted, before) for before in (None, MIDDLE)]
            assert middle <= 2 * first + 20, wanted
    finally:
        await owner.close()


_QUEUED = """
INSERT INTO mail.queue (message_id, dedupe_key, tenant_id, user_id, template, secret_id, cause_id, correlation_id,
                        not_after, caused_at, state)
SELECT message_id, cause_id, tenant_id, user_id, template, message_id, cause_id, correlation_id, now(), now(), 'ENDED'
FROM mail.board
"""
OF_ALL = (
    Wanted(),
    Wanted(standing=Standing.FAILED),
    Wanted(kind=Kind.SECURITY),
    Wanted(standing=Standing.COMPLETED, kind=Kind.SECURITY),
)


async def test_a_page_of_all_companies_mails_reads_a_part_of_an_index_wherever_it_is(
    world: World, postgres_url: str
) -> None:
    name = world.settings.postgres_url.rpartition("/")[2]
    owner = await asyncpg.connect(f"{postgres_url.rpartition('/')[0]}/{name}")
    try:
        await owner.execute(_FILL, world.tenant_id, 0, MAILS - 1, timeout=120)
        await owner.execute(_QUEUED, timeout=120)
        await owner.execute("VACUUM ANALYZE mail.board", timeout=120)
        await owner.execute("VACUUM ANALYZE mail.queue", timeout=120)
        company = Wanted(tenant_id=world.tenant_id, standing=Standing.FAILED)
        for wanted in (*OF_ALL, company):
            first, middle = [await read_of_all(owner, wanted, before) for before in (None, MIDDLE)]
            assert middle <= 2 * first + 40, wanted
        waiting = f"EXPLAIN (ANALYZE, FORMAT JSON) {QUEUE}"
        assert '"Seq Scan"' not in json.dumps(json.loads(await owner.fetchval(waiting)))
    finally:
        await owner.close()


async def read_of_all(owner: asyncpg.Connection, wanted: Wanted, before: UUID | None) -> int:
    """Return how many blocks a page of all companies' mails reads; see that no table is read whole."""
    query, arguments = desk_query(wanted, LIMIT, before)
    plan = json.loads(await owner.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments))[0]["Plan"]
    assert '"Seq Scan"' not in json.dumps(plan)
    assert plan["Actual Rows"] == LIMIT
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])
