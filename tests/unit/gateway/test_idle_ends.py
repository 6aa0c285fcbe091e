"""Sessions that nobody uses any more end for the record: by what their tenant says now, and not before."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gateway.application.idle_ends import IdleEnds
from gateway.application.session import LeftAlone, Session
from gateway.projections.tenant_policy import TenantPolicyRow
from kernel.adapters.clock import new_id
from kernel.domain.errors import NotFound, Unavailable
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import NOW, SESSION_ID, TENANT, USER
from tests.unit.gateway.viewers import session
from tests.unit.gateway.world import World

MINUTES = timedelta(minutes=1)


@dataclass
class Left:
    """Sessions that are due, as a test says."""

    waiting: list[LeftAlone] = field(default_factory=list)
    later: list[datetime] = field(default_factory=list)
    gone: list[LeftAlone] = field(default_factory=list)

    async def due(self, most: int) -> Sequence[LeftAlone]:
        return self.waiting[:most]

    async def put_off(self, one: LeftAlone, until: datetime) -> None:
        self.later.append(until)
        self.waiting.remove(one)

    async def ended(self, one: LeftAlone) -> None:
        self.gone.append(one)
        self.waiting.remove(one)


def left(kept: Session | None = None) -> LeftAlone:
    return LeftAlone(
        session_id=SESSION_ID, user_id=USER, tenant_id=TENANT, key="session:x", whose="whose", session=kept
    )


def ends(world: World, *waiting: LeftAlone) -> tuple[IdleEnds, Left]:
    found = Left(list(waiting))
    return IdleEnds(endings=found, boards=world.boards, identity=world.identity, now=world.clock, new_id=new_id), found


async def test_asvs_7_3_1_a_session_that_is_gone_by_itself_is_ended_for_the_record(world: World) -> None:
    idle, found = ends(world, left())
    assert await idle.work() == 1
    assert world.identity.ended == [(SESSION_ID, "EXPIRED")]
    assert (len(found.gone), found.waiting) == (1, [])
    (asked,) = world.identity.asked
    assert UUID(asked.key).version == asked.correlation_id.version == 7, "what is recorded has ids in the order of time"


@pytest.mark.parametrize(
    ("alone", "minutes", "over"), [(29, 30, False), (30, 30, True), (20, 15, True), (20, 60, False)]
)
async def test_m13_the_tenants_limit_of_now_decides(world: World, alone: int, minutes: int, over: bool) -> None:
    world.boards.policies[TENANT] = TenantPolicyRow(
        tenant_id=TENANT, session_idle_minutes=minutes, session_absolute_hours=12
    )
    kept = replace(session(), seen_at=NOW - alone * MINUTES)
    idle, found = ends(world, left(kept))
    await idle.work()
    assert bool(world.identity.ended) is over
    assert found.later == ([] if over else [NOW + (minutes - alone) * MINUTES])


async def test_a_session_at_its_absolute_end_is_over_however_busy(world: World) -> None:
    kept = replace(session(), seen_at=NOW, ends_at=NOW)
    idle, found = ends(world, left(kept))
    await idle.work()
    assert len(found.gone) == 1


async def test_what_cannot_be_recorded_now_waits(world: World) -> None:
    world.identity.down = True
    idle, found = ends(world, left())
    with pytest.raises(Unavailable):
        await idle.work()
    assert len(found.waiting) == 1


async def test_a_session_that_identity_never_began_is_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object) -> None:
        raise NotFound

    monkeypatch.setattr(world.identity, "expire_session", unknown)
    idle, found = ends(world, left())
    await idle.work()
    assert len(found.gone) == 1


async def test_m13_who_comes_back_too_late_is_out_and_the_end_is_left_to_be_recorded(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        world.clock.forward(timedelta(minutes=30))
        assert (await http.get("/api/v1/session")).status_code == 401
    assert (world.sessions.kept, len(world.sessions.left)) == ({}, 1)
    assert world.identity.ended == []
