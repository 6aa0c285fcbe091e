"""Applications on a real log: concurrent, crashed in between, read again."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from kernel.adapters.postgres.log_reader import LogReader
from kernel.application.consume import Incoming
from kernel.domain.errors import Unavailable
from services.contracts.application.handlers import ContractHandlers
from services.contracts.consumers.applications import READER, Applications
from services.contracts.domain.errors import ApplicationDiffers, ContractNumberTaken
from tests.integration.contracts.real_log import RealLog
from tests.integration.kernel import flow
from tests.unit.contracts.samples import administrator
from tests.unit.contracts.world import by, form

RECEIVED = ["application.received", "tenant.opened"]
ACTIVATED = ["contract.activated"] * 2


def reader(log: RealLog, reaction: Applications) -> Any:
    of = log.database.pool
    return LogReader(READER, "contracts", of, log.wakeup, reaction=reaction, facts=log.codec).run()


async def caught_up(log: RealLog) -> bool:
    row = await log.database.pool.fetchrow("SELECT h.pos, c.logpos FROM es.head h, inbox.checkpoint c")
    return row is not None and row["pos"] == row["logpos"]


async def test_s44_m7_fifty_equal_posts_at_once_under_fifty_keys_open_one_tenant(
    log: RealLog, handlers: ContractHandlers
) -> None:
    done = await asyncio.gather(*(handlers.receive(form(), by()) for _ in range(50)))
    assert await log.kinds() == RECEIVED
    assert len({one.received for one in done}) == 1
    assert sum(one.is_new for one in done) == 1


async def test_m7_fifty_posts_of_one_key_at_once_open_one_tenant(log: RealLog, handlers: ContractHandlers) -> None:
    same = by(UUID(int=5), b"content")
    done = await asyncio.gather(*(handlers.receive(form(), same) for _ in range(50)))
    assert await log.kinds() == RECEIVED
    assert len({one.received for one in done}) == 1


async def test_of_different_forms_of_one_number_at_once_one_is_received(
    log: RealLog, handlers: ContractHandlers
) -> None:
    several = [form(administrator=administrator(name=f"佐藤 {number}")) for number in range(20)]
    done = await asyncio.gather(*(handlers.receive(one, by()) for one in several), return_exceptions=True)
    assert await log.kinds() == RECEIVED
    assert sum(isinstance(one, ApplicationDiffers) for one in done) == 19


async def test_of_forms_that_want_one_contract_number_at_once_one_is_received(
    log: RealLog, handlers: ContractHandlers
) -> None:
    several = [form(applicationNumber=f"A-{number}") for number in range(20)]
    done = await asyncio.gather(*(handlers.receive(one, by()) for one in several), return_exceptions=True)
    assert await log.kinds() == RECEIVED
    refused = [one for one in done if isinstance(one, ContractNumberTaken)]
    assert len(refused) == 19
    assert refused[0].extra == {"contract_numbers": ["N000000001", "N000000002"]}


async def test_m9_nothing_of_a_person_is_in_the_log_in_the_clear(log: RealLog, handlers: ContractHandlers) -> None:
    named = administrator(title="部長", mobilePhoneNumber="090-1234-5678")
    done = await handlers.receive(form(administrator=named), by())
    stored = b"".join(bytes(row["data"]) + row["meta"].encode() for row in await log.rows()).decode()
    for canary in ("佐藤", "花子", "hanako", "1234-5678", "部長"):
        assert canary not in stored
    assert stored.count(f"enc:v1:{done.received.administrator_id}:") == 5


async def test_an_application_brings_its_contracts_into_force(log: RealLog, handlers: ContractHandlers) -> None:
    done = await handlers.receive(form(), by())
    async with flow.running(reader(log, Applications(handlers))):
        await flow.until(lambda: caught_up(log))
    rows = await log.rows()
    assert [row["type"] for row in rows] == RECEIVED + ACTIVATED
    assert tuple(row["stream_id"] for row in rows[2:]) == done.received.contract_ids
    assert {row["tenant_id"] for row in rows} == {done.received.tenant_id}


async def test_m7_an_application_that_is_read_again_changes_nothing(log: RealLog, handlers: ContractHandlers) -> None:
    await handlers.receive(form(), by())
    for _ in range(3):
        async with flow.running(reader(log, Applications(handlers))):
            await flow.until(lambda: caught_up(log))
        # Even when nobody remembers the commands any more.
        await log.database.pool.execute("DELETE FROM es.commands")
        await log.forget_place()
    assert await log.kinds() == RECEIVED + ACTIVATED


async def test_what_fails_between_two_contracts_heals_by_itself(log: RealLog, handlers: ContractHandlers) -> None:
    class Failing(Applications):
        """Fails the first time, when the first contract is in force and the second is not."""

        failed = False

        async def __call__(self, fact: Any, about: Incoming, transaction: object) -> None:
            if not Failing.failed:
                Failing.failed = True
                await handlers.activate(fact.contracts[0], by()(about.tenant_id))
                raise Unavailable
            await super().__call__(fact, about, transaction)

    await handlers.receive(form(), by())
    async with flow.running(reader(log, Failing(handlers))):
        await flow.until(lambda: caught_up(log))
    assert Failing.failed
    assert await log.kinds() == RECEIVED + ACTIVATED


async def test_m9_a_form_can_be_handed_in_again_after_its_administrator_was_forgotten(
    log: RealLog, handlers: ContractHandlers
) -> None:
    done = await handlers.receive(form(), by())
    assert done.received.administrator_id is not None
    await log.keyring.shred(done.received.administrator_id)
    assert (await handlers.receive(form(), by())).received == done.received
    with pytest.raises(ApplicationDiffers):
        await handlers.receive(form(administrator=administrator(name="鈴木 花子")), by())
