"""The appender when things break: nothing acknowledged is lost, nothing is written twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import asyncpg
import pytest

from kernel.adapters.postgres.batch import APPEND
from kernel.adapters.postgres.epoch import begin_epoch
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import Appended
from tests.integration.kernel import flow, stores
from tests.integration.kernel.flow import ROLE, Database
from tests.integration.kernel.stores import Wire
from tests.ports.store import asked, one, sorted_out

WAITING = """
SELECT 1 FROM pg_stat_activity a JOIN pg_locks l USING (pid)
WHERE a.application_name = 'appender' AND a.datname = current_database() AND NOT l.granted
"""
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'appender' AND datname = current_database()
"""
INSERT = """
INSERT INTO es.events (pos, stream_id, version, tenant_id, type, schema_v, public, data, meta)
VALUES (1, $1, 1, $2, 'thing.happened', 1, true, '{"number": 1}',
        '{"actor": "x", "correlationId": "00000000-0000-7000-8000-000000000001"}')
"""


async def _waits_for_a_lock(log: Database) -> bool:
    return bool(await log.pool.fetchval(WAITING))


async def test_the_checks_see_what_was_committed_while_the_lock_was_waited_for(log: Database) -> None:
    stream = uuid4()
    async with stores.process(log.url) as made:
        other = await asyncpg.connect(log.url)
        async with other.transaction():
            await other.fetchval("SELECT pos FROM es.head FOR UPDATE")
            asking = asyncio.create_task(made.store.append(stream, 0, one(), asked()))
            await flow.until(lambda: _waits_for_a_lock(log))
            await other.execute(INSERT, stream, uuid4())
            await other.execute("UPDATE es.head SET pos = 1")
        await other.close()
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        assert type(outcome).__name__ == "StreamMoved", "a stale look would have run into the unique key"
    assert await stores.dense(log) == 1


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
async def test_an_append_under_another_isolation_level_is_refused(log: Database, level: str) -> None:
    connection = await asyncpg.connect(log.url)
    await connection.execute(f"SET default_transaction_isolation = '{level}'")
    with pytest.raises(asyncpg.RaiseError, match="READ COMMITTED"):
        await connection.fetch(APPEND, *([[]] * 18))
    await connection.close()


async def test_the_isolation_level_is_that_of_the_appender_whatever_the_role_has(log: Database) -> None:
    owner = await asyncpg.connect(log.owner_url)
    try:
        await owner.execute(f"ALTER ROLE {ROLE} SET default_transaction_isolation = 'repeatable read'")
        async with stores.process(log.url) as made:
            assert (await made.store.append(uuid4(), 0, one(), asked())).version == 1
    finally:
        await owner.execute(f"ALTER ROLE {ROLE} RESET ALL")
        await owner.close()


async def test_a_log_that_is_locked_for_too_long_refuses_and_goes_on_afterwards(log: Database) -> None:
    stream, command = uuid4(), uuid4()
    async with stores.process(log.url) as made:
        other = await asyncpg.connect(log.url)
        async with other.transaction():
            await other.fetchval("SELECT pos FROM es.head FOR UPDATE")
            with pytest.raises(Unavailable) as refused:
                await made.store.append(stream, 0, one(), asked(command))
        await other.close()
        assert refused.value.extra["retry_after"] == 1
        assert await made.store.answered(command) is None
        assert not (await made.store.append(stream, 0, one(), asked(command))).duplicate
    assert await stores.dense(log) == 1


async def test_a_connection_cut_before_the_commit_is_replaced_and_the_append_written_once(log: Database) -> None:
    stream = uuid4()
    async with stores.process(log.url) as made:
        other = await asyncpg.connect(log.owner_url)
        async with other.transaction():
            await other.fetchval("SELECT pos FROM es.head FOR UPDATE")
            asking = asyncio.create_task(made.store.append(stream, 0, one(), asked()))
            await flow.until(lambda: _waits_for_a_lock(log))
            await other.fetch(CUT)
        await other.close()
        done = await asking
    assert (done.version, done.duplicate, len(done.events)) == (1, False, 1)
    assert await stores.dense(log) == 1


@pytest.mark.parametrize("command", [None, uuid4()])
async def test_a_connection_cut_after_the_commit_is_resolved_by_the_command_id(
    log: Database, command: UUID | None
) -> None:
    async with _over_wire(log) as (wire, made):
        await made.store.append(uuid4(), 0, one(), asked())
        wire.swallow = lambda: wire.cuts == 0
        stream = uuid4()
        done = await made.store.append(stream, 0, one(), asked(command))
        assert wire.cuts == 1
        assert (done.stream_id, done.version) == (stream, 1)
        assert done.position is not None
        assert done.position.position == 2
        # With an id of one's own, another process might have carried it out.
        assert (done.duplicate, len(done.events)) == ((True, 0) if command else (False, 1))
    assert await stores.dense(log) == 2


