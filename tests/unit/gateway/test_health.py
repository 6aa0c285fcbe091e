"""What the status page says."""

from datetime import timedelta

from gateway.application.service_health import Part
from tests.unit.gateway.world import World


async def test_everything_works(world: World) -> None:
    assert (await world.journeys.health.show()).works


async def test_a_part_that_is_down_is_named_in_both_languages(world: World) -> None:
    world.works[Part.LOGIN] = False
    health = await world.journeys.health.show()
    login = next(part for part in health.parts if part.part is Part.LOGIN)
    assert not health.works
    assert login.words("ja") == "いまはログインとパスワードの設定ができません。"
    assert login.words("en") == "Logging in and setting passwords does not work now."


async def test_the_parts_are_asked_again_only_after_a_while(world: World) -> None:
    assert (await world.journeys.health.show()).works
    world.works[Part.USERS] = False
    world.clock.forward(timedelta(seconds=1))
    assert (await world.journeys.health.show()).works
    world.clock.forward(timedelta(seconds=1))
    assert not (await world.journeys.health.show()).works
