"""What operators and readers ask of a service over /internal, on a real database."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from kernel.adapters.http.app import create_app
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import OPS, REPUBLISH, router
from kernel.adapters.http.ops import ACT, READ
from kernel.adapters.http.republishing import HttpOwners
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.adapters.listening import Listener
from kernel.adapters.postgres.browsing import PostgresBrowsing
from kernel.adapters.watching.own_log import LogPlaces
from kernel.adapters.watching.topics import Topics
from kernel.adapters.watching.watch import watch_over
from kernel.application.consume import Decoder
from kernel.application.ports import Keyring
from kernel.application.watching import Watch
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import Denied, Invalid, NotFound, Refused, Unavailable
from tests.integration.kernel.flow import HAPPENED, Database, JsonFacts
from tests.unit.kernel.fakes_browsing import NoKeys
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
TOPIC = "t.things.events.v1"
STREAM = uuid4()


@dataclass(frozen=True)
class Things:
    """The log of a service."""

    pool: "asyncpg.Pool[Any]"
    watch: Watch
    topic: str = TOPIC
    facts: Decoder = field(default_factory=JsonFacts)
    keyring: Keyring = field(default_factory=NoKeys)

    @property
    def browsing(self) -> PostgresBrowsing:
        """Its facts."""
        return PostgresBrowsing(self.pool, "things", TOPIC, self.facts, self.keyring)


@pytest.fixture
async def url(log: Database, kafka_bootstrap: str) -> AsyncIterator[str]:
    topics = Topics(kafka_bootstrap)
    app = create_app(
        "things", [router(Things(log.pool, watch_over(LogPlaces(log.pool, "things", TOPIC, topics), "t")))]
    )
    may = {"users": frozenset({REPUBLISH}), "operator": OPS | {REPUBLISH}}
    app.state.verifier = Verifier(PUBLIC, "things", may)
    async with Listener(app, "127.0.0.1", 0) as listener:
        yield f"http://127.0.0.1:{listener.port}"
    await topics.close()


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
    await HttpOwners("users", {"things": way("users")}).publish_again("things", 2, 40)
    position, last, lease = await relay(log)
    assert position == 40
    assert last[2] == 40
    assert lease == 2, "whoever publishes now notices that it must start again"


async def test_a_reader_is_told_the_epoch_of_a_log_by_its_owner(log: Database, way: Way) -> None:
    owners = HttpOwners("users", {"things": way("users")})
    assert await owners.epoch("things") == 1
    await log.pool.execute("UPDATE es.head SET epoch = 7")
    assert await owners.epoch("things") == 7


async def test_there_is_no_way_to_a_service_that_the_reader_does_not_read(way: Way) -> None:
    with pytest.raises(NotFound):
        await HttpOwners("users", {"things": way("users")}).publish_again("identity", 0, 0)


@pytest.mark.parametrize("body", [{"partition": PARTITIONS, "after": 0}, {"partition": 0, "after": -1}, {}])
async def test_nonsense_changes_nothing(log: Database, way: Way, body: dict[str, int]) -> None:
    await publish(log, 100)
    with pytest.raises(Invalid):
        await way("users").post("/internal/publish-again", body, (REPUBLISH,), context())
    assert (await relay(log))[0] == 100


@pytest.mark.parametrize(("issuer", "scopes"), [("users", (REPUBLISH, ACT)), ("operator", (READ,))])
async def test_v9_who_may_only_look_or_publish_again_may_not_act(
    log: Database, way: Way, issuer: str, scopes: tuple[str, ...]
) -> None:
    await parked(log)
    with pytest.raises((Denied, Unavailable)):
        await way(issuer).post(RETRY, {"consumer": "notes"}, scopes, context())
    assert await retries(log) is None


async def test_an_operator_has_parked_streams_tried_again_and_hears_before_how_many(log: Database, way: Way) -> None:
    await parked(log)
    for chosen in ({"streams": [str(STREAM)]}, {"consumer": "notes", "error": "Unreadable"}, {}):
        told = await way("operator").post(RETRY, {**chosen, "dryRun": True}, (ACT,), context())
        assert told.body == {"streams": 1, "events": 2}
    assert await retries(log) is None, "nothing was done yet"
    for other in ({"consumer": "others"}, {"error": "Refused"}):
        assert (await way("operator").post(RETRY, other, (ACT,), context())).body == {"streams": 0, "events": 0}
    assert await retries(log) is None
    await way("operator").post(RETRY, {"streams": [str(STREAM)]}, (ACT,), context())
    assert await retries(log) is not None


@pytest.mark.parametrize("path", ["/internal/ops/parked/retry", "/internal/ops/parked/discard"])
async def test_what_is_not_parked_is_not_found(log: Database, way: Way, path: str) -> None:
    await parked(log)
    body = {"consumer": "notes", "streams": [str(uuid4())]} | ({"reason": "a test"} if "discard" in path else {})
    with pytest.raises(NotFound):
        await way("operator").post(path, body, (ACT,), context())


async def test_v9_an_operator_sees_what_is_parked_and_why_but_nothing_of_what_the_fact_says(
    log: Database, way: Way
) -> None:
    await parked(log, reason="UniqueViolationError('Key (email)=(hanako@example.co.jp) already exists')")
    (one,) = (await way("operator").get("/internal/ops/parked", (READ,), context())).body["items"]
    assert (one["consumer"], one["streamId"], one["error"], one["detail"]) == (
        "notes",
        str(STREAM),
        "UniqueViolationError",
        "",
    )
    assert (one["events"], one["eventType"], one["version"], one["retryAt"]) == (2, HAPPENED, 3, None)
    assert "hanako" not in str(one)
    others = await way("operator").get("/internal/ops/parked?consumer=another", (READ,), context())
    assert others.body["items"] == []
    (group,) = (await way("operator").get("/internal/ops/parked/groups", (READ,), context())).body["items"]
    assert (group["consumer"], group["error"], group["streams"]) == ("notes", "UniqueViolationError", 1)


async def test_o1_one_parked_stream_is_told_of_and_for_a_reason_its_first_fact_as_it_came(
    log: Database, way: Way
) -> None:
    error = "UniqueViolationError('Key (email)=(hanako@example.co.jp) already exists')"
    await parked(log, reason=error)
    one = f"/internal/ops/parked/notes/{STREAM}"
    told = (await way("operator").get(one, (READ,), context())).body
    assert (told["stream"]["error"], told["stream"]["version"], told["stream"]["events"]) == (
        "UniqueViolationError",
        3,
        2,
    )
    assert (told["told"], told["bytes"], told["asItCame"]) == ({"data": None, "covered": []}, 6, None)
    whole = (await way("operator").post(f"{one}/3/unmasked", {}, (ACT,), context())).body["asItCame"]
    assert (whole["error"], whole["text"]) == (error, "secret")
    assert whole["hexDump"].split() == ["00000000", "73", "65", "63", "72", "65", "74", "|secret|"]
    for path in (f"{one}/4/unmasked", f"/internal/ops/parked/others/{STREAM}/3/unmasked"):
        with pytest.raises(NotFound):
            await way("operator").post(path, {}, (ACT,), context())
    with pytest.raises(NotFound):
        await way("operator").get(f"/internal/ops/parked/notes/{uuid4()}", (READ,), context())


async def test_v9_who_may_only_look_is_not_shown_a_parked_fact_as_it_came(log: Database, way: Way) -> None:
    await parked(log)
    path = f"/internal/ops/parked/notes/{STREAM}/3/unmasked"
    for issuer, scopes in (("operator", (READ,)), ("users", (REPUBLISH, ACT))):
        with pytest.raises((Denied, Unavailable)):
            await way(issuer).post(path, {}, scopes, context())


async def test_a_thousand_parked_streams_are_paged_oldest_first(log: Database, way: Way) -> None:
    await log.pool.execute(
        "INSERT INTO inbox.parked_stream (consumer, stream_id, topic, part, reason, since)"
        " SELECT 'notes', gen_random_uuid(), $1, 0, 'Unreadable()', now() - make_interval(secs => n / 2)"
        " FROM generate_series(1, 1000) n",
        TOPIC,
    )
    seen: list[Mapping[str, Any]] = []
    after = ""
    while True:
        page = (await way("operator").get(f"/internal/ops/parked?limit=200{after}", (READ,), context())).body["items"]
        if not page:
            break
        seen += page
        last = {f"after{name}": page[-1][key] for name, key in AFTER}
        after = f"&{urlencode(last)}"
    assert len({one["streamId"] for one in seen}) == len(seen) == 1000
    assert seen == sorted(seen, key=lambda one: one["since"])


async def test_an_operator_gives_a_parked_stream_up_and_says_why(log: Database, way: Way) -> None:
    await parked(log)
    body = {"consumer": "notes", "streams": [str(STREAM)], "reason": "a test order"}
    asked = await way("operator").post(DISCARD, {**body, "dryRun": True}, (ACT,), context())
    assert asked.body == {"streams": 1, "events": 2}
    assert await log.pool.fetchval("SELECT count(*) FROM inbox.parked_stream") == 1
    with capture_logs() as said:
        answer = await way("operator").post(DISCARD, body, (ACT,), context())
    assert answer.body == {"streams": 1, "events": 2}
    (told,) = [one for one in said if one["event"] == "parking.discarded"]
    assert (told["by"], told["streams"]) == ("operator:mori", [str(STREAM)])
    assert "a test order" not in str(told), "a reason may name people"
    assert await log.pool.fetchval("SELECT count(*) FROM inbox.parked_stream") == 0
    kept = await log.pool.fetch("SELECT version, discarded_by, reason FROM inbox.discarded_event ORDER BY version")
    assert [tuple(one) for one in kept] == [(number, "operator:mori", "a test order") for number in (3, 4)]


@pytest.mark.parametrize(
    "body",
    [
        {"consumer": "notes", "error": "Unreadable"},
        {"consumer": "notes", "error": "Unreadable", "reason": ""},
        {"consumer": "notes", "reason": "all of them"},
        {"error": "Unreadable", "reason": "of every reader"},
    ],
)
async def test_nothing_is_given_up_without_a_reason_or_unseen(log: Database, way: Way, body: dict[str, str]) -> None:
    await parked(log)
    with pytest.raises(Invalid):
        await way("operator").post(DISCARD, body, (ACT,), context())
    assert await log.pool.fetchval("SELECT count(*) FROM inbox.parked_stream") == 1


RETRY, DISCARD = "/internal/ops/parked/retry", "/internal/ops/parked/discard"
AFTER = (("Since", "since"), ("Consumer", "consumer"), ("Stream", "streamId"))


async def parked(log: Database, reason: str = "Unreadable") -> None:
    """Set a stream aside, with two facts that wait."""
    await log.pool.execute(
        "INSERT INTO inbox.parked_stream (consumer, stream_id, topic, part, reason) VALUES ('notes', $1, $2, 0, $3)",
        STREAM,
        TOPIC,
        reason,
    )
    await log.pool.executemany(
        "INSERT INTO inbox.parked_event (consumer, stream_id, version, topic, part, off, headers, value)"
        " VALUES ('notes', $1, $2, $3, 0, 0, $4::text::jsonb, $5)",
        [
            (STREAM, version, TOPIC, json.dumps({"ce_type": HAPPENED, "ce_streamversion": str(version)}), b"secret")
            for version in (3, 4)
        ],
    )


async def retries(log: Database) -> object:
    return await log.pool.fetchval("SELECT retry_at FROM inbox.parked_stream WHERE stream_id = $1", STREAM)


def mark(position: int, stream: UUID = STREAM, version: int = 1, topic: str = TOPIC) -> dict[str, object]:
    return {"topic": topic, "part": 0, "position": position, "streamId": str(stream), "version": version}


async def test_o1_an_operator_looks_into_the_log_and_hears_nothing_of_what_facts_say(log: Database, way: Way) -> None:
    await log.write([STREAM, STREAM], data=lambda n: json.dumps({"number": n, "note": "hanako"}).encode())
    path = f"/internal/ops/events?{urlencode({'streamId': STREAM, 'limit': 1})}"
    told = (await way("operator").get(path, (READ,), context())).body
    assert [(one["position"], one["version"], one["type"]) for one in told["items"]] == [(2, 2, "thing.happened")]
    assert (told["place"], told["head"]) == (2, 2)
    assert "hanako" not in str(told)


async def test_o1_one_fact_is_told_whole_to_who_may_look(log: Database, way: Way) -> None:
    await log.write([STREAM])
    told = (await way("operator").get(f"/internal/ops/events/{STREAM}/1", (READ,), context())).body
    assert (told["payload"]["data"], told["payload"]["schema"]) == ({"number": 1}, "FITS")
    assert told["headers"]["ce_id"] == f"{STREAM}/1"
    with pytest.raises(NotFound):
        await way("operator").get(f"/internal/ops/events/{STREAM}/2", (READ,), context())


async def test_v9_who_may_only_look_neither_unmasks_nor_publishes(log: Database, way: Way) -> None:
    await log.write([STREAM])
    for path, body in ((f"/internal/ops/events/{STREAM}/1/unmasked", {}), (AGAIN, {"first": 1})):
        with pytest.raises((Denied, Unavailable)):
            await way("operator").post(path, body, (READ,), context())
        with pytest.raises((Denied, Unavailable)):
            await way("users").post(path, body, (REPUBLISH, ACT), context())
    assert await log.pool.fetchval("SELECT count(*) FROM es.again") == 0


async def test_o1_what_became_of_a_fact_is_told_by_reader(log: Database, way: Way) -> None:
    for reader in ("notes", "slow", "log"):
        metrics.LAG.labels(reader)  # so it runs here
    await parked(log)
    await log.pool.execute(
        "INSERT INTO inbox.checkpoint (consumer, topic, part, logpos) VALUES"
        " ('notes', $1, 0, 9), ('slow', $1, 0, 3), ('log', 'log:things', 0, 9), ('others', 'x', 0, 9)",
        TOPIC,
    )
    await log.pool.execute(
        "INSERT INTO inbox.discarded_event (consumer, stream_id, version, headers, value, error, discarded_by)"
        " VALUES ('notes', $1, 5, '{}', '', '', 'operator:mori')",
        STREAM,
    )

    async def at(position: int, version: int) -> dict[str, str]:
        marks = [mark(position, version=version), mark(position, version=version, topic="log:things")]
        told = await way("operator").post("/internal/ops/readers", {"marks": marks}, (READ,), context())
        return {one["consumer"]: one["stage"] for one in told.body["items"]}

    assert await at(4, 1) == {"notes": "APPLIED", "slow": "WAITING", "log": "APPLIED"}
    assert (await at(9, 3))["notes"] == "PARKED"
    assert (await at(9, 5))["notes"] == "DISCARDED"


async def test_o1_publishing_again_is_counted_first_and_then_begun(log: Database, way: Way) -> None:
    await log.write([STREAM] * 5)
    await publish(log, 5)
    counted = (await way("operator").post(AGAIN, {"first": 2, "dryRun": True}, (ACT,), context())).body
    assert counted == {"first": 2, "events": 4, "tenants": 1, "streams": 1}
    assert (await way("operator").get("/internal/ops/publishing", (READ,), context())).body == {"items": []}
    await way("operator").post(AGAIN, {"since": "2020-01-01T00:00:00Z", "partition": 2}, (ACT,), context())
    (one,) = (await way("operator").get("/internal/ops/publishing", (READ,), context())).body["items"]
    assert (one["first"], one["parts"], one["doneAt"]) == (1, [2], None)
    with pytest.raises(Refused):
        await way("operator").post(AGAIN, {"first": 1}, (ACT,), context())


@pytest.mark.parametrize(
    "body", [{}, {"first": 0}, {"first": 1, "since": "2020-01-01T00:00:00Z"}, {"first": 1, "partition": 6}]
)
async def test_o1_nonsense_begins_nothing(log: Database, way: Way, body: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await way("operator").post(AGAIN, body, (ACT,), context())
    assert await log.pool.fetchval("SELECT count(*) FROM es.again") == 0


AGAIN = "/internal/ops/publish-again"