@asynccontextmanager
async def _over_wire(log: Database) -> AsyncIterator[tuple[Wire, stores.Process]]:
    """Give a store whose appender goes over a wire that can be cut."""
    at = urlsplit(log.url)
    wire = Wire(at.hostname or "", at.port or 0)
    user = at.netloc.rpartition("@")[0]
    through = urlunsplit(at._replace(netloc=f"{user}@127.0.0.1:{await wire.open()}"))
    async with stores.process(log.url, through) as made:
        yield wire, made
    await wire.close()


async def test_a_database_that_stays_away_is_said_and_the_same_command_finds_what_became_of_it(log: Database) -> None:
    async with _over_wire(log) as (wire, made):
        await made.store.append(uuid4(), 0, one(), asked())
        wire.swallow = lambda: True
        stream, command = uuid4(), uuid4()
        with pytest.raises(Unavailable, match="not known"):
            await made.store.append(stream, 0, one(), asked(command))
        assert not await made.appender.ready()
        wire.swallow = lambda: False
        done = await made.store.append(stream, 0, one(), asked(command))
        assert (done.stream_id, done.version, done.duplicate) == (stream, 1, True)
    assert await stores.dense(log) == 2


async def test_connections_that_are_cut_again_and_again_lose_and_double_nothing(log: Database) -> None:
    async with _over_wire(log) as (wire, made):
        dice = random.Random(7)  # noqa: S311 - cuts that can be repeated
        wire.swallow = lambda: dice.random() < 0.06

        async def writer() -> list[Appended]:
            return [await made.store.append(uuid4(), 0, one(), asked(uuid4())) for _ in range(15)]

        done = [each for many in await asyncio.gather(*(writer() for _ in range(8))) for each in many]
        assert wire.cuts > 3
    assert len({each.position for each in done}) == 8 * 15
    assert await stores.dense(log) == 8 * 15


@pytest.mark.parametrize(("sysid", "timeline"), [(1, 0), (0, 1)])
async def test_no_append_goes_to_a_server_that_did_not_write_the_log_until_an_operator_confirms_it(
    log: Database, sysid: int, timeline: int
) -> None:
    owner = await asyncpg.connect(log.owner_url)
    await owner.execute("UPDATE es.head SET sysid = sysid + $1, timeline = timeline + $2", sysid, timeline)
    await owner.close()
    async with stores.process(log.url) as made:
        with pytest.raises(Unavailable) as refused:
            await made.store.append(uuid4(), 0, one(), asked())
        assert refused.value.code == "log-restored"
        assert not await made.appender.ready()
        assert await begin_epoch(log.owner_url) == 2
        await flow.until(made.appender.ready)
        done = await made.store.append(uuid4(), 0, one(), asked())
    assert done.position is not None
    assert (done.position.epoch, done.position.position) == (2, 1)


async def test_what_is_being_written_when_the_process_ends_is_finished_and_what_waits_is_told(log: Database) -> None:
    async with stores.process(log.url, runs=False) as made:
        role = asyncio.create_task(made.appender.run())
        await flow.until(made.appender.ready)
        other = await asyncpg.connect(log.url)
        async with other.transaction():
            await other.fetchval("SELECT pos FROM es.head FOR UPDATE")
            written = asyncio.create_task(made.store.append(stream := uuid4(), 0, one(), asked()))
            await flow.until(lambda: _waits_for_a_lock(log))
            waiting = asyncio.create_task(made.store.append(uuid4(), 0, one(), asked()))
            await asyncio.sleep(0)
            role.cancel()
            await asyncio.sleep(0.05)
        await other.close()
        assert (await written).stream_id == stream
        with pytest.raises(Unavailable):
            await waiting
        await asyncio.gather(role, return_exceptions=True)
        assert not await made.appender.ready()
    assert await stores.dense(log) == 1


async def test_when_too_much_waits_the_rest_is_told_at_once(log: Database) -> None:
    async with stores.process(log.url, runs=False) as made:
        asking = [asyncio.create_task(made.store.append(uuid4(), 0, one(), asked())) for _ in range(1200)]
        await asyncio.sleep(0.1)
        refused = [one.exception() for one in asking if one.done()]
        assert {type(error) for error in refused} == {Unavailable}
        assert len(refused) == 1200 - 1024
        async with flow.running(made.appender.run()):
            outcomes = await asyncio.gather(*asking, return_exceptions=True)
    assert len(sorted_out(outcomes)[0]) == 1024
    assert await stores.dense(log) == 1024


@pytest.mark.parametrize(("point", "written"), [("C1", 0), ("C1:3", 2), ("C3", 1), ("C3:3", 3)])
async def test_a_process_killed_around_an_append_leaves_it_whole_or_not_at_all(
    log: Database, point: str, written: int
) -> None:
    commands = [uuid4() for _ in range(5)]
    await flow.killed("append_process", point, url=log.url, commands=" ".join(map(str, commands)))
    assert await stores.dense(log) == written
    async with stores.process(log.url) as made:
        for number, command in enumerate(commands):
            done = await made.store.append(command, 0, one(number), replace(asked(command), content=b"wish"))
            assert (done.stream_id, done.version) == (command, 1)
            assert done.duplicate == (number < written)
    assert await stores.dense(log) == len(commands)
