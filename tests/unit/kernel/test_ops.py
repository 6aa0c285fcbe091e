"""The routes of /internal/ops, over parked streams and places that a test says."""

import os
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from kernel.adapters.codec import Facts
from kernel.adapters.http.app import create_app
from kernel.adapters.http.internal import OPS
from kernel.adapters.http.ops import ACT, READ, Operated, ops_routes
from kernel.adapters.http.ops_again import AgainBody
from kernel.adapters.http.ops_parked import parked_routes
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.kafka import metrics
from kernel.application.parking import After, Chosen, ParkedFact, ParkedGroup, ParkedStream, Reach, detail_of, kind_of
from kernel.domain.errors import NotFound
from kernel.testing.keyring import FakeKeyring
from tests.unit.kernel.keys import pairs
from tests.unit.kernel.test_watching import Said

PRIVATE, PUBLIC = pairs()
STREAM = uuid4()
SINCE = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)
NAME = "佐藤 花子"
VALUE = f'{{"thingId":"{STREAM}","thing_name":"{NAME}","token":"t"}}'.encode()


class Kept:
    """Parked streams in memory: one."""

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []

    async def groups(self) -> list[ParkedGroup]:
        return [ParkedGroup(consumer="projector", error="Unreadable", streams=1, since=SINCE)]

    async def page(self, chosen: Chosen, limit: int, after: After | None = None) -> list[ParkedStream]:
        self.done.append(("page", chosen, limit, after))
        one = ParkedStream(
            consumer="projector",
            stream_id=STREAM,
            topic="portal.contracts.events.v1",
            part=3,
            since=SINCE,
            error="Unreadable",
            detail="not JSON",
            events=2,
        )
        return [one]

    async def first(self, consumer: str, stream_id: UUID) -> ParkedFact:
        if (consumer, stream_id) != ("projector", STREAM):
            raise NotFound("nothing of this stream is parked")
        (stream,) = await self.page(Chosen(), 1)
        return ParkedFact(stream=replace(stream, version=4), reason=f"KeyError({NAME!r})", data=VALUE)

    async def reach(self, _chosen: Chosen) -> Reach:
        return Reach(streams=1, events=2)

    async def retry(self, chosen: Chosen) -> Reach:
        self.done.append(("retry", chosen))
        return Reach(streams=1, events=2)

    async def discard(self, chosen: Chosen, by: str, reason: str) -> Reach:
        self.done.append(("discard", chosen, by, reason))
        return Reach(streams=1, events=2)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def http(kept: Kept) -> AsyncIterator[httpx.AsyncClient]:
    operated = Operated(Said().watch, kept, Facts((), None), FakeKeyring())
    app = create_app("gateway", [ops_routes(operated), parked_routes(operated)])
    app.state.verifier = Verifier(PUBLIC, "gateway", {"operator": OPS})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield client


def bearer(issuer: str = "operator", scope: str = f"{READ} {ACT}") -> dict[str, str]:
    token = Signer(issuer, PRIVATE[issuer]).token("gateway", "operator:mori", scope.split())
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}


GETS = ("/internal/ops/streams", "/internal/ops/parked/groups", "/internal/ops/parked", "/internal/ops/process")
POSTS = ("/internal/ops/parked/retry", "/internal/ops/parked/discard")
ONE = f"/internal/ops/parked/projector/{STREAM}"
UNMASKED = f"{ONE}/4/unmasked"
DISCARD = {"consumer": "projector", "streams": [str(STREAM)], "reason": "a test order"}


async def test_what_is_parked_is_listed_as_every_process_lists_it(http: httpx.AsyncClient, kept: Kept) -> None:
    query = {"consumer": "projector", "stream": str(STREAM), "limit": "3", "afterSince": SINCE.isoformat()}
    query |= {"afterConsumer": "a", "afterStream": str(STREAM)}
    (one,) = (await http.get(GETS[2], params=query, headers=bearer())).json()["items"]
    assert (one["consumer"], one["streamId"], one["part"], one["events"]) == ("projector", str(STREAM), 3, 2)
    after = After(since=SINCE, consumer="a", stream_id=STREAM)
    assert kept.done == [("page", Chosen(consumer="projector", streams=(STREAM,)), 3, after)]


