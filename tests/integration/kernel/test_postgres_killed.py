"""PostgreSQL killed while many write: what was acknowledged stays, what was not is resolved by its command id."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.stack import Stack
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import Appended
from tests.integration.kernel import flow, stores
from tests.ports.store import asked, one
from tests.stack import made_stack

KILLS = 3
WRITERS = 8


@pytest.fixture
async def own_stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Give a server that no other test needs."""
    state: Path = tmp_path_factory.mktemp("killed")
    stack = made_stack(state, temporary=True, restarts=True)
    await asyncio.to_thread(stack.start, ["postgres"])
    yield stack
    await asyncio.to_thread(stack.stop)


async def test_f4_a_database_killed_again_and_again_loses_and_doubles_nothing(own_stack: Stack) -> None:
    done: dict[UUID, list[Appended]] = {}
    async with flow.database(own_stack.plan.postgres.url) as log, stores.process(log.url) as made:
        stop = asyncio.Event()

        async def write() -> None:
            while not stop.is_set():
                command = uuid4()
                done[command] = [await _until_known(made, command)]

        writers = [asyncio.create_task(write()) for _ in range(WRITERS)]
        for _ in range(KILLS):
            before = len(done)
            await flow.until(lambda before=before: len(done) > before + 100)  # type: ignore[misc]
            await asyncio.to_thread(own_stack.kill, "postgres")
            await flow.until(lambda: _away(made))
            await flow.until(made.appender.ready, 30)
        stop.set()
        await asyncio.gather(*writers)
        for command, answers in done.items():
            answers.append(await _until_known(made, command))
        assert {len({(one.stream_id, one.version, one.position) for one in answers}) for answers in done.values()} == {
            1
        }
        assert all(answers[1].duplicate for answers in done.values())
        assert await stores.dense(log) == len(done)


async def _away(made: stores.Process) -> bool:
    return not await made.appender.ready()


async def _until_known(made: stores.Process, command: UUID) -> Appended:
    """Ask as a careful caller does: again with the same id, until there is an answer."""
    while True:
        try:
            return await made.store.append(command, 0, one(), asked(command))
        except Unavailable:
            await asyncio.sleep(0.05)
