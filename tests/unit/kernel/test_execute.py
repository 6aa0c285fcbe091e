"""From a wish to facts: decided again after a lost race, carried out once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from kernel.application.execute import ATTEMPTS, execute
from kernel.domain.context import Context
from kernel.domain.decider import Decider
from kernel.domain.errors import ClaimTaken, KeyReused, StreamMoved
from kernel.domain.recorded import Appended, Claim
from kernel.testing import InMemoryStore
from tests.ports.facts import Happened
from tests.ports.store import asked

STREAM = uuid4()
counter: Decider[int, int, Happened] = Decider(
    initial=0,
    decide=lambda state, command: [Happened(number=state + command)] if command else [],
    evolve=lambda _, event: event.number,
)


class Contested(InMemoryStore):
    """A store in which somebody else is quicker, a number of times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def append(
        self, stream_id: UUID, expected: int, events: Sequence[object], context: Context, **more: Any
    ) -> Appended:
        if self.times:
            self.times -= 1
            await super().append(stream_id, expected, [Happened(number=100)], asked())
        return await super().append(stream_id, expected, events, context, **more)


async def test_a_lost_race_is_decided_again_on_what_happened_since() -> None:
    store = Contested(1)
    done = await execute(store, counter, STREAM, 1, asked())
    assert done.events == (Happened(number=101),)
    assert done.version == 2


async def test_after_five_lost_races_it_is_given_up() -> None:
    store = Contested(ATTEMPTS)
    with pytest.raises(StreamMoved):
        await execute(store, counter, STREAM, 1, asked())
    assert len(store.log) == ATTEMPTS
    assert (await execute(store, counter, STREAM, 1, asked())).version == ATTEMPTS + 1


async def test_a_command_that_was_carried_out_is_not_decided_again() -> None:
    store, context = InMemoryStore(), asked(uuid4(), b"one")
    first = await execute(store, counter, STREAM, 1, context)
    again = await execute(store, counter, STREAM, 1, context)
    assert again == replace(first, events=(), duplicate=True)
    assert len(store.log) == 1
    with pytest.raises(KeyReused):
        await execute(store, counter, STREAM, 2, replace(context, content=b"two"))


async def test_what_changes_nothing_writes_nothing() -> None:
    store = InMemoryStore()
    done = await execute(store, counter, STREAM, 0, asked())
    assert (done.version, done.position, done.events, done.duplicate) == (0, None, (), False)
    assert store.log == []


async def test_names_are_claimed_and_released_with_the_facts() -> None:
    store, old, new = InMemoryStore(), Claim("email", b"old"), Claim("email", b"new")
    await execute(store, counter, STREAM, 1, asked(), claims=[old])
    with pytest.raises(ClaimTaken):
        await execute(store, counter, uuid4(), 1, asked(), claims=[old])
    await execute(store, counter, STREAM, 1, asked(), claims=[new], releases=[old])
    assert [await store.find(name) for name in (old, new)] == [None, STREAM]
