"""Seeds that no code confirmed are thrown away when their link is over; those in use stay for good."""

from datetime import timedelta

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import Person, World


async def seeds(world: World, person: Person) -> list[bool]:
    rows = await world.rows("SELECT settled FROM guard.enrolment WHERE user_id = $1", person.user_id)
    return [row["settled"] for row in rows]


async def begun(world: World) -> Person:
    """Have somebody who scanned the code and went away."""
    person = await world.register()
    await person.confirm()
    await person.step("password", password=person.password)
    await person.step("totp")
    return person


async def test_a_seed_that_nobody_confirmed_goes_a_day_after_its_link(world: World) -> None:
    left, used = await begun(world), await world.activated()
    life = world.built.activation.rules.link_life
    world.clock.advance(life)
    await world.built.settling.settle_enrolments()
    assert (await seeds(world, left), await seeds(world, used)) == ([False], [False])
    world.clock.advance(timedelta(days=1, seconds=1))
    await world.built.settling.settle_enrolments()
    assert (await seeds(world, left), await seeds(world, used)) == ([], [True])
    await used.session()


async def test_a_seed_is_kept_while_its_link_lives(world: World) -> None:
    person = await begun(world)
    world.clock.advance(timedelta(hours=30))
    await world.built.settling.settle_enrolments()
    assert await seeds(world, person) == [False]
    person.seed = (await person.step("totp")).json()["secret"]
    assert (await person.step("totp-confirmation", code=person.totp())).json()["state"] == "DONE"


async def test_d14_a_session_that_ended_with_others_and_was_found_idle_later_tells_its_first_end(world: World) -> None:
    person = await world.activated(SecondFactor.MAIL_OTP)
    first, kept = await person.session(), await person.session()
    world.clock.advance(timedelta(seconds=1))
    await person.own("POST", "sessions/end", {"others": True, "sessionId": kept})
    world.clock.advance(timedelta(hours=1))
    for _ in range(2):
        ended = await world.call(f"/sessions/{first}/end", {"userId": str(person.user_id), "reason": "EXPIRED"})
        assert ended.status_code == 200
    items = (await person.own("GET", "logins")).json()["items"]
    assert {one["sessionId"]: one["endReason"] for one in items} == {first: "ELSEWHERE", kept: None}
