"""A batch of facts about many people asks for their keys once."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest

from kernel.adapters.codec import Events, Facts
from kernel.adapters.kafka.topics import Part
from kernel.adapters.redis.checkpoint import Checkpoint
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.plan import Planner
from kernel.application.consume import Decoder, Delivery, Incoming
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unavailable, Unreadable
from kernel.domain.event import Personal
from kernel.domain.reads import reads
from tests.ports.facts import FACTS, UPCASTERS, Joined, Member
from tests.ports.key_pool import KeyPool

JOINED = "portal.thing.joined.v2"
FORMER = "portal.thing.joined.v1"


@reads(JOINED)
class Came:
    """What a reader reads of those who came."""

    user_id: UUID
    email: Annotated[str, Personal("user_id")]


async def written(pool: KeyPool, count: int) -> list[tuple[str, bytes]]:
    """Return facts about so many people, each with a leader and a member."""
    people = [(uuid4(), uuid4()) for _ in range(count)]
    codec = Events(FACTS, await pool.writer(one for pair in people for one in pair))
    made = []
    for leader, member in people:
        led = Member(user_id=leader, name="山田")
        fact = Joined(leader=led, members=(Member(user_id=member, name="佐藤"),), email="a@example.jp", user_id=leader)
        made.append((JOINED, await codec.encode(fact, uuid4(), 1)))
    pool.queries = 0
    return made


def decoders(pool: KeyPool) -> list[Decoder]:
    return [Facts([Came], pool.reader()), Events(FACTS, pool.reader(), UPCASTERS)]


@pytest.mark.parametrize("which", [0, 1])
async def test_all_keys_of_a_batch_come_in_one_query(which: int) -> None:
    pool = KeyPool()
    batch = await written(pool, 30)
    decoder = decoders(pool)[which]
    await decoder.prepare(batch)
    assert pool.queries == 1
    facts = [await decoder.read(*one) for one in batch]
    assert pool.queries == 1
    assert {fact.email for fact in facts} == {"a@example.jp"}


@pytest.mark.parametrize("which", [0, 1])
async def test_without_it_each_fact_asks(which: int) -> None:
    pool = KeyPool()
    batch = await written(pool, 30)
    decoder = decoders(pool)[which]
    for one in batch:
        await decoder.read(*one)
    assert pool.queries == 30


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    "broken",
    [
        (JOINED, b"{not json"),
        (JOINED, b'{"userId": "x", "email": "enc:v1:rubbish"}'),
        (JOINED, b'{"userId": "x", "email": 5}'),
        (FORMER, b"[]"),
        ("portal.thing.unheard.v1", b"{}"),
        ("rubbish", b""),
    ],
)
async def test_a_fact_that_cannot_be_read_does_not_spoil_it_for_others(which: int, broken: tuple[str, bytes]) -> None:
    pool = KeyPool()
    batch = await written(pool, 5)
    decoder = decoders(pool)[which]
    await decoder.prepare([broken, *batch])
    for one in batch:
        await decoder.read(*one)
    assert pool.queries == 1
    with pytest.raises((Unreadable, TypeError)):
        await decoder.read(*broken)


@pytest.mark.parametrize("which", [0, 1])
async def test_trouble_with_the_keys_is_left_to_the_reading(which: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = KeyPool()
    batch = await written(pool, 2)

    async def away(*_: object) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(pool, "fetch", away)
    decoder = decoders(pool)[which]
    await decoder.prepare(batch)
    with pytest.raises(Unavailable):
        await decoder.read(*batch[0])


async def test_a_plan_of_a_batch_asks_once() -> None:
    pool = KeyPool()
    batch = await written(pool, 20)
    models: list[ReadModel[Any]] = [
        ReadModel(name="who", row=dict, reads=(Came,), key=lambda fact, _: str(fact.user_id), evolve=_row)
    ]
    planner = Planner(_Empty(), Generation(models), Facts([Came], pool.reader()))  # type: ignore[arg-type]
    records = [Delivery(n, _about(n, *one)) for n, one in enumerate(batch, 1)]
    plan = await planner.plan({Part("t", 0): records}, Checkpoint(), set())
    assert plan.applied == 20
    assert not plan.parked
    assert pool.queries == 1


def _about(position: int, wire_type: str, data: bytes) -> Incoming:
    return Incoming(
        type=wire_type,
        stream_id=uuid4(),
        version=1,
        tenant_id=uuid4(),
        source="things",
        partition=0,
        position=position,
        previous=position - 1,
        epoch=1,
        recorded_at=datetime(2026, 4, 1, tzinfo=UTC),
        correlation_id=uuid4(),
        causation_id=None,
        traceparent=None,
        data=data,
    )


def _row(_row: Any, fact: Came, _about: Any) -> dict[str, str]:
    return {"email": fact.email}


class _Empty:
    """A Redis without rows."""

    def register_script(self, _script: str) -> Any:
        async def get(keys: list[str]) -> list[bytes]:
            return [b""] * len(keys)

        return get
