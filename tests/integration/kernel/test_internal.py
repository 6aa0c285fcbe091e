"""What operators and readers ask of a service over /internal, on a real database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import asyncpg
import pytest
from structlog.testing import capture_logs

from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPERATE, REPUBLISH, router
from kernel.adapters.http.republishing import asks_owners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.listening import Listener
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import Invalid, NotFound, Unavailable
from tests.integration.kernel.flow import Database
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
TOPIC = "t.things.events.v1"
STREAM = uuid4()


@dataclass(frozen=True)
class Things:
    """The log of a service."""

    pool: "asyncpg.Pool[Any]"
    topic: str = TOPIC


@pytest.fixture
async def url(log: Database) -> AsyncIterator[str]:
    app = create_app("things", [router(Things(log.pool))])
    may = {"users": frozenset({REPUBLISH}), "operator": frozenset({REPUBLISH, OPERATE})}
    app.state.verifier = Verifier(PUBLIC, "things", may)
    async with Listener(app, "127.0.0.1", 0) as listener:
        yield f"http://127.0.0.1:{listener.port}"


@pytest.fixture
async def way(url: str) -> AsyncIterator[Callable[[str], ServiceClient]]:
    made: list[ServiceClient] = []

    def client(issuer: str) -> ServiceClient:
        made.append(ServiceClient(url, Signer(issuer, PRIVATE[issuer]), "things"))
        return made[-1]

    yield client
    for one in made:
        await one.close()


Way = Callable[[str], ServiceClient]


def context() -> Context:
    return Context(tenant_id=NOBODY, actor="operator:mori", correlation_id=uuid4(), command_id=uuid4())


async def publish(log: Database, position: int) -> None:
    """Let a relay have come so far."""
    await log.pool.execute(
        "INSERT INTO es.relay (name, pos, last, lease_epoch, at) VALUES ($1, $2, $3, 1, clock_timestamp())",
        TOPIC,
        position,
        [position] * PARTITIONS,
    )


async def relay(log: Database) -> tuple[int, list[int], int]:
    row = await log.pool.fetchrow("SELECT pos, last, lease_epoch FROM es.relay WHERE name = $1", TOPIC)
    assert row is not None
    return tuple(row)


async def test_a_reader_with_a_gap_has_the_owner_publish_again(log: Database, way: Way) -> None:
    await publish(log, 100)
    await asks_owners("users", {"things": way("users")})("things", 2, 40)
    position, last, lease = await relay(log)
    assert position == 40
    assert last[2] == 40
    assert lease == 2, "whoever publishes now notices that it must start again"


async def test_there_is_no_way_to_a_service_that_the_reader_does_not_read(way: Way) -> None:
    with pytest.raises(NotFound):
        await asks_owners("users", {"things": way("users")})("identity", 0, 0)


@pytest.mark.parametrize("body", [{"partition": PARTITIONS, "after": 0}, {"partition": 0, "after": -1}, {}])
async def test_nonsense_changes_nothing(log: Database, way: Way, body: dict[str, int]) -> None:
    await publish(log, 100)
    with pytest.raises(Invalid):
        await way("users").post("/internal/publish-again", body, (REPUBLISH,), context())
    assert (await relay(log))[0] == 100


async def test_v9_who_may_only_read_may_not_operate(log: Database, way: Way) -> None:
    await parked(log)
    with pytest.raises(Unavailable):
        await way("users").post(path(STREAM), {}, (REPUBLISH, OPERATE), context())
    assert await retries(log) is None


async def test_an_operator_has_a_parked_stream_tried_again(log: Database, way: Way) -> None:
    await parked(log)
    assert (await way("operator").post(path(STREAM), {}, (OPERATE,), context())).status == 202
    assert await retries(log) is not None


async def test_what_is_not_parked_cannot_be_released(log: Database, way: Way) -> None:
    await parked(log)
    with pytest.raises(NotFound):
        await way("operator").post(path(uuid4()), {}, (OPERATE,), context())


async def test_an_operator_sees_what_is_parked_and_why(log: Database, url: str) -> None:
    await parked(log)
    token = Signer("operator", PRIVATE["operator"]).token("things", "operator:mori", (OPERATE,))
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(url, headers=headers) as http:
        async with http.get("/internal/parked") as answer:
            (one,) = (await answer.json())["items"]
        async with http.get("/internal/parked", params={"consumer": "another"}) as answer:
            assert (await answer.json())["items"] == []
    assert (one["consumer"], one["streamId"], one["reason"]) == ("notes", str(STREAM), "Unreadable")
    assert one["retryAt"] is None


async def test_an_operator_gives_a_parked_stream_up_and_says_why(log: Database, way: Way) -> None:
    await parked(log)
    with capture_logs() as said:
        answer = await way("operator").post(path(STREAM, "discard"), {"reason": "a test order"}, (OPERATE,), context())
    assert answer.status == 202
    (told,) = [one for one in said if one["event"] == "parking.discarded"]
    assert (told["by"], told["reason"], told["stream_id"]) == ("operator:mori", "a test order", STREAM)
    assert await log.pool.fetchval("SELECT count(*) FROM inbox.parked_stream") == 0
    with pytest.raises(NotFound):
        await way("operator").post(path(STREAM, "discard"), {"reason": "again"}, (OPERATE,), context())


@pytest.mark.parametrize("body", [{}, {"reason": ""}])
async def test_nothing_is_given_up_without_a_reason(log: Database, way: Way, body: dict[str, str]) -> None:
    await parked(log)
    with pytest.raises(Invalid):
        await way("operator").post(path(STREAM, "discard"), body, (OPERATE,), context())
    assert await log.pool.fetchval("SELECT count(*) FROM inbox.parked_stream") == 1


def path(stream: UUID, what: str = "release") -> str:
    return f"/internal/parked/notes/{stream}/{what}"


async def parked(log: Database) -> None:
    """Set a stream aside."""
    await log.pool.execute(
        "INSERT INTO inbox.parked_stream (consumer, stream_id, topic, part, reason) VALUES ('notes', $1, $2, 0, $3)",
        STREAM,
        TOPIC,
        "Unreadable",
    )


async def retries(log: Database) -> object:
    return await log.pool.fetchval("SELECT retry_at FROM inbox.parked_stream WHERE stream_id = $1", STREAM)
