"""S36 to S38: codes for settings sites, and what they are turned into."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from services.identity.adapters.sweeper import Sweeper
from services.identity.domain.events import SecondFactor, SiteEntered
from tests.integration.identity import world as worlds
from tests.integration.identity.sites import (
    BASIC,
    CONTRACT,
    ISSUER,
    KEY,
    SIGNING,
    Wish,
    ask,
    assertion,
    looks,
    read,
    register,
)
from tests.integration.identity.world import World


@pytest.fixture
async def world(database: str, tmp_path: Path) -> AsyncIterator[World]:
    """Give identity with two settings sites."""
    async with worlds.world(database, tmp_path, sites_dir=register(tmp_path / "sites")) as made:
        yield made


@pytest.fixture
async def wish(world: World) -> Wish:
    """Return what a site asks for somebody who is logged in."""
    person = await world.activated(SecondFactor.MAIL_OTP)
    return Wish(person, await person.session())


async def test_s36_a_code_becomes_tokens_that_say_who_where_and_how(world: World, wish: Wish) -> None:
    told = await wish.tokens()
    header, claims = await read(world, told["idToken"])
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    now = int(world.clock().timestamp())
    assert claims["iss"] == ISSUER
    assert claims["aud"] == BASIC
    assert claims["sub"] == str(wish.person.user_id)
    assert claims["sid"] == wish.session_id
    assert claims["nonce"] == wish.nonce
    assert claims["contract_id"] == str(CONTRACT)
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert claims["iat"] == now < claims["exp"] <= now + 300
    assert claims["auth_time"] <= now
    assert len(base64.urlsafe_b64decode(claims["at_hash"] + "==")) == 16
    assert told["grant"]["contractId"] == str(CONTRACT)
    assert await looks(world, told["accessToken"]) == 200


async def test_s36_the_log_says_who_went_on_to_which_site_for_which_contract(world: World, wish: Wish) -> None:
    await wish.tokens()
    last = (await world.log.store.load(worlds.UUID(wish.session_id)))[-1]
    assert isinstance(last.event, SiteEntered)
    assert (last.event.client_id, last.event.contract_id) == (BASIC, CONTRACT)
    assert last.tenant_id == worlds.TENANT


async def test_s38_no_code_and_no_token_is_kept_as_it_is(world: World, wish: Wish) -> None:
    code = await wish.code()
    told = (await wish.redeems(code)).json()
    for table in ("site_code", "site_grant", "signing_key"):
        for row in await world.rows(f"SELECT t::text AS said FROM guard.{table} t"):  # noqa: S608 - words of our own
            assert code not in row["said"]
            assert told["accessToken"] not in row["said"]
            assert '"d"' not in row["said"]


async def test_s38_a_code_used_twice_takes_back_what_it_gave(world: World, wish: Wish) -> None:
    code = await wish.code()
    first = (await wish.redeems(code)).json()
    again = await wish.redeems(code)
    assert (again.status_code, again.json()["code"]) == (409, "invalid-grant")
    assert await looks(world, first["accessToken"]) == 401


async def test_s38_of_many_who_show_a_code_at_once_at_most_one_gets_anything(world: World, wish: Wish) -> None:
    code = await wish.code()
    answers = await asyncio.gather(*(wish.redeems(code) for _ in range(30)))
    given = [answer.json()["accessToken"] for answer in answers if answer.status_code == 200]
    assert len(given) <= 1
    assert len(await world.rows("SELECT 1 FROM guard.site_grant")) == 1
    # The others showed a code that was used: what the first got counts no more.
    assert [await looks(world, token) for token in given] in ([], [401])


async def test_s38_a_code_lives_sixty_seconds(world: World, wish: Wish) -> None:
    late, early = await wish.code(), await wish.code()
    world.clock.advance(timedelta(seconds=59))
    assert (await wish.redeems(early)).status_code == 200
    world.clock.advance(timedelta(seconds=1))
    assert (await wish.redeems(late)).status_code == 409


@pytest.mark.parametrize(
    "other",
    [
        {"verifier": "x" * 43},
        {"verifier": ""},
        {"verifier": "x" * 42},
        {"redirect_uri": "https://site.example/callback/"},
        {"redirect_uri": "https://site.example/Callback"},
        {"redirect_uri": "https://site.example/callback?x=1"},
    ],
)
async def test_s38_a_code_is_worth_nothing_without_all_that_it_was_asked_for_with(
    wish: Wish, other: dict[str, str]
) -> None:
    code = await wish.code()
    refused = await wish.but(**other).redeems(code)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid-grant")
    # It was not used up by that: nobody but its site can spoil a login.
    assert (await wish.redeems(code)).status_code == 200


async def test_s38_the_challenge_itself_proves_nothing(wish: Wish) -> None:
    code = await wish.code()
    assert (await wish.but(verifier=wish.challenge).redeems(code)).status_code == 409


async def test_s38_a_code_of_one_site_is_worth_nothing_to_another(world: World, wish: Wish) -> None:
    code = await wish.code()
    shown = {"clientAssertion": assertion(now=int(world.clock().timestamp()))}
    assert (await wish.but(client_id=SIGNING).redeems(code, **shown)).status_code == 409


async def test_s38_after_the_logout_no_code_works(world: World, wish: Wish) -> None:
    code, told = await wish.code(), await wish.tokens()
    body = {"userId": str(wish.person.user_id), "reason": "LOGOUT"}
    assert (await world.call(f"/sessions/{wish.session_id}/end", body)).status_code == 200
    assert (await wish.redeems(code)).status_code == 409
    assert await looks(world, told["accessToken"]) == 401
    assert (await wish.asks()).status_code == 409


async def test_s38_suspended_people_get_no_code_and_their_tokens_are_dead(world: World, wish: Wish) -> None:
    code, told = await wish.code(), await wish.tokens()
    await world.built.following.suspended(wish.person.user_id, world.because())
    assert (await wish.redeems(code)).status_code == 409
    assert await looks(world, told["accessToken"]) == 401


async def test_s38_nobody_goes_on_with_the_session_of_somebody_else(world: World, wish: Wish) -> None:
    other = await world.activated(SecondFactor.MAIL_OTP)
    assert (await wish.but(person=other).asks()).status_code == 409


@pytest.mark.parametrize("proof", [{"clientSecret": "another"}, {"clientSecret": ""}, {"clientAssertion": "x.y.z"}])
async def test_n12_a_site_that_does_not_show_its_secret_gets_nothing(wish: Wish, proof: dict[str, str]) -> None:
    code = await wish.code()
    refused = await wish.redeems(code, **proof)
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid-client")
    assert (await wish.redeems(code)).status_code == 200


async def test_n12_an_unknown_site_gets_nothing(wish: Wish) -> None:
    code = await wish.code()
    assert (await wish.but(client_id="stranger").redeems(code)).status_code == 401
    assert (await wish.but(client_id="stranger").asks()).status_code == 401


async def test_n12_a_site_with_a_key_shows_itself_by_a_signature_once(world: World, wish: Wish) -> None:
    wish = wish.but(client_id=SIGNING)
    shown = assertion(now=int(world.clock().timestamp()), aud=f"{ISSUER}/oauth/token")
    assert (await wish.redeems(await wish.code(), clientAssertion=shown)).status_code == 200
    assert (await wish.redeems(await wish.code(), clientAssertion=shown)).status_code == 401


WRONG_ASSERTIONS = {
    "for another audience": {"aud": "https://elsewhere.example"},
    "of another site": {"iss": BASIC},
    "about another site": {"sub": BASIC},
    "expired": {"exp": 1},
    "that lives too long": {"exp": 2**40},
    "without an end": {"exp": None},
    "without a name": {"jti": None},
    "with another key": {"key": RSAKey.generate_key(2048)},
}


@pytest.mark.parametrize("changes", WRONG_ASSERTIONS.values(), ids=WRONG_ASSERTIONS.keys())
async def test_n12_an_assertion_is_refused(world: World, wish: Wish, changes: dict[str, object]) -> None:
    wish = wish.but(client_id=SIGNING)
    shown = assertion(now=int(world.clock().timestamp()), **changes)
    assert (await wish.redeems(await wish.code(), clientAssertion=shown)).status_code == 401


@pytest.mark.parametrize("alg", ["none", "HS256"])
async def test_n12_an_assertion_without_a_signature_or_with_the_public_key_as_a_secret_is_refused(
    world: World, wish: Wish, alg: str
) -> None:
    wish = wish.but(client_id=SIGNING)
    _, claims, _ = assertion(now=int(world.clock().timestamp())).split(".")
    signed = f"{b64(json.dumps({'alg': alg, 'kid': 'of-the-site'}).encode())}.{claims}"
    signature = b64(hmac.digest(KEY.as_pem(private=False), signed.encode(), "sha256")) if alg != "none" else ""
    refused = await wish.redeems(await wish.code(), clientAssertion=f"{signed}.{signature}")
    assert refused.status_code == 401


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


async def test_n12_what_is_kept_for_sites_goes_when_nobody_needs_it(world: World, wish: Wish) -> None:
    await wish.tokens()
    sweeper = worlds_sweeper(world)
    await sweeper.sweep()
    assert await world.rows("SELECT 1 FROM guard.site_grant")
    world.clock.advance(timedelta(days=10))
    await sweeper.sweep()
    for table in ("site_code", "site_grant", "used_assertion"):
        assert not await world.rows(f"SELECT 1 FROM guard.{table}")  # noqa: S608 - words of our own


def worlds_sweeper(world: World) -> Sweeper:
    """Return the sweeper with the world's clock."""
    return Sweeper(world.log.pool, world.clock)


async def test_n12_the_routes_for_sites_are_the_gateways_alone(world: World) -> None:
    assert (await world.call("/sites/codes", {}, by="notifier")).status_code == 403
    assert (await ask(world, "/internal/signing-keys/rotation", {})).status_code == 403
