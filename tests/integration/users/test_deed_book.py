"""Deeds and refusals out of a real log: newest first, by the index of its types, however much else is recorded."""

from uuid import UUID, uuid4

from services.users.adapters import deed_book
from services.users.domain.operator_events import Deed, OperatorActed, OperatorAppointed, OperatorRefused, OperatorRole
from tests.integration.contracts.real_log import RealLog
from tests.integration.users.lists import Lists
from tests.unit.users.samples import TENANT, USER, person
from tests.unit.users.world import by


async def test_o1_deeds_and_refusals_are_told_newest_first_a_page_at_a_time(lists: Lists, log: RealLog) -> None:
    operators = lists.built.operators
    await operators.appoint(person(UUID(int=0), "ops@portal.example"), OperatorRole.OPS, "nights", by())
    (appointed,) = [row for row in await log.rows() if row["type"] == "operator.appointed"]
    fact = await log.codec.read("portal.operator.appointed.v1", appointed["data"])
    assert isinstance(fact, OperatorAppointed)
    for number in range(3):
        await operators.record(fact.user_id, Deed.RETRY, "users.contracts", None, (), f"mended {number}", by())
        await operators.refused(USER, TENANT, "opsStreams", by())
    await operators.refused(uuid4(), TENANT, "opsParked", by())

    seen, before = [], None
    while page := await operators.deeds(2, before):
        seen += [one.fact for one in page]
        before = page[-1].position
    assert [type(one) for one in seen] == [
        OperatorRefused,
        OperatorActed,
        OperatorActed,
        OperatorRefused,
        OperatorActed,
    ]
    assert [one.reason for one in seen if isinstance(one, OperatorActed)] == ["mended 2", "mended 1", "mended 0"]


async def test_o1_a_call_that_lost_its_answer_finds_its_own_deed_fresh_and_another_does_not(
    lists: Lists, log: RealLog
) -> None:
    operators = lists.built.operators
    await operators.appoint(person(UUID(int=0), "ops@portal.example"), OperatorRole.OPS, "nights", by())
    (appointed,) = [row for row in await log.rows() if row["type"] == "operator.appointed"]
    fact = await log.codec.read("portal.operator.appointed.v1", appointed["data"])
    assert isinstance(fact, OperatorAppointed)
    wish, call = by(), uuid4()
    for attempt, known in ((call, False), (call, False), (uuid4(), True), (None, True)):
        done = await operators.record(fact.user_id, Deed.RETRY, None, None, (), "mended", wish, attempt=attempt)
        assert done.duplicate is known
    assert len(await operators.deeds(10, None)) == 1


async def test_o1_no_log_is_read_through_for_a_page_of_deeds(log: RealLog) -> None:
    async with log.database.pool.acquire() as connection, connection.transaction():
        # Of a small table everything is read through; what is asked is whether the index can serve the question.
        await connection.execute("SET LOCAL enable_seqscan = off")
        rows = await connection.fetch(
            f"EXPLAIN {deed_book.NEWEST}", 50, deed_book.FAR, "operator.acted", "operator.refused"
        )
    plan = "\n".join(row[0] for row in rows)
    assert plan.count("events_by_type") == 2
    assert "Seq Scan" not in plan
    assert "Index Cond: ((type = " in plan
