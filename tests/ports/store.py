"""What every event store does, whether it keeps its log in memory or in PostgreSQL."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from kernel.application.ports import EventStore
from kernel.domain.context import Client, Context
from kernel.domain.errors import ClaimTaken, Invalid, KeyReused, PortalError, StreamMoved
from kernel.domain.recorded import Appended, Claim
from tests.ports.facts import Happened, Kept

TENANT = uuid4()


def asked(command_id: UUID | None = None, content: bytes | None = None) -> Context:
    return Context(
        tenant_id=TENANT,
        actor="user:1",
        correlation_id=uuid4(),
        causation_id="cause/1",
        command_id=command_id,
        content=content,
        traceparent="00-1-2-01",
    )


def claim(scope: str = "email") -> Claim:
    return Claim(scope, uuid4().bytes)


def one(number: int = 1) -> list[object]:
    return [Happened(number=number)]


def sorted_out(outcomes: Iterable[object]) -> tuple[list[Appended], list[PortalError]]:
    several = list(outcomes)
    done = [outcome for outcome in several if isinstance(outcome, Appended)]
    refused = [outcome for outcome in several if isinstance(outcome, PortalError)]
    assert len(done) + len(refused) == len(several), several
    return done, refused


class StoreContract:
    """The tests; who inherits them gives a fixture `store` of the service `test`."""

    async def test_a_stream_that_nobody_wrote_to_is_empty(self, store: EventStore) -> None:
        assert await store.load(uuid4()) == []

    async def test_what_was_appended_is_loaded_in_order_with_its_circumstances(self, store: EventStore) -> None:
        stream, context = uuid4(), asked()
        done = await store.append(stream, 0, [Happened(number=1), Kept(note="日本")], context)
        again = await store.append(stream, 2, one(3), context)
        assert (done.stream_id, done.version, done.duplicate) == (stream, 2, False)
        assert done.events == (Happened(number=1), Kept(note="日本"))
        assert again.version == 3
        found = await store.load(stream)
        assert [fact.event for fact in found] == [Happened(number=1), Kept(note="日本"), Happened(number=3)]
        assert [fact.version for fact in found] == [1, 2, 3]
        first = found[0]
        assert [fact.position - first.position for fact in found] == [0, 1, 2]
        assert (first.stream_id, first.tenant_id, first.id) == (stream, TENANT, f"{stream}/1")
        assert first.recorded_at.tzinfo is not None
        assert first.recorded_at.utcoffset() == UTC.utcoffset(None)
        assert first.meta.actor == "user:1"
        assert first.meta.correlation_id == context.correlation_id
        assert (first.meta.causation_id, first.meta.traceparent) == ("cause/1", "00-1-2-01")
        assert [fact.version for fact in await store.load(stream, after=2)] == [3]
        assert await store.load(stream, after=3) == []

    async def test_several_streams_are_loaded_in_one_go_each_in_order(self, store: EventStore) -> None:
        first, second = uuid4(), uuid4()
        await store.append(first, 0, one(1), asked())
        await store.append(second, 0, [*one(2), *one(3)], asked())
        await store.append(first, 1, one(4), asked())
        found = await store.load_many([second, uuid4(), first])
        assert {stream: list(past) for stream, past in found.items()} == {
            first: list(await store.load(first)),
            second: list(await store.load(second)),
        }
        assert [fact.version for fact in found[first]] == [1, 2]
        assert await store.load_many([]) == {}

    async def test_from_where_a_person_asked_is_kept_under_their_own_key(self, store: EventStore) -> None:
        stream, who = uuid4(), uuid4()
        client = Client(address="192.0.2.7", agent="日本 Firefox")
        await store.append(stream, 0, one(), replace(asked(), actor=f"user:{who}", client=client))
        await store.append(stream, 1, one(2), replace(asked(), actor="operator:bss", client=client))
        first, second = await store.load(stream)
        assert first.meta.client is not None
        assert first.meta.client.startswith(f"enc:v1:{who}:{stream}:1:client:")
        assert second.meta.client is None

    @pytest.mark.parametrize("expected", [0, 1, 3, 9])
    async def test_an_append_to_a_stream_at_another_version_writes_nothing(
        self, store: EventStore, expected: int
    ) -> None:
        stream, free, command = uuid4(), claim(), uuid4()
        await store.append(stream, 0, [*one(1), *one(2)], asked())
        with pytest.raises(StreamMoved):
            await store.append(stream, expected, one(), asked(command), claims=[free])
        assert len(await store.load(stream)) == 2
        assert await store.find(free) is None
        assert await store.answered(command) is None

    async def test_of_many_writers_at_once_one_writes_each_version(self, store: EventStore) -> None:
        stream = uuid4()
        for version in range(3):
            tries = (store.append(stream, version, one(number), asked()) for number in range(20))
            done, refused = sorted_out(await asyncio.gather(*tries, return_exceptions=True))
            assert len(done) == 1
            assert {type(error) for error in refused} == {StreamMoved}
        assert [fact.version for fact in await store.load(stream)] == [1, 2, 3]

    async def test_the_position_is_that_of_the_last_public_fact(self, store: EventStore) -> None:
        stream = uuid4()
        done = await store.append(stream, 0, [*one(), *one(), Kept(note="")], asked())
        assert done.position is not None
        assert (done.position.service, done.position.epoch) == ("test", 1)
        assert done.position.partition in range(6)
        assert done.position.position == (await store.load(stream))[1].position
        hidden = await store.append(stream, 3, [Kept(note="")], asked())
        assert hidden.position is None

    async def test_a_command_sent_twice_is_carried_out_once(self, store: EventStore) -> None:
        stream, command = uuid4(), uuid4()
        first = await store.append(stream, 0, [*one(), Kept(note="")], asked(command))
        again = await store.append(stream, 2, one(), asked(command))
        assert again == replace(first, events=(), duplicate=True)
        assert await store.answered(command) == again
        elsewhere = await store.append(uuid4(), 0, one(), asked(command))
        assert elsewhere == again
        assert len(await store.load(stream)) == 2

    async def test_a_command_sent_many_times_at_once_is_carried_out_once(self, store: EventStore) -> None:
        command, streams = uuid4(), [uuid4() for _ in range(20)]
        done = await asyncio.gather(*(store.append(stream, 0, one(), asked(command)) for stream in streams))
        assert sum(not each.duplicate for each in done) == 1
        assert len({(each.stream_id, each.version, each.position) for each in done}) == 1
        assert sum([len(await store.load(stream)) for stream in streams]) == 1

    async def test_a_command_that_nobody_gave_has_no_answer(self, store: EventStore) -> None:
        assert await store.answered(uuid4()) is None

    async def test_a_command_id_cannot_be_used_for_another_wish(self, store: EventStore) -> None:
        stream, command = uuid4(), uuid4()
        this, other = sha256(b"this").digest(), sha256(b"other").digest()
        await store.append(stream, 0, one(), asked(command, this))
        assert (await store.append(stream, 1, one(), asked(command, this))).duplicate
        assert (await store.append(stream, 1, one(), asked(command))).duplicate
        with pytest.raises(KeyReused):
            await store.append(stream, 1, one(), asked(command, other))
        with pytest.raises(KeyReused):
            await store.answered(command, other)
        assert await store.answered(command, this) == await store.answered(command)
        assert len(await store.load(stream)) == 1

    async def test_a_name_is_held_by_one_stream(self, store: EventStore) -> None:
        stream, other, name, command = uuid4(), uuid4(), claim(), uuid4()
        assert await store.find(name) is None
        await store.append(stream, 0, one(), asked(), claims=[name, name])
        assert await store.find(name) == stream
        with pytest.raises(ClaimTaken):
            await store.append(other, 0, one(), asked(command), claims=[claim(), name])
        assert await store.load(other) == []
        assert await store.answered(command) is None
        await store.append(stream, 1, one(), asked(), claims=[name])
        await store.append(other, 0, one(), asked(), claims=[Claim("phone", name.key)])
        assert await store.find(name) == stream

    async def test_of_many_names_those_are_told_that_are_held(self, store: EventStore) -> None:
        one_holds, two_hold, free, stream, other = claim(), claim(), claim(), uuid4(), uuid4()
        await store.append(stream, 0, one(), asked(), claims=[one_holds])
        await store.append(other, 0, one(), asked(), claims=[two_hold])
        assert await store.holders([free, two_hold, one_holds]) == {one_holds: stream, two_hold: other}
        assert await store.holders([]) == {}

    async def test_a_released_name_is_free_and_only_its_holder_releases_it(self, store: EventStore) -> None:
        stream, other, name = uuid4(), uuid4(), claim()
        await store.append(stream, 0, one(), asked(), claims=[name])
        await store.append(other, 0, one(), asked(), releases=[name])
        assert await store.find(name) == stream
        await store.append(stream, 1, one(), asked(), releases=[name], claims=[next_name := claim()])
        assert await store.find(name) is None
        assert await store.find(next_name) == stream
        await store.append(other, 1, one(), asked(), claims=[name])
        assert await store.find(name) == other

    async def test_a_name_both_released_and_claimed_is_kept(self, store: EventStore) -> None:
        stream, name = uuid4(), claim()
        await store.append(stream, 0, one(), asked(), claims=[name])
        await store.append(stream, 1, one(), asked(), claims=[name], releases=[name])
        assert await store.find(name) == stream

    async def test_s26_of_fifty_who_want_a_name_at_once_one_gets_it(self, store: EventStore) -> None:
        name, streams = claim(), [uuid4() for _ in range(50)]
        tries = (store.append(stream, 0, one(), asked(), claims=[name]) for stream in streams)
        done, refused = sorted_out(await asyncio.gather(*tries, return_exceptions=True))
        assert len(done) == 1
        assert {type(error) for error in refused} == {ClaimTaken}
        assert await store.find(name) == done[0].stream_id
        assert sum([len(await store.load(stream)) for stream in streams]) == 1

    async def test_too_much_and_nothing_at_all_are_refused(self, store: EventStore) -> None:
        stream = uuid4()
        for several in ([], one() * 1001):
            with pytest.raises(Invalid):
                await store.append(stream, 0, several, asked())
        assert (await store.append(stream, 0, one() * 1000, asked())).version == 1000
