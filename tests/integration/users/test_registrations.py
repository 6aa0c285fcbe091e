"""Registrations on a real log: concurrent, redelivered, rewound, of somebody who was forgotten."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from kernel.adapters.codec import Events, Facts
from kernel.adapters.postgres.inbox import Applied, Inbox
from kernel.adapters.postgres.parked import PostgresParking
from kernel.application.consume import Delivery, Incoming
from services.contracts.domain.events import EVENTS as CONTRACTS_EVENTS
from services.users.application.group_handlers import GroupHandlers
from services.users.application.handlers import UserHandlers
from services.users.consumers.contracts import READER, Applications
from tests.integration.contracts.real_log import RealLog
from tests.integration.users.lists import Lists
from tests.unit.contracts import samples
from tests.unit.users.samples import AT, person
from tests.unit.users.world import by

TOPIC = "portal.contracts.events.v1"


async def test_s26_m7_of_fifty_who_want_one_address_at_once_one_gets_it(log: RealLog, handlers: UserHandlers) -> None:
    spelled = ["hanako@example.jp", "HANAKO@example.jp", "hanako@EXAMPLE.JP"]
    several = [person(uuid4(), spelled[number % 3]) for number in range(50)]
    await asyncio.gather(*(handlers.register(one, by(tenant_id=uuid4())) for one in several))
    kinds = await log.kinds()
    assert (kinds.count("user.registered"), kinds.count("user.registration-refused")) == (1, 49)
    assert await log.database.pool.fetchval("SELECT count(*) FROM es.claims") == 1


async def test_m7_one_registration_asked_fifty_times_at_once_happens_once(log: RealLog, handlers: UserHandlers) -> None:
    one = person(uuid4(), "hanako@example.jp")
    await asyncio.gather(*(handlers.register(one, by()) for _ in range(50)))
    assert await log.kinds() == ["user.registered"]


class Contracts:
    """Applications as the contracts service publishes them, and the reader that takes them in."""

    def __init__(self, log: RealLog, handlers: UserHandlers, groups: GroupHandlers) -> None:
        self.log = log
        self.codec = Events(CONTRACTS_EVENTS, log.keyring)
        reaction = Applications(handlers, groups)
        self.inbox = Inbox(log.database.pool, READER, reaction, Facts(reaction.types.values(), log.keyring))

    async def applications(self, count: int) -> list[Delivery]:
        """Return records of applications of several people, of whom every second one has the first one's address."""
        return [await self._application(number) for number in range(count)]

    async def apply(self, batch: Sequence[Delivery]) -> Applied:
        await self.inbox.open(TOPIC, 0, 1)
        return await self.inbox.apply(TOPIC, 0, batch)

    async def _application(self, number: int) -> Delivery:
        stream = UUID(int=100 + number)
        email = f"person{number if number % 2 else 0}@example.jp"
        fact = samples.received(user_id=UUID(int=1000 + number), email=email)
        about = Incoming(
            type="portal.application.received.v1",
            stream_id=stream,
            version=1,
            tenant_id=UUID(int=10 + number),
            source="contracts",
            partition=0,
            position=number + 1,
            previous=number,
            epoch=1,
            recorded_at=AT,
            correlation_id=UUID(int=9),
            causation_id=None,
            traceparent=None,
            data=await self.codec.encode(fact, stream, 1),
        )
        return Delivery(number, about)


@pytest.fixture
def contracts(log: RealLog, lists: Lists) -> Contracts:
    return Contracts(log, lists.built.users, lists.built.groups)


async def outcome(log: RealLog) -> list[str]:
    """Return what became of the people, without the groups that come with their tenants."""
    return [kind for kind in await log.kinds() if kind.startswith("user.regist")]


OUTCOME = ["user.registered", "user.registered", "user.registration-refused", "user.registered"]


async def test_each_administrator_is_registered_or_refused_and_nothing_is_parked(
    log: RealLog, contracts: Contracts
) -> None:
    await contracts.apply(await contracts.applications(4))
    rows = [row for row in await log.rows() if row["type"] in OUTCOME]
    assert [row["type"] for row in rows] == OUTCOME
    assert [row["tenant_id"].int for row in rows] == [10, 11, 12, 13]
    assert not await PostgresParking(log.database.pool).groups()


async def test_m7_redelivered_applications_change_nothing(log: RealLog, contracts: Contracts) -> None:
    batch = await contracts.applications(4)
    await contracts.apply(batch)
    again = await contracts.apply(batch)
    assert (again.applied, again.duplicates) == (0, 4)
    assert await outcome(log) == OUTCOME


async def test_m7_rewound_applications_change_nothing(log: RealLog, contracts: Contracts) -> None:
    batch = await contracts.applications(4)
    for _ in range(3):
        assert (await contracts.apply(batch)).applied == 4
        # Even when nobody remembers the commands any more.
        await log.database.pool.execute("DELETE FROM es.commands")
        await log.forget_place()
    assert await outcome(log) == OUTCOME


async def test_m9_who_was_forgotten_before_being_read_is_passed_by(log: RealLog, contracts: Contracts) -> None:
    batch = await contracts.applications(4)
    await log.keyring.shred(UUID(int=1001))
    await contracts.apply(batch)
    assert await outcome(log) == ["user.registered", "user.registration-refused", "user.registered"]
    assert not await PostgresParking(log.database.pool).groups()


async def test_m9_nothing_of_a_person_is_in_the_log_in_the_clear(log: RealLog, contracts: Contracts) -> None:
    await contracts.apply(await contracts.applications(1))
    (row,) = (row for row in await log.rows() if row["type"] == "user.registered")
    stored = (bytes(row["data"]) + row["meta"].encode()).decode()
    for canary in ("佐藤", "花子", "person0", "1234-5678"):
        assert canary not in stored
    assert stored.count(f"enc:v1:{UUID(int=1000)}:{UUID(int=1000)}:1:") == 3
