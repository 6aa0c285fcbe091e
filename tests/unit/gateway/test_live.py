"""What a browser is told while it looks."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.application.live import LiveEvent
from gateway.projections.contract_board import CONTRACT_BOARD
from gateway.projections.credential import CredentialRow
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import contract, person
from tests.unit.gateway.turning import turned
from tests.unit.gateway.viewers import session, viewer
from tests.unit.gateway.world import World

TOUCHED = f"tenant:{TENANT}"


def of(number: int) -> str:
    """Return the key that the projector touches with a contract."""
    (key,) = CONTRACT_BOARD.touches(contract(number))
    return key


def look(world: World, last_id: str | None = None) -> "aclosing[AsyncGenerator[LiveEvent, None]]":
    world.starts_session()
    world.sessions.kept["token"] = session()
    world.starts_session()
    return aclosing(world.journeys.live.changes(viewer(), "token", last_id))


async def soon(events: AsyncIterator[LiveEvent]) -> LiveEvent:
    return await asyncio.wait_for(anext(events), 20)


async def test_s40_a_changed_contract_is_told_with_what_it_is_now(world: World) -> None:
    world.boards.rows = [contract(1), contract(2)]
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        world.boards.rows[1] = replace(contract(2), service_status="ABNORMAL", version=2)
        world.progress.tell(of(2), "v2")
        told = await first
        assert (told.name, told.id) == ("contract", "v2")
        assert told.contract is not None
        assert told.contract.service_status == "ABNORMAL"
        assert (await soon(events)).name == "dashboard"


async def test_a_contract_no_longer_in_force_is_told_without_content(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        world.boards.rows = []
        world.progress.tell(of(1), "v2")
        told = await first
        assert (told.contract_id, told.contract) == (contract(1).contract_id, None)


async def test_who_comes_back_to_where_things_are_is_told_nothing(world: World) -> None:
    async with look(world, last_id="v1") as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        world.progress.tell(f"user:{USER}", "v2")
        assert (await first).name == "session"


async def test_who_comes_back_after_changes_is_told_to_read_again(world: World) -> None:
    async with look(world, last_id="v0") as events:
        told = await soon(events)
        assert (told.name, told.id) == ("resync", "v1")


async def test_a_reader_that_was_too_slow_is_told_to_read_again(world: World) -> None:
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        for queue in world.progress.listeners[TOUCHED]:
            queue.put_nowait(world.progress.dropped())
        assert (await first).name == "resync"


async def test_a6_the_stream_ends_within_a_second_of_the_session(world: World) -> None:
    async with look(world) as events:
        waiting = asyncio.ensure_future(anext(events, None))
        await turned()
        world.sessions.kept.clear()
        assert await asyncio.wait_for(waiting, 1) is None


ENDS = [
    CredentialRow(user_id=USER, locked=True),
    CredentialRow(user_id=USER, password_set_at=NOW + timedelta(seconds=1)),
]


@pytest.mark.parametrize("credential", ENDS, ids=["locked", "password set"])
async def test_a6_a_lock_or_a_new_password_ends_the_stream_before_anything_more_is_told(
    world: World, credential: CredentialRow
) -> None:
    async with look(world) as events:
        waiting = asyncio.ensure_future(anext(events, None))
        await turned()
        world.boards.credentials[USER] = credential
        world.progress.tell(f"user:{USER}", "v2")
        world.progress.tell(TOUCHED, "v3")
        assert await asyncio.wait_for(waiting, 1) is None
        assert world.sessions.kept == {}


async def test_a6_what_ended_the_session_just_before_the_stream_opens_is_seen(world: World) -> None:
    world.boards.credentials[USER] = ENDS[1]
    async with look(world, last_id="v0") as events:
        assert await anext(events, None) is None


async def test_the_stream_ends_when_sessions_cannot_be_looked_up(world: World) -> None:
    async with look(world) as events:
        waiting = asyncio.ensure_future(anext(events, None))
        await turned()
        world.sessions.down = True
        assert await asyncio.wait_for(waiting, 1) is None


async def test_n1_who_may_see_no_contract_is_told_of_none(world: World) -> None:
    world.boards.rows = [contract(1)]
    world.boards.persons[USER] = person(groups=())
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        world.boards.rows[0] = replace(contract(1), service_status="ABNORMAL")
        world.progress.tell(of(1), "v2")
        assert (await first).name == "dashboard"


async def test_s40_many_changes_of_a_moment_are_told_together(world: World) -> None:
    world.boards.rows = [contract(number) for number in range(1, 4)]
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        for number in range(1, 4):
            for time in range(100):
                world.progress.tell(of(number), f"v{time}")
        assert (await first).name == "contract"
        told = [(await soon(events)).name for _ in range(3)]
        assert told == ["contract", "contract", "dashboard"]


async def test_s40_more_changes_than_anybody_reads_are_told_as_one(world: World) -> None:
    world.boards.rows = [contract(number) for number in range(1, 101)]
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        for number in range(1, 101):
            world.progress.tell(of(number), "v2")
        assert (await first).name == "resync"


async def test_s40_a_change_reads_the_contract_that_it_is_about_and_no_other(world: World) -> None:
    world.boards.rows = [contract(number) for number in range(1, 1001)]
    asked: list[int] = []
    many = world.boards.many

    async def counted(model: Any, keys: Sequence[str]) -> Any:
        asked.append(len(keys))
        return await many(model, keys)

    async def forbidden(_tenant: object) -> Any:
        raise AssertionError("nobody needs all contracts")

    world.boards.many = counted  # type: ignore[method-assign]
    world.boards.contracts = forbidden  # type: ignore[method-assign]
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        world.progress.tell(of(7), "v2")
        assert (await first).contract_id == contract(7).contract_id
    assert asked == [1]


async def test_n2_a_contract_that_goes_out_of_sight_is_told_as_gone(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with look(world) as events:
        first = asyncio.ensure_future(soon(events))
        await turned()
        world.boards.persons[USER] = person(groups=())
        world.progress.tell(f"user:{USER}", "v2")
        assert (await first).name == "session"
        gone = await soon(events)
        assert (gone.contract_id, gone.contract) == (contract(1).contract_id, None)
