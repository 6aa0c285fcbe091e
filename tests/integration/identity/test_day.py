"""A day of an account has twenty wrong codes, whatever is reset or unlocked meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from services.identity.domain.events import SecondFactor
from tests.integration.identity.world import PASSWORD, Person, World

TOTP, MAIL = SecondFactor.TOTP, SecondFactor.MAIL_OTP
DAY = timedelta(days=1)


def _said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def _reset(person: Person) -> None:
    person.world.clock.advance(timedelta(minutes=5))
    await person.reset()
    person.token, person.password = await person.newest_link(), f"a secret of {person.world.clock():%H %M}"
    assert (await person.step("password", password=person.password)).json()["state"] == "DONE"
    person.world.clock.advance(timedelta(seconds=1))


async def _unlocked(person: Person) -> None:
    person.world.clock.advance(timedelta(minutes=5))
    assert (await person.administered("/unlock")).status_code == 200
    person.world.clock.advance(timedelta(seconds=1))


async def _guesses(person: Person, most: int) -> list[str]:
    """Guess until no login begins any more, or *most* times; return what each guess was told."""
    told: list[str] = []
    while len(told) < most:
        begun = await person.begin()
        if begun.status_code != 200:
            break
        for _ in range(5):
            told.append(_said(await person.code(begun.json()["login"], await person.wrong()))[1])
            if told[-1] != "code-wrong":
                break
    return told


@pytest.mark.parametrize("factor", [TOTP, MAIL])
@pytest.mark.parametrize("forgives", [_reset, _unlocked])
async def test_d08_no_more_than_twenty_wrong_codes_a_day_are_answered_whatever_is_forgiven(
    world: World, factor: SecondFactor, forgives: Callable[[Person], Awaitable[None]]
) -> None:
    person = await world.activated(factor)
    began = world.clock()
    first = await _guesses(person, 40)
    assert first == ["code-wrong"] * 9 + ["credential-locked"]
    await forgives(person)
    assert await _guesses(person, 40) == ["code-wrong"] * 9 + ["credential-locked"]
    for _ in range(3):
        await forgives(person)
        assert await _guesses(person, 1) == ["codes-spent"]
    # Nor is a right one looked at: whoever guesses must not learn that it was.
    spent = await person.code(await person.login(), await person.right())
    assert _said(spent) == (429, "codes-spent")
    assert 0 < int(spent.headers["Retry-After"]) <= DAY.total_seconds()
    world.clock.advance(began + DAY + timedelta(minutes=1) - world.clock())
    assert await person.session()


async def test_d08_the_day_slides_with_its_wrong_codes(world: World) -> None:
    person = await world.activated(TOTP)
    for _ in range(2):
        assert len(await _guesses(person, 40)) == 10
        world.clock.advance(timedelta(hours=12) - timedelta(minutes=5))
        await _unlocked(person)
    # A day after the first ten, these are over and the second ten are not.
    assert len(await _guesses(person, 40)) == 10
    await _unlocked(person)
    assert await _guesses(person, 1) == ["codes-spent"]


async def test_d08_codes_that_are_given_once_more_count_in_the_same_day(world: World) -> None:
    person = await world.activated(TOTP)
    session = await person.session()
    for _ in range(2):
        assert len(await _guesses(person, 40)) == 10
        await _unlocked(person)
    asked = await person.own("POST", "recovery-codes", {"code": person.totp()})
    assert _said(asked) == (429, "codes-spent")
    begun = await person.own("POST", "step-up", {"sessionId": session, "password": PASSWORD})
    assert begun.status_code == 200
    asked = await person.own("POST", "step-up/code", {"sessionId": session, "code": person.totp()})
    assert _said(asked) == (429, "codes-spent")
