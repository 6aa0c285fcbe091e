"""The real store: what every store does, and what only a database can do."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from kernel.adapters.log import PRUNE, prune
from kernel.application.ports import EventStore
from kernel.domain.errors import ClaimTaken, Invalid, KeyReused, StreamMoved, Unavailable
from tests.integration.kernel import flow, stores
from tests.integration.kernel.flow import Database
from tests.integration.kernel.stores import Process
from tests.ports.facts import Happened, Joined, Kept, Member
from tests.ports.store import StoreContract, asked, claim, one, sorted_out


@pytest.fixture
async def process(log: Database) -> AsyncIterator[Process]:
    async with stores.process(log.url) as made:
        yield made


class TestPostgresStore(StoreContract):
    @pytest.fixture
    async def store(self, process: Process) -> EventStore:
        return process.store


async def test_what_is_asked_at_once_is_written_in_one_batch_and_each_gets_its_own_answer(log: Database) -> None:
    async with stores.process(log.url) as first:
        moved, holder, done = uuid4(), uuid4(), uuid4()
        name, content = claim(), b"this"
        await first.store.append(moved, 0, one(), asked())
        await first.store.append(holder, 0, one(), asked(), claims=[name])
        await first.store.append(uuid4(), 0, one(), asked(done, content))
    fresh = [uuid4() for _ in range(3)]
    async with stores.process(log.url, runs=False) as second:
        store = second.store
        asking = asyncio.gather(
            store.append(fresh[0], 0, [Happened(number=1), Kept(note="")], asked()),
            store.append(moved, 0, one(), asked()),
            store.append(fresh[1], 0, one(), asked(), claims=[name]),
            store.append(fresh[2], 0, one(), asked(done, content)),
            store.append(uuid4(), 0, one(), asked(done, b"other")),
            store.append(moved, 1, one(), asked()),
            return_exceptions=True,
        )
        await asyncio.sleep(0.01)
        async with flow.running(second.appender.run()):
            outcomes = await asking
        loaded = [len(await store.load(stream)) for stream in (*fresh, moved)]
    good, lost, taken, known, reused, late = outcomes
    assert (good.version, good.duplicate, good.position.position) == (2, False, 4)
    assert isinstance(lost, StreamMoved)
    assert isinstance(taken, ClaimTaken)
    assert (known.version, known.duplicate) == (1, True)
    assert isinstance(reused, KeyReused)
    assert late.version == 2, "the second one for a stream waits for the next batch"
    assert loaded == [2, 0, 0, 2]
    assert await stores.dense(log) == 6


async def test_a_request_that_the_database_refuses_does_not_fail_its_neighbours(log: Database) -> None:
    async with stores.process(log.url, runs=False) as made:
        several = [uuid4() for _ in range(5)]
        wishes = [asked() for _ in several]
        wishes[2] = type(wishes[2])(tenant_id=wishes[2].tenant_id, actor="nul\0", correlation_id=uuid4())
        appends = (made.store.append(at, 0, one(), by) for at, by in zip(several, wishes, strict=True))
        asking = asyncio.gather(*appends, return_exceptions=True)
        await asyncio.sleep(0.01)
        async with flow.running(made.appender.run()):
            outcomes = await asking
    assert isinstance(outcomes[2], asyncpg.PostgresError)
    assert all(outcome.version == 1 for index, outcome in enumerate(outcomes) if index != 2)
    assert await stores.dense(log) == 4


async def test_a_fact_of_more_than_256_kib_is_refused_and_one_of_less_is_written(process: Process) -> None:
    stream = uuid4()
    with pytest.raises(Invalid):
        await process.store.append(stream, 0, [Kept(note="x" * 256 * 1024)], asked())
    assert (await process.store.append(stream, 0, [Kept(note="x" * 255 * 1024)], asked())).version == 1


async def test_personal_texts_are_sealed_in_the_log_and_open_when_loaded(log: Database, process: Process) -> None:
    user, stream = uuid4(), uuid4()
    fact = Joined(leader=Member(user_id=user, name="山田"), email="taro@example.jp", user_id=user)
    await process.store.append(stream, 0, [fact, fact], asked())
    rows = await log.pool.fetch("SELECT version, data, type, schema_v FROM es.events WHERE stream_id = $1", stream)
    for row in rows:
        assert "山田" not in row["data"].decode()
        assert f":{stream}:{row['version']}:email:" in json.loads(row["data"])["email"]
    assert (rows[0]["type"], rows[0]["schema_v"]) == ("thing.joined", 2)
    assert [found.event for found in await process.store.load(stream)] == [fact, fact]


async def test_positions_stay_dense_while_sixteen_writers_in_three_processes_collide(log: Database) -> None:
    async with stores.process(log.url) as a, stores.process(log.url) as b, stores.process(log.url) as c:
        several, names = [uuid4() for _ in range(12)], [claim() for _ in range(4)]

        async def writer(number: int) -> list[object]:
            store, outcomes = (a, b, c)[number % 3].store, []
            for turn in range(25):
                stream = several[(number * 7 + turn) % len(several)]
                version = len(await store.load(stream))
                events = [Happened(number=turn), Kept(note="n")][: 1 + turn % 2]
                wanted = [names[(number + turn) % 4]] if turn % 5 == 0 else []
                work = store.append(stream, version, events, asked(uuid4()), claims=wanted)
                outcomes.extend(await asyncio.gather(work, return_exceptions=True))
            return outcomes

        outcomes = [one for many in await asyncio.gather(*(writer(n) for n in range(16))) for one in many]
    done, refused = sorted_out(outcomes)
    assert len(outcomes) == 16 * 25
    assert {type(error) for error in refused} <= {StreamMoved, ClaimTaken}
    assert refused, "nobody collided: the test shows nothing"
    assert await stores.dense(log) == sum(len(each.events) for each in done)
    assert len({(each.stream_id, each.version) for each in done}) == len(done), "no version was promised twice"


async def test_facts_are_never_changed_not_even_by_the_owner(log: Database, process: Process) -> None:
    await process.store.append(uuid4(), 0, one(), asked())
    owner = await asyncpg.connect(log.owner_url)
    for change in ("UPDATE es.events SET data = ''", "DELETE FROM es.events", "TRUNCATE es.events"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(change)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await log.pool.execute(change)
    for change in ("DROP TABLE es.events", "ALTER TABLE es.events DISABLE TRIGGER ALL", "DELETE FROM es.head"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await log.pool.execute(change)
    await owner.close()
    assert await stores.dense(log) == 1


async def test_what_commands_left_is_forgotten_after_48_hours(log: Database, process: Process) -> None:
    old, new = uuid4(), uuid4()
    for command in (old, new):
        await process.store.append(uuid4(), 0, one(), asked(command))
    owner = await asyncpg.connect(log.owner_url)
    await owner.execute("UPDATE es.commands SET at = at - interval '49 hours' WHERE command_id = $1", old)
    await owner.close()

    async def gone() -> bool:
        return await process.store.answered(old) is None

    async with flow.running(prune(process.pool)):
        await flow.until(gone)
    assert await process.store.answered(new) is not None


async def test_old_commands_are_found_by_their_index(log: Database) -> None:
    owner = await asyncpg.connect(log.owner_url)
    await owner.execute(
        "INSERT INTO es.commands (command_id, stream_id, version, pos, at)"
        " SELECT gen_random_uuid(), gen_random_uuid(), 1, n, now() - interval '49 hours' + n * interval '1.7 s'"
        " FROM generate_series(1, 100000) n"
    )
    await owner.execute("VACUUM ANALYZE es.commands")
    plan = "\n".join(row[0] for row in await owner.fetch(f"EXPLAIN {PRUNE.replace('$1', '5000')}"))
    assert "commands_by_age" in plan
    await owner.close()


async def test_the_readers_of_the_process_are_told_that_the_log_has_grown(process: Process) -> None:
    waiter = asyncio.create_task(process.wakeup.after(0, 60))
    await process.store.append(uuid4(), 0, one(), asked())
    async with asyncio.timeout(5):
        await waiter


async def test_reads_and_writes_say_that_the_database_is_away(log: Database) -> None:
    nowhere = f"postgresql://x@127.0.0.1:1/{urlsplit(log.url).path}"
    async with stores.process(nowhere) as made:
        with pytest.raises(Unavailable):
            await made.store.load(uuid4())
        with pytest.raises(Unavailable):
            await made.store.find(claim())
        with pytest.raises(Unavailable):
            await made.store.answered(uuid4())
        assert not await made.appender.ready()