async def test_a11_a_number_is_no_moment_to_go_on_behind(http: httpx.AsyncClient, kept: Kept) -> None:
    for number in ("1764000000", "1.5"):
        query = {"afterSince": number, "afterStream": str(STREAM)}
        assert (await http.get(GETS[2], params=query, headers=bearer())).status_code == 422
    assert kept.done == []


@pytest.mark.parametrize("number", [1764000000, 1.5, "1764000000"])
def test_a11_a_number_is_no_moment_to_publish_again_from(number: object) -> None:
    with pytest.raises(ValidationError):
        AgainBody.model_validate({"since": number})


@pytest.mark.parametrize("name", ["consumer", "error", "afterConsumer"])
async def test_a11_what_no_text_of_ours_holds_is_looked_for_nowhere(
    http: httpx.AsyncClient, kept: Kept, name: str
) -> None:
    refused = await http.get("/internal/ops/parked", params={name: "a\0b"}, headers=bearer())
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [(f"/{name}", "control-character")]
    assert kept.done == []


async def test_readers_are_listed_with_lag_and_verdict(http: httpx.AsyncClient) -> None:
    (one,) = (await http.get(GETS[0], headers=bearer())).json()["items"]
    assert (one["consumer"], one["lag"], one["lagSeconds"], one["verdict"]) == ("notes", 0, 0.0, "OK")


async def test_a_history_is_kept_of_what_the_watch_saw_before(kept: Kept) -> None:
    said = Said()
    app = create_app("gateway", [ops_routes(Operated(said.watch, kept, Facts((), None), FakeKeyring()))])
    app.state.verifier = Verifier(PUBLIC, "gateway", {"operator": OPS})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        for latest, looks in ((True, 1), (True, 1), (False, 2), (True, 2)):
            said.seconds += 1
            told = await client.get(GETS[0], params={"latest": str(latest).lower()}, headers=bearer())
            assert told.json()["items"][0]["consumer"] == "notes"
            assert said.looks == looks


async def test_o1_a_process_says_who_it_is_and_which_readers_run_in_it(http: httpx.AsyncClient) -> None:
    metrics.begin_reading("notes.of-this-process")
    told = (await http.get(GETS[3], headers=bearer())).json()
    assert told["instance"] == f"{socket.gethostname()}:{os.getpid()}"
    assert "notes.of-this-process" in told["readers"]
    assert datetime.fromisoformat(told["since"]) <= datetime.now(UTC)


async def test_who_and_why_come_with_a_discard(http: httpx.AsyncClient, kept: Kept) -> None:
    assert (await http.post(POSTS[1], json=DISCARD, headers=bearer())).json() == {"streams": 1, "events": 2}
    (done,) = kept.done
    assert done == ("discard", Chosen(consumer="projector", streams=(STREAM,)), "operator:mori", "a test order")


@pytest.mark.parametrize("path", POSTS)
async def test_a_dry_run_does_nothing(http: httpx.AsyncClient, kept: Kept, path: str) -> None:
    body = DISCARD if "discard" in path else {}
    told = await http.post(path, json={**body, "dryRun": True}, headers=bearer())
    assert told.json() == {"streams": 1, "events": 2}
    assert kept.done == []


@pytest.mark.parametrize("headers", [{}, bearer("users"), bearer(scope="log:operate")])
async def test_v9_nobody_else_may(http: httpx.AsyncClient, kept: Kept, headers: dict[str, str]) -> None:
    for path in (*GETS, ONE):
        assert (await http.get(path, headers=headers)).status_code in {401, 403}
    assert (await http.post(UNMASKED, json={}, headers=headers)).status_code in {401, 403}
    for path in POSTS:
        assert (await http.post(path, json=DISCARD, headers=headers)).status_code in {401, 403}
    assert not kept.done


