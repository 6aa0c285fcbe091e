"""Password hashes: their form, their cost, their queue."""

import asyncio
import time
from collections.abc import AsyncIterator

import argon2
import pytest

from services.identity.adapters import hashing
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


async def test_a_queue_that_would_take_more_than_a_second_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.2)
    slow = Argon2Hasher(Cost(kib=64, passes=1), threads=2, queue=1000)
    monkeypatch.setattr(slow, "_hash", lambda _: time.sleep(0.02))
    for _ in range(5):
        await asyncio.gather(slow.hash(PASSWORD), slow.hash(PASSWORD))
    told = await asyncio.gather(*(slow.hash(PASSWORD) for _ in range(200)), return_exceptions=True)
    taken = sum(not isinstance(one, Busy) for one in told)
    # In twenty milliseconds each of two threads takes one, and the estimate has come near that by now.
    assert 20 < taken < 80
    slow.see_room()
    await slow.close()


async def test_a_full_queue_is_known_before_anything_is_looked_up(hasher: Argon2Hasher) -> None:
    hasher.see_room()
    several = [asyncio.ensure_future(hasher.hash(PASSWORD)) for _ in range(4)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        hasher.see_room()
    await asyncio.gather(*several)


def test_owasps_second_set_is_the_default() -> None:
    settings = IdentitySettings(http_port=0, management_port=0)
    assert (settings.argon2_kib, settings.argon2_passes) == (19456, 2)
