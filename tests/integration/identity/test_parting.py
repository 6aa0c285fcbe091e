"""M12: settings sites hear of every end, as a logout token and as a session-revoked event."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from services.identity.application.site_claims import LOGOUT_EVENT, REVOKED_EVENT
from services.identity.domain.events import SecondFactor
from tests.integration.identity import world as worlds
from tests.integration.identity.sites import BASIC, ISSUER, Ear, Wish, listening, parts, read, register
from tests.integration.identity.world import World


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    """Give a site that listens."""
    async with listening() as made:
        yield made


@pytest.fixture
async def world(database: str, tmp_path: Path, ear: Ear) -> AsyncIterator[World]:
    """Give identity with a site that takes both kinds."""
    sites = register(tmp_path / "sites", backchannel_logout_uri=f"{ear.url}/logout", events_uri=f"{ear.url}/events")
    async with worlds.world(database, tmp_path, sites_dir=sites) as made:
        yield made
        await made.built.sites.caller.close()


@pytest.fixture
async def wish(world: World) -> Wish:
    """Return somebody who is at the site."""
    person = await world.activated(SecondFactor.MAIL_OTP)
    wish = Wish(person, await person.session())
    await wish.tokens()
    return wish


async def logs_out(wish: Wish) -> None:
    """End the session by the person's wish."""
    body = {"userId": str(wish.person.user_id), "reason": "LOGOUT"}
    assert (await wish.person.world.call(f"/sessions/{wish.session_id}/end", body)).status_code == 200


async def test_m12_a_logout_is_told_by_a_logout_token(world: World, wish: Wish, ear: Ear) -> None:
    await logs_out(wish)
    await parts(world)
    ((path, kind, token),) = ear.heard
    header, claims = await read(world, token)
    assert (path, kind, header["typ"]) == ("/logout", "application/x-www-form-urlencoded", "logout+jwt")
    assert claims["iss"] == ISSUER
    assert claims["aud"] == BASIC
    assert claims["sid"] == wish.session_id
    assert claims["sub"] == str(wish.person.user_id)
    assert claims["events"] == {LOGOUT_EVENT: {}}
    # See: OpenID Connect Back-Channel Logout 1.0, section 2.4: a logout token must not pass for an ID token.
    assert "nonce" not in claims
    assert claims["exp"] - claims["iat"] <= 120


async def test_m12_a_suspension_is_told_as_a_session_that_was_revoked(world: World, wish: Wish, ear: Ear) -> None:
    await world.built.following.suspended(wish.person.user_id, world.because())
    await parts(world)
    assert sorted(path for path, _, _ in ear.heard) == ["/events", "/logout"]
    ((_, kind, token),) = [one for one in ear.heard if one[0] == "/events"]
    header, claims = await read(world, token)
    assert (kind, header["typ"]) == ("application/secevent+jwt", "secevent+jwt")
    assert claims["sub_id"]["session"] == {"format": "opaque", "id": wish.session_id}
    assert claims["sub_id"]["user"] == {"format": "iss_sub", "iss": ISSUER, "sub": str(wish.person.user_id)}
    assert claims["events"][REVOKED_EVENT]["initiating_entity"] == "admin"
    assert "sub" not in claims
    assert "exp" not in claims


async def test_m12_a_session_that_was_left_alone_is_told_like_any_other_end(world: World, wish: Wish, ear: Ear) -> None:
    body = {"userId": str(wish.person.user_id), "reason": "EXPIRED"}
    assert (await world.call(f"/sessions/{wish.session_id}/end", body)).status_code == 200
    await parts(world)
    told = {path: (await read(world, token))[1] for path, _, token in ear.heard}
    assert told["/logout"]["sid"] == wish.session_id
    assert told["/events"]["events"][REVOKED_EVENT]["initiating_entity"] == "policy"


async def test_m12_what_was_told_is_not_told_again(world: World, wish: Wish, ear: Ear) -> None:
    await logs_out(wish)
    await parts(world)
    await parts(world)
    await world.built.following.suspended(wish.person.user_id, world.because())
    await parts(world)
    assert [path for path, _, _ in ear.heard].count("/logout") == 1


async def test_m12_a_site_that_is_away_is_told_when_it_is_back(world: World, wish: Wish, ear: Ear) -> None:
    ear.status = 503
    await logs_out(wish)
    await parts(world)
    assert len(ear.heard) == 1
    await world.built.sites.telling.work()
    assert len(ear.heard) == 1
    ear.status = 200
    world.clock.advance(timedelta(seconds=1))
    assert await world.built.sites.telling.work() == 1
    world.clock.advance(timedelta(hours=1))
    assert await world.built.sites.telling.work() == 0
    first, second = [(await read(world, token))[1] for _, _, token in ear.heard]
    # The same name both times, so that a site which took the first can tell.
    assert first["jti"] == second["jti"]


async def test_m12_a_site_that_cannot_read_it_is_left_alone(world: World, wish: Wish, ear: Ear) -> None:
    ear.status = 400
    await logs_out(wish)
    await parts(world)
    world.clock.advance(timedelta(hours=1))
    assert await world.built.sites.telling.work() == 0
    (row,) = await world.rows("SELECT outcome FROM guard.site_notice")
    assert row["outcome"] == "REFUSED"


async def test_m12_the_session_that_ends_the_others_goes_on_at_the_site(world: World, wish: Wish, ear: Ear) -> None:
    other = await wish.person.session()
    await wish.but(session_id=other).tokens()
    body = {"others": True, "sessionId": other}
    assert (await wish.person.own("POST", "sessions/end", body)).status_code == 200
    await parts(world)
    told = [(await read(world, token))[1]["sid"] for path, _, token in ear.heard if path == "/logout"]
    assert told == [wish.session_id]


async def test_m12_sites_that_nobody_went_to_hear_nothing(world: World, ear: Ear) -> None:
    person = await world.activated(SecondFactor.MAIL_OTP)
    await logs_out(Wish(person, await person.session()))
    await parts(world)
    assert ear.heard == []


async def test_m12_a_session_that_ends_while_its_code_is_redeemed_is_told_or_never_begins(
    world: World, ear: Ear
) -> None:
    person = await world.activated(SecondFactor.MAIL_OTP)
    for _ in range(5):
        wish = Wish(person, await person.session())
        code = await wish.code()
        answer, _done = await worlds.asyncio.gather(wish.redeems(code), logs_out(wish))
        await parts(world)
        told = [(await read(world, token))[1]["sid"] for path, _, token in ear.heard if path == "/logout"]
        assert answer.status_code == 409 or wish.session_id in told
        assert UUID(wish.session_id)