async def test_o1_one_parked_stream_is_shown_with_what_its_fact_says_covered(http: httpx.AsyncClient) -> None:
    answer = await http.get(ONE, headers=bearer(scope=READ))
    told = answer.json()
    assert (told["stream"]["streamId"], told["stream"]["events"], told["bytes"]) == (str(STREAM), 2, len(VALUE))
    assert told["told"]["data"] == {"thingId": str(STREAM), "thing_name": None, "token": None}
    assert {one["path"]: one["shown"] for one in told["told"]["covered"]} == {
        "/thing_name": "MASKED",
        "/token": "HIDDEN",
    }
    assert told["asItCame"] is None
    assert NAME not in answer.text


async def test_v9_who_may_act_is_shown_error_text_and_bytes_and_the_log_names_them(http: httpx.AsyncClient) -> None:
    with capture_logs() as said:
        told = (await http.post(UNMASKED, json={}, headers=bearer())).json()
    assert told["asItCame"]["error"] == f"KeyError({NAME!r})"
    assert NAME in told["asItCame"]["text"]
    assert told["asItCame"]["hexDump"].startswith("00000000  7b 22 74 68 69 6e 67 49  64 22 3a")
    assert told["told"]["data"]["thing_name"] == NAME
    (line,) = [one for one in said if one["event"] == "parked.unmasked"]
    assert (line["by"], line["consumer"], line["event_id"]) == ("operator:mori", "projector", f"{STREAM}/4")
    assert NAME not in str(line)


async def test_v9_another_fact_than_the_one_that_is_named_is_not_shown(http: httpx.AsyncClient) -> None:
    for path in (f"{ONE}/5/unmasked", f"/internal/ops/parked/another/{STREAM}/4/unmasked"):
        assert (await http.post(path, json={}, headers=bearer())).status_code == 404
    assert (await http.get(f"/internal/ops/parked/projector/{uuid4()}", headers=bearer())).status_code == 404


@pytest.mark.parametrize("consumer", ["a%00b", "a" * 101])
async def test_a11_what_no_reader_is_called_is_looked_for_nowhere(http: httpx.AsyncClient, consumer: str) -> None:
    path = f"/internal/ops/parked/{consumer}/{STREAM}"
    assert (await http.get(path, headers=bearer())).status_code == 422


async def test_v9_who_may_only_look_may_not_act(http: httpx.AsyncClient, kept: Kept) -> None:
    assert (await http.post(UNMASKED, json={}, headers=bearer(scope=READ))).status_code == 403
    for path in POSTS:
        assert (await http.post(path, json=DISCARD, headers=bearer(scope=READ))).status_code == 403
    assert not kept.done


@pytest.mark.parametrize(
    ("reason", "kind", "detail"),
    [
        ("Unreadable('portal.x.v9 is a version that this reader does not know')", "Unreadable", "portal.x.v9 is a ve"),
        ('Unreadable("it\'s not JSON")', "Unreadable", "it's not JSON"),
        ("Unreadable", "Unreadable", ""),
        ("Refused('hanako@example.co.jp')", "Refused", ""),
        ("asyncpg.exceptions.UniqueViolationError('Key (email)=(x)')", "asyncpg.exceptions.UniqueViolationError", ""),
        ("1 validation error for Happened\nemail\n  input_value='hanako'", "Unknown", ""),
        ("", "Unknown", ""),
    ],
)
def test_v9_only_words_of_our_own_are_shown_of_an_error(reason: str, kind: str, detail: str) -> None:
    assert kind_of(reason) == kind
    assert detail_of(reason).startswith(detail)
    assert bool(detail_of(reason)) == bool(detail)
