"""Password hashes: their form, their cost, their queue."""

import asyncio
from collections.abc import AsyncIterator

import argon2
import pytest

from services.identity.adapters.hashing import Argon2Hasher, Cost
from services.identity.domain.errors import Busy
from services.identity.settings import IdentitySettings

PASSWORD = "correct horse battery"


@pytest.fixture
async def hasher() -> AsyncIterator[Argon2Hasher]:
    """Give a cheap hasher."""
    made = Argon2Hasher(Cost(kib=64, passes=1), threads=2, queue=2)
    yield made
    await made.close()


async def test_a_password_is_right_and_another_wrong(hasher: Argon2Hasher) -> None:
    hashed = await hasher.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert await hasher.verify(hashed, PASSWORD)
    assert not await hasher.verify(hashed, PASSWORD + "x")


async def test_every_hash_has_a_salt_of_its_own(hasher: Argon2Hasher) -> None:
    assert await hasher.hash(PASSWORD) != await hasher.hash(PASSWORD)


async def test_nobody_has_a_password(hasher: Argon2Hasher) -> None:
    assert not await hasher.verify(None, PASSWORD)


async def test_hashes_of_the_common_library_are_read(hasher: Argon2Hasher) -> None:
    other = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)
    assert await hasher.verify(other, PASSWORD)
    assert not await hasher.verify(other, "wrong")
    mine = await hasher.hash(PASSWORD)
    assert argon2.PasswordHasher().verify(mine, PASSWORD)


async def test_a13_other_parameters_make_a_hash_outdated(hasher: Argon2Hasher) -> None:
    assert not hasher.outdated(await hasher.hash(PASSWORD))
    assert hasher.outdated(argon2.PasswordHasher(time_cost=1, memory_cost=128, parallelism=1).hash(PASSWORD))
    assert hasher.outdated("$2b$12$something-else")


async def test_who_would_wait_long_is_told_to_come_back(hasher: Argon2Hasher) -> None:
    several = [hasher.hash(PASSWORD) for _ in range(20)]
    told = await asyncio.gather(*several, return_exceptions=True)
    assert sum(isinstance(one, Busy) for one in told) == 16
    assert next(one for one in told if isinstance(one, Busy)).extra == {"retry_after": 1}
    assert await hasher.hash(PASSWORD)


def test_owasps_second_set_is_the_default() -> None:
    settings = IdentitySettings(http_port=0, management_port=0)
    assert (settings.argon2_kib, settings.argon2_passes) == (19456, 2)
