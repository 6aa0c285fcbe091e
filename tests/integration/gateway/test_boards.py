"""The boards over rows that the kernel folded into a real Redis."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import pytest
from redis.asyncio import Redis

from gateway.adapters.boards import RedisBoards
from gateway.adapters.progress import HeardProgress
from gateway.application.progress_ports import Change
from gateway.projections.models import MODELS
from gateway.sources.contracts import ContractActivated, ContractTerminated, TenantOpened
from gateway.sources.identity import CredentialLocked, SessionStarted
from gateway.sources.users import GroupDeleted
from kernel.adapters.redis.applied import Applied
from kernel.adapters.redis.fold import Fold
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.rows import Filling
from kernel.adapters.redis.scripts import COMMIT
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, SESSION_ID, TENANT, USER
from tests.unit.gateway.test_access_projections import CREATED, JOINED, PERMITTED, POLICY
from tests.unit.gateway.test_projections import ACTIVATED, REGISTERED, about

GENERATION = Generation(MODELS)
GONE = UUID("019abcde-0000-7000-8000-0000000000ff")
"""A group that is no more, or not yet."""
AT = LogPosition(service="contracts", epoch=1, partition=0, position=5)


class Filled:
    """Read models that a test fills as the projector would: rows, place and news in one step."""

    def __init__(self, redis: "Redis") -> None:
        self.redis = redis
        self.seq = 0
        self.commit = redis.register_script(COMMIT)

    async def fold(self, facts: Sequence[Any], tenant_id: UUID = TENANT, *, complete: bool = True) -> None:
        pairs = [(fact, replace(about(), tenant_id=tenant_id)) for fact in facts]
        fold = Fold(GENERATION)
        needs = fold.needs(pairs)
        kept = await self.redis.mget([GENERATION.row_key(*at) for at in needs])
        fold.load(dict(zip(needs, cast("list[bytes | None]", kept), strict=True)))
        for fact, incoming in pairs:
            fold.apply(fact, incoming)
        commands, touched = fold.commands()
        self.seq += 1
        place = ["HSET", GENERATION.checkpoint, "portal.contracts.events.v1/0", f"{self.seq} 1 {AT.position}"]
        done = ["HSET", GENERATION.checkpoint, "complete", "1" if complete else ""]
        told = {"seq": self.seq, "complete": complete, "moved": [["contracts", 0, 1, 5]], "touched": sorted(touched)}
        keys = [GENERATION.checkpoint, GENERATION.channel]
        assert await self.commit(keys, [self.seq - 1, json.dumps([*commands, place, done]), json.dumps(told)])


@pytest.fixture
def filled(redis: "Redis") -> Filled:
    return Filled(redis)


@pytest.fixture
def boards(redis: "Redis") -> RedisBoards:
    return RedisBoards(redis, GENERATION)


@pytest.fixture
async def progress(redis: "Redis") -> AsyncIterator[HeardProgress]:
    applied = Applied(redis, GENERATION)
    running = asyncio.ensure_future(applied.run())
    yield HeardProgress(applied)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def activated(number: int) -> ContractActivated:
    return replace(ACTIVATED, contract_id=UUID(int=number), contract_number=f"N{number:09}")


async def test_s20_contracts_come_in_the_order_of_their_numbers(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold([activated(number) for number in (12, 3, 100)])
    await filled.fold([activated(4)], OTHER_TENANT)
    assert [row.contract_number for row in await boards.contracts(TENANT)] == ["N000000003", "N000000012", "N000000100"]
    assert [row.contract_number for row in await boards.contracts(OTHER_TENANT)] == ["N000000004"]


async def test_a_terminated_contract_leaves_list_and_board(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold([activated(1), activated(2)])
    await filled.fold([ContractTerminated(contract_id=UUID(int=1), at=NOW)])
    assert [row.contract_number for row in await boards.contracts(TENANT)] == ["N000000002"]
    assert await boards.contract(UUID(int=1)) is None


async def test_what_a_request_must_know_comes_in_one_answer(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold(
        [
            REGISTERED,
            CredentialLocked(user_id=USER, at=NOW),
            SessionStarted(session_id=SESSION_ID, user_id=USER, method="TOTP", at=NOW),
        ]
    )
    standing = await boards.standing(TENANT, USER, SESSION_ID)
    assert standing.person is not None
    assert standing.person.tenant_id == TENANT
    assert standing.credential is not None
    assert standing.credential.locked
    assert standing.open_session is not None
    assert standing.open_session.user_id == USER


async def test_n2_a_persons_groups_and_policy_come_in_the_same_answer(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold([REGISTERED, JOINED, replace(JOINED, group_id=GONE), CREATED, PERMITTED, POLICY])
    await filled.fold([replace(POLICY, session_idle_minutes=99)], OTHER_TENANT)
    standing = await boards.standing(TENANT, USER, SESSION_ID)
    assert standing.person is not None
    assert standing.person.groups == (JOINED.group_id, GONE)
    assert [group.group_id for group in standing.groups] == [JOINED.group_id]
    assert ("smart-pbx", None, "VIEW") in standing.groups[0].granted
    assert standing.policy is not None
    assert standing.policy.session_idle_minutes == 10
    await filled.fold([GroupDeleted(group_id=JOINED.group_id, at=NOW)])
    assert (await boards.standing(TENANT, USER, SESSION_ID)).groups == ()


async def test_who_is_not_there_yet_is_in_no_group(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold([CREATED, PERMITTED])
    standing = await boards.standing(TENANT, USER, SESSION_ID)
    assert (standing.person, standing.policy, standing.groups) == (None, None, ())


async def test_nobody_is_judged_by_read_models_that_are_still_filling(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold([REGISTERED], complete=False)
    with pytest.raises(Filling):
        await boards.standing(TENANT, USER, SESSION_ID)


async def test_a_lost_redis_is_filling_and_not_empty(boards: RedisBoards) -> None:
    for call in (boards.standing(TENANT, USER, SESSION_ID), boards.tenant(TENANT), boards.contracts(TENANT)):
        with pytest.raises(Filling):
            await call


async def test_boards_that_cannot_be_read_are_unavailable(no_redis: "Redis") -> None:
    boards = RedisBoards(no_redis, GENERATION)
    for call in (boards.standing(TENANT, USER, SESSION_ID), boards.tenant(TENANT), boards.contracts(TENANT)):
        with pytest.raises(Unavailable):
            await call


async def test_s44_the_company_has_a_name(filled: Filled, boards: RedisBoards) -> None:
    await filled.fold([TenantOpened(tenant_id=TENANT, company_name="株式会社さくら商事", at=NOW)])
    tenant = await boards.tenant(TENANT)
    assert tenant is not None
    assert tenant.company_name == "株式会社さくら商事"


async def test_a_wait_ends_with_the_batch_that_brings_the_position(filled: Filled, progress: HeardProgress) -> None:
    assert not await progress.reached([AT], 0.05)
    waiting = asyncio.ensure_future(progress.reached([AT], 5))
    await asyncio.sleep(0.05)
    await filled.fold([activated(1)])
    assert await waiting
    assert await progress.reached([AT], 0)
    assert progress.vector() == "contracts:e1:5"


async def test_s40_who_looks_at_a_company_hears_of_its_changes_only(filled: Filled, progress: HeardProgress) -> None:
    await filled.fold([activated(9)])
    assert await progress.reached([AT], 5)
    changes = progress.changes([f"tenant:{TENANT}"])
    async with aclosing(cast("Any", changes)) as heard:
        coming = asyncio.ensure_future(anext(heard))
        await asyncio.sleep(0.05)
        await filled.fold([activated(4)], OTHER_TENANT)
        await filled.fold([activated(1)])
        assert await asyncio.wait_for(coming, 5) == Change(
            "contracts:e1:5", f"tenant:{TENANT}#contract/{UUID(int=1)}/smart-pbx"
        )
