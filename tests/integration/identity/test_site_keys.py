"""Keys that sign for settings sites: two live, one signs, and changing them breaks no login."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.identity.domain.events import SecondFactor
from tests.integration.identity import world as worlds
from tests.integration.identity.sites import Wish, ask, read, register
from tests.integration.identity.world import NAME, World


@pytest.fixture
async def world(database: str, tmp_path: Path) -> AsyncIterator[World]:
    """Give identity with two settings sites."""
    async with worlds.world(database, tmp_path, sites_dir=register(tmp_path / "sites")) as made:
        yield made


async def kids(world: World) -> list[str]:
    """Return the names of the published keys."""
    keys: list[dict[str, Any]] = (await ask(world, "/sites/keys")).json()["keys"]
    assert all("d" not in key and key["use"] == "sig" and key["alg"] == "RS256" for key in keys)
    return [key["kid"] for key in keys]


async def signer(world: World) -> str:
    """Return the name of the key that signs now."""
    person = await world.activated(SecondFactor.MAIL_OTP)
    wish = Wish(person, await person.session())
    header, _ = await read(world, (await wish.tokens())["idToken"])
    return str(header["kid"])


async def test_n12_two_keys_live_and_the_next_is_known_long_before_it_signs(world: World) -> None:
    first, second = await kids(world)
    assert await signer(world) == first
    world.clock.advance(timedelta(days=30, seconds=1))
    await world.built.sites.signing.tend()
    assert (await kids(world))[:2] == [first, second]
    assert await signer(world) == second
    world.clock.advance(timedelta(days=1))
    await world.built.sites.signing.tend()
    left = await kids(world)
    assert first not in left
    assert len(left) == 2
    assert left[0] == second


async def test_n12_operations_change_the_key_at_once_and_what_was_signed_before_still_counts(world: World) -> None:
    first, second = await kids(world)
    person = await world.activated(SecondFactor.MAIL_OTP)
    wish = Wish(person, await person.session())
    before = (await wish.tokens())["idToken"]
    assert (await rotated(world)).status_code == 200
    assert await signer(world) == second
    assert (await read(world, before))[0]["kid"] == first
    assert len(await kids(world)) == 3


async def test_n12_a_key_that_is_no_secret_any_more_is_withdrawn(world: World) -> None:
    first, second = await kids(world)
    assert (await rotated(world, withdraw=True)).status_code == 200
    left = await kids(world)
    assert first not in left
    assert len(left) == 2
    assert await signer(world) == second


async def test_n12_processes_that_start_at_once_make_two_keys_together(world: World) -> None:
    other = worlds.ways(world.settings, world.secrets, world.log, world.clock)
    await worlds.asyncio.gather(world.built.sites.signing.tend(), other.sites.signing.tend())
    assert len(await kids(world)) == 2


async def rotated(world: World, **body: bool) -> Any:
    """Change keys as operations do."""
    token = world.operator.token(NAME, "operator", ["log:operate"])
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "rotate-1"}
    return await world.http.post("/internal/signing-keys/rotation", json=body, headers=headers)
