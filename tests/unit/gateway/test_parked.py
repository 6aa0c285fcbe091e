"""What operators may do with the streams that the gateway's projector parked."""

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from kernel.adapters.http.app import create_app
from kernel.adapters.http.parked import OPERATE, parked_routes
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.parking import RedisParking
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
STREAM = uuid4()
SINCE = "2026-04-01T09:30:00+00:00"
GENERATION = Generation([])


class Kept:
    """As much of Redis as parking needs, in memory."""

    def __init__(self) -> None:
        why = {"reason": "Unreadable()", "topic": "portal.contracts.events.v1", "part": 3, "since": SINCE}
        self.hashes: dict[str, dict[str, str]] = {GENERATION.parked: {str(STREAM): json.dumps(why)}}
        self.sets: dict[str, set[str]] = {}

    async def hgetall(self, name: str) -> dict[str, str]:
        return self.hashes.get(name, {})

    async def hkeys(self, name: str) -> list[str]:
        return list(self.hashes.get(name, {}))

    async def hexists(self, name: str, key: str) -> bool:
        return key in self.hashes.get(name, {})

    async def hset(self, name: str, key: str, value: str) -> None:
        self.hashes.setdefault(name, {})[key] = value

    async def sadd(self, name: str, *members: str) -> None:
        self.sets.setdefault(name, set()).update(members)

    async def llen(self, _name: str) -> int:
        return 2


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def http(kept: Kept) -> AsyncIterator[httpx.AsyncClient]:
    parked = parked_routes(RedisParking(kept, GENERATION, "projector"))  # type: ignore[arg-type]
    app = create_app("gateway", [parked])
    app.state.verifier = Verifier(PUBLIC, "gateway", {"operator": frozenset({OPERATE})})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield client


def bearer(issuer: str = "operator", scope: str = OPERATE) -> dict[str, str]:
    token = Signer(issuer, PRIVATE[issuer]).token("gateway", "operator:mori", (scope,))
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}


def path(what: str, stream: UUID = STREAM, consumer: str = "projector") -> str:
    return f"/internal/parked/{consumer}/{stream}/{what}"


async def test_what_is_parked_is_listed_as_every_service_lists_it(http: httpx.AsyncClient) -> None:
    (one,) = (await http.get("/internal/parked", headers=bearer())).json()["items"]
    assert (one["consumer"], one["streamId"], one["part"], one["events"]) == ("projector", str(STREAM), 3, 2)
    assert (await http.get("/internal/parked", params={"consumer": "x"}, headers=bearer())).json() == {"items": []}


async def test_a_stream_is_released(http: httpx.AsyncClient, kept: Kept) -> None:
    assert (await http.post(path("release"), headers=bearer())).status_code == 202
    assert kept.sets == {GENERATION.retries: {str(STREAM)}}


async def test_a_stream_is_given_up_with_a_reason(http: httpx.AsyncClient, kept: Kept) -> None:
    assert (await http.post(path("discard"), json={"reason": "a test"}, headers=bearer())).status_code == 202
    assert kept.hashes[GENERATION.discards] == {str(STREAM): "operator:mori"}
    assert (await http.post(path("discard"), json={}, headers=bearer())).status_code == 422


@pytest.mark.parametrize("what", ["release", "discard"])
async def test_what_is_not_parked_here_is_not_found(http: httpx.AsyncClient, what: str) -> None:
    for other in (path(what, uuid4()), path(what, consumer="notes")):
        assert (await http.post(other, json={"reason": "a test"}, headers=bearer())).status_code == 404


@pytest.mark.parametrize("headers", [{}, bearer("users"), bearer(scope="log:republish")])
async def test_v9_nobody_else_may(http: httpx.AsyncClient, kept: Kept, headers: dict[str, str]) -> None:
    assert (await http.get("/internal/parked", headers=headers)).status_code in {401, 403}
    assert (await http.post(path("release"), headers=headers)).status_code in {401, 403}
    assert not kept.sets
