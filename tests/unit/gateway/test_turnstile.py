"""S16: while identity is busy first steps are kept out here, second steps never."""

import pytest

from gateway.application.asked import Asked
from gateway.application.login import LoginJourney
from gateway.application.steps import LoginPassed, PendingLogin
from gateway.application.turnstile import CLOSED_SECONDS, Busy, Turnstile
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes_identity import FakeIdentity
from tests.unit.gateway.world import World


class BusyIdentity(FakeIdentity):
    """Turns first steps away and counts them."""

    refusal: Unavailable = Busy(retry_after=1)
    begun = 0

    async def begin_login(
        self, email: str, password: str, asked: Asked, trusted: str | None = None
    ) -> PendingLogin | LoginPassed:
        _ = email, password, asked, trusted
        self.begun += 1
        raise self.refusal


@pytest.fixture
def identity(world: World) -> BusyIdentity:
    return BusyIdentity(world.boards, world.clock)


@pytest.fixture
def journey(world: World, identity: BusyIdentity) -> LoginJourney:
    self = world.journeys.login
    turnstile = Turnstile(lambda: world.elapsed)
    return LoginJourney(identity=identity, sessions=self.sessions, limits=self.limits, turnstile=turnstile)


async def begins(journey: LoginJourney, world: World) -> Unavailable:
    with pytest.raises(Unavailable) as refusal:
        await journey.begin("hanako@example.jp", "x", world.asked())
    return refusal.value


async def test_one_who_was_turned_away_keeps_the_next_ones_out_for_a_moment(
    journey: LoginJourney, identity: BusyIdentity, world: World
) -> None:
    told = [await begins(journey, world) for _ in range(5)]
    assert identity.begun == 1
    assert {(one.code, one.extra["retry_after"]) for one in told} == {("busy", 1)}
    world.elapsed = CLOSED_SECONDS
    await begins(journey, world)
    assert identity.begun == 2


async def test_second_steps_pass_while_first_ones_are_kept_out(journey: LoginJourney, world: World) -> None:
    await begins(journey, world)
    world.starts_session()
    assert (await journey.finish("login", world.identity.code, world.asked())).token


async def test_another_trouble_of_identity_keeps_nobody_out(
    journey: LoginJourney, identity: BusyIdentity, world: World
) -> None:
    identity.refusal = Unavailable("it restarts")
    for _ in range(3):
        await begins(journey, world)
    assert identity.begun == 3
