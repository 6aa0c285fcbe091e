"""Mail addresses are unique over the portal, and one's language is one's own."""

import asyncio
from uuid import UUID, uuid4

import pytest

from services.users.application.normal import normal
from services.users.domain.errors import UserUnknown
from services.users.domain.events import Language, LanguageChosen, RegistrationRefused, UserRegistered
from tests.unit.users.samples import OTHER, REGISTRATION, TENANT, USER, person
from tests.unit.users.world import World, by

WIDE = {number: number + 0xFEE0 for number in range(0x21, 0x7F)}
"""What Japanese keyboards write when they are set to full width."""


@pytest.mark.parametrize(
    "email",
    [
        "hanako.sato@example.co.jp",
        "Hanako.SATO@Example.CO.JP",
        "hanako.sato@example.co.jp".translate(WIDE),
        " hanako.sato@example.co.jp ",
    ],
)
async def test_s26_m7_an_address_that_is_taken_is_refused_however_it_is_spelled(world: World, email: str) -> None:
    await world.handlers.register(REGISTRATION, by())
    await world.handlers.register(person(OTHER, email), by(tenant_id=OTHER))
    assert [type(fact.event) for fact in world.store.log] == [UserRegistered, RegistrationRefused]


async def test_s26_another_address_is_free(world: World) -> None:
    await world.handlers.register(REGISTRATION, by())
    await world.handlers.register(person(OTHER, "hanako.sato@example.com"), by())
    assert [type(fact.event) for fact in world.store.log] == [UserRegistered, UserRegistered]


async def test_s26_m7_of_many_who_want_one_address_at_once_one_gets_it(world: World) -> None:
    several = [person(uuid4(), f"{'hanako'.upper() if n % 2 else 'hanako'}@example.jp") for n in range(20)]
    await asyncio.gather(*(world.handlers.register(one, by()) for one in several))
    kinds = [type(fact.event) for fact in world.store.log]
    assert (kinds.count(UserRegistered), kinds.count(RegistrationRefused)) == (1, 19)


@pytest.mark.parametrize("times", [2, 5])
async def test_m7_a_registration_that_is_asked_again_changes_nothing(world: World, times: int) -> None:
    same = by()
    for _ in range(times):
        await world.handlers.register(REGISTRATION, same)
        await world.handlers.register(REGISTRATION, by())
    assert len(world.store.log) == 1


async def test_a_refusal_that_is_asked_again_changes_nothing(world: World) -> None:
    await world.handlers.register(REGISTRATION, by())
    same = by()
    for _ in range(3):
        await world.handlers.register(person(OTHER, REGISTRATION.email), same)
        await world.handlers.register(person(OTHER, REGISTRATION.email), by())
    assert len(world.store.log) == 2


async def test_a_person_chooses_their_own_language(world: World) -> None:
    await world.handlers.register(REGISTRATION, by())
    await world.handlers.choose_language(USER, Language.EN, by(f"user:{USER}"))
    assert isinstance(world.store.log[-1].event, LanguageChosen)


@pytest.mark.parametrize(
    ("actor", "tenant"),
    [(f"user:{OTHER}", TENANT), (f"user:{USER}", OTHER), (str(USER), TENANT), (f"operator:{USER}", TENANT)],
)
async def test_nobody_chooses_anothers_language(world: World, actor: str, tenant: UUID) -> None:
    await world.handlers.register(REGISTRATION, by())
    with pytest.raises(UserUnknown):
        await world.handlers.choose_language(USER, Language.EN, by(actor, tenant))
    assert len(world.store.log) == 1


async def test_a_user_that_never_was_is_unknown(world: World) -> None:
    with pytest.raises(UserUnknown):
        await world.handlers.choose_language(USER, Language.EN, by(f"user:{USER}"))


def test_folding_an_address_twice_gives_the_same() -> None:
    for email in ("Straße@example.jp", "ŞAN@example.jp", "ﬁsh@example.jp", "İ@example.jp"):
        assert normal(normal(email)) == normal(email)
