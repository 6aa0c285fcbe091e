"""M6: how many people a tenant imports in an hour, and how many were never mailed, as tables know it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from services.users.adapters.allowance import PostgresAllowance
from services.users.domain.events import Origin
from tests.integration.contracts.real_log import RealLog
from tests.integration.users.lists import Lists
from tests.unit.users.samples import AT, OTHER, REGISTRATION, TENANT
from tests.unit.users.world import by

MOST = 10


async def test_m6_of_many_imports_at_once_only_those_are_let_in_that_have_room(log: RealLog) -> None:
    allowance = PostgresAllowance(log.database.pool)
    told = await asyncio.gather(*(allowance.count(TENANT, 3, AT, MOST) for _ in range(8)))
    assert told.count(None) == 3
    assert set(told) == {None, AT + timedelta(hours=1)}
    assert await allowance.count(TENANT, 1, AT, MOST) is None, "a smaller one still has room"
    assert await allowance.count(OTHER, 3, AT, MOST) is None, "that is another tenant's hour"


async def test_m6_an_hour_after_the_first_the_count_begins_anew(log: RealLog) -> None:
    allowance = PostgresAllowance(log.database.pool)
    await allowance.count(TENANT, MOST, AT, MOST)
    almost = AT + timedelta(minutes=59)
    assert await allowance.count(TENANT, 1, almost, MOST) == AT + timedelta(hours=1)
    assert await allowance.count(TENANT, MOST, AT + timedelta(hours=1), MOST) is None
    assert await allowance.count(TENANT, 1, AT + timedelta(hours=1), MOST) == AT + timedelta(hours=2)


async def test_m6_who_is_mailed_activated_or_deleted_holds_no_address_unmailed(log: RealLog, lists: Lists) -> None:
    users, allowance = lists.built.users, PostgresAllowance(log.database.pool)
    form = replace(REGISTRATION, origin=Origin.ADMINISTRATOR, invited=False)
    made = [(await users.add(replace(form, email=f"p{number}@example.jp"), (), by())).stream_id for number in range(6)]
    await users.add(replace(form, email="other@example.jp"), (), by(tenant_id=OTHER))
    await lists.tell("credential.activation-issued", made[0])
    await lists.tell("credential.activated", made[1])
    await users.delete(made[2], by())
    await users.suspend(made[3], by())
    await lists.settled()
    assert await allowance.unmailed(TENANT, 100) == 3, "who is suspended holds the address all the same"
    assert await allowance.unmailed(TENANT, 2) == 2
