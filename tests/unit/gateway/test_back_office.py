"""Who gets a token for the back office."""

import pytest

from gateway.application.errors import ClientUnknown, ScopeUnknown
from kernel.domain.errors import TooManyTries
from tests.unit.gateway.world import OPERATOR_SECRET, World


async def test_n9_the_operator_gets_a_token_of_less_than_an_hour(world: World) -> None:
    granted = await world.journeys.back_office.grant("operator", OPERATOR_SECRET, "", world.asked())
    assert granted.seconds == 3599
    assert granted.scopes == {
        "applications:write",
        "contracts:write",
        "incidents:write",
        "maintenance:write",
        "status:write",
    }


async def test_a_token_holds_only_the_scopes_asked_for(world: World) -> None:
    granted = await world.journeys.back_office.grant(
        "operator", OPERATOR_SECRET, "contracts:write everything", world.asked()
    )
    assert granted.scopes == {"contracts:write"}


@pytest.mark.parametrize(
    ("client", "secret"), [("operator", ""), ("operator", "wrong"), ("", OPERATOR_SECRET), ("gateway", OPERATOR_SECRET)]
)
async def test_a_wrong_client_or_secret_gets_none(world: World, client: str, secret: str) -> None:
    with pytest.raises(ClientUnknown):
        await world.journeys.back_office.grant(client, secret, "", world.asked())


async def test_scopes_that_do_not_exist_get_none(world: World) -> None:
    with pytest.raises(ScopeUnknown):
        await world.journeys.back_office.grant("operator", OPERATOR_SECRET, "users:delete", world.asked())


async def test_guesses_are_counted_by_address(world: World) -> None:
    world.limits.refused.add("token")
    with pytest.raises(TooManyTries):
        await world.journeys.back_office.grant("operator", OPERATOR_SECRET, "", world.asked())
    assert world.limits.counted == [("token", "192.0.2.7")]
