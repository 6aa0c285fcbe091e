"""A command over HTTP from one service to another: what goes along, how it arrives, how a refusal comes back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, Response

from kernel.adapters.http.answers import error_of
from kernel.adapters.http.app import create_app
from kernel.adapters.http.body import Body
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.commands import Asked, asked, placed
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.listening import Listener
from kernel.adapters.telemetry import trace
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import (
    ClaimTaken,
    Denied,
    Gone,
    Invalid,
    Locked,
    NotFound,
    PortalError,
    Refused,
    StreamMoved,
    TooManyTries,
    Unauthenticated,
    Unavailable,
)
from kernel.domain.recorded import LogPosition
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
TENANT, CORRELATION, COMMAND = (UUID(f"019abcde-0000-7000-8000-00000000000{n}") for n in (1, 2, 3))
PLACE = LogPosition(service="notes", epoch=1, partition=2, position=7)
SCOPE = ("notes:write",)


class NoteTaken(Refused):
    """The note is there already."""

    code = "note-taken"


class WrongCode(Denied):
    """The code is wrong."""

    code = "code-wrong"


class LoginGone(Unauthenticated):
    """The login has expired."""

    code = "login-expired"


class Busy(Unavailable):
    """Too much to do."""

    code = "busy"


class Note(Body):
    """A note."""

    text: str


@dataclass
class Notes:
    """A service that keeps what it was asked, and refuses what it is told to."""

    refusal: PortalError | None = None
    heard: list[Asked] = field(default_factory=list)

    def routes(self) -> APIRouter:
        router = APIRouter()
        asking = Annotated[Asked, Depends(asked("notes:write"))]

        @router.post("/notes", status_code=201)
        async def take(body: Note, by: asking, response: Response) -> dict[str, str]:
            self.heard.append(by)
            if self.refusal:
                raise self.refusal
            placed(response, PLACE)
            return {"text": body.text}

        @router.put("/notes/{number}")
        async def change(number: int, body: Note, by: asking) -> dict[str, Any]:
            self.heard.append(by)
            return {"number": number, "text": body.text}

        @router.delete("/notes/{number}", status_code=204)
        async def drop(number: int, by: asking) -> None:
            _ = number
            self.heard.append(by)

        return router


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def url(notes: Notes) -> AsyncIterator[str]:
    app = create_app("notes", [notes.routes()])
    app.state.verifier = Verifier(PUBLIC, "notes", {"gateway": frozenset(SCOPE), "users": frozenset()})
    async with Listener(app, "127.0.0.1", 0) as listener:
        yield f"http://127.0.0.1:{listener.port}"


@pytest.fixture
async def client(url: str) -> AsyncIterator[ServiceClient]:
    made = ServiceClient(url, Signer("gateway", PRIVATE["gateway"]), "notes")
    yield made
    await made.close()


def context(command_id: UUID | None = COMMAND, tenant_id: UUID = TENANT, traceparent: str | None = None) -> Context:
    return Context(
        tenant_id=tenant_id,
        actor="user:7",
        correlation_id=CORRELATION,
        command_id=command_id,
        traceparent=traceparent,
    )


async def test_a11_half_a_character_arrives_as_it_was_sent_and_is_refused_there(client: ServiceClient) -> None:
    with pytest.raises(Invalid) as refused:
        await client.post("/notes", {"text": "電話\ud800"}, SCOPE, context())
    assert [(one["pointer"], one["code"]) for one in refused.value.extra["errors"]] == [("/text", "malformed")]


async def test_a_command_arrives_with_its_circumstances(client: ServiceClient, notes: Notes) -> None:
    caller_trace = trace.text(trace.enter(None))
    answer = await client.post("/notes", {"text": "電話番号"}, SCOPE, context(traceparent=caller_trace))
    assert (answer.status, answer.body, answer.position) == (201, {"text": "電話番号"}, PLACE)
    by = notes.heard[0].context()
    assert (by.actor, by.tenant_id, by.correlation_id) == ("user:7", TENANT, CORRELATION)
    assert by.traceparent is not None
    assert by.traceparent.split("-")[1] == caller_trace.split("-")[1]
    assert by.traceparent != caller_trace


async def test_what_concerns_no_tenant_names_none(client: ServiceClient, notes: Notes) -> None:
    await client.post("/notes", {"text": "x"}, SCOPE, context(tenant_id=NOBODY))
    assert notes.heard[0].caller.tenant_id is None
    assert notes.heard[0].context().tenant_id == NOBODY
    assert notes.heard[0].context(TENANT).tenant_id == TENANT


async def test_m7_the_same_wish_has_the_same_command_id_and_content(client: ServiceClient, notes: Notes) -> None:
    for text in ("one", "one", "two"):
        await client.post("/notes", {"text": text}, SCOPE, context())
    first, again, other = notes.heard
    assert first.command_id == again.command_id == other.command_id is not None
    assert first.content == again.content != other.content


async def test_m7_a_key_counts_for_one_call_alone(client: ServiceClient, notes: Notes) -> None:
    await client.post("/notes", {"text": "x"}, SCOPE, context())
    await client.put("/notes/1", {"text": "x"}, SCOPE, context())
    await client.put("/notes/2", {"text": "x"}, SCOPE, context())
    await client.delete("/notes/2", SCOPE, context())
    assert len({one.command_id for one in notes.heard}) == 4


async def test_m7_a_post_without_a_key_is_refused_and_a_put_is_not(client: ServiceClient, notes: Notes) -> None:
    with pytest.raises(Invalid) as refusal:
        await client.post("/notes", {"text": "x"}, SCOPE, context(None))
    assert refusal.value.code == "idempotency-key-missing"
    await client.put("/notes/1", {"text": "x"}, SCOPE, context(None))
    assert (notes.heard[0].command_id, notes.heard[0].content) == (None, None)


async def test_an_answer_without_content_is_an_empty_one(client: ServiceClient) -> None:
    answer = await client.delete("/notes/1", SCOPE, context())
    assert (answer.status, answer.body, answer.position) == (204, {}, None)


REFUSALS: list[tuple[PortalError, type[PortalError]]] = [
    (NoteTaken(), Refused),
    (WrongCode(tries_left=3), Denied),
    (LoginGone(), Unauthenticated),
    (NotFound(), NotFound),
    (Gone(), Gone),
    (Locked(), Locked),
    (Invalid(errors=[{"pointer": "/text", "code": "too-long", "detail": "Too long"}]), Invalid),
    (TooManyTries(retry_after=17), TooManyTries),
    (StreamMoved(), StreamMoved),
    (ClaimTaken(), ClaimTaken),
    (Busy(), Unavailable),
]


@pytest.mark.parametrize(("refusal", "kind"), REFUSALS, ids=lambda value: getattr(value, "code", None))
async def test_a_refusal_comes_back_as_its_kind_with_its_code(
    client: ServiceClient, notes: Notes, refusal: PortalError, kind: type[PortalError]
) -> None:
    notes.refusal = refusal
    with pytest.raises(kind) as raised:
        await client.post("/notes", {"text": "x"}, SCOPE, context())
    assert raised.value.code == refusal.code
    said = dict(raised.value.extra)
    if kind is Unavailable:
        assert said.pop("retry_after") == 1
    assert said == refusal.extra


async def test_the_words_of_a_refusal_come_along(client: ServiceClient, notes: Notes) -> None:
    notes.refusal = NoteTaken("it is number 7")
    with pytest.raises(Refused, match="it is number 7"):
        await client.post("/notes", {"text": "x"}, SCOPE, context())


@pytest.mark.parametrize("scopes", [(), ("notes:read",)])
async def test_when_our_own_token_is_refused_the_caller_is_not_blamed(client: ServiceClient, scopes: Any) -> None:
    with pytest.raises(Unavailable) as refusal:
        await client.post("/notes", {"text": "x"}, scopes, context())
    assert refusal.value.code == "unavailable"


@pytest.mark.parametrize("issuer", ["users", "operator"])
async def test_v9_who_may_not_give_the_scope_is_not_let_in(url: str, notes: Notes, issuer: str) -> None:
    other = ServiceClient(url, Signer(issuer, PRIVATE[issuer]), "notes")
    with pytest.raises(Unavailable):
        await other.post("/notes", {"text": "x"}, SCOPE, context())
    await other.close()
    assert notes.heard == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_service_that_fails_is_unavailable_and_says_nothing_of_its_insides(
    client: ServiceClient, notes: Notes
) -> None:
    class Broken(PortalError):
        code = "inside"

    notes.refusal = Broken("SELECT secret FROM vault")
    with pytest.raises(Unavailable) as trouble:
        await client.post("/notes", {"text": "x"}, SCOPE, context())
    assert "vault" not in f"{trouble.value!r} {trouble.value.extra}"


async def test_a_service_that_is_not_there_is_unavailable() -> None:
    client = ServiceClient("http://127.0.0.1:9", Signer("gateway", PRIVATE["gateway"]), "notes")
    with pytest.raises(Unavailable, match="notes does not answer"):
        await client.post("/notes", {"text": "secret text"}, SCOPE, context())
    await client.close()


async def test_who_asks_waits_no_longer_than_they_have_time_for() -> None:
    hung = asyncio.Event()

    async def hangs(_reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        await hung.wait()
        writes.close()

    async with await asyncio.start_server(hangs, "127.0.0.1", 0) as frozen:
        url = f"http://127.0.0.1:{frozen.sockets[0].getsockname()[1]}"
        client = ServiceClient(url, Signer("gateway", PRIVATE["gateway"]), "notes")
        async with asyncio.timeout(5):
            for ask in (
                client.get("/notes", SCOPE, context(), within=0.05),
                client.post("/notes/found", {}, SCOPE, context(), within=0.05),
            ):
                with pytest.raises(Unavailable, match="notes does not answer"):
                    await ask
        await client.close()
        hung.set()


@pytest.mark.parametrize("path", ["/elsewhere", "/notes/x"])
async def test_a_call_that_the_service_does_not_know_is_no_success(client: ServiceClient, path: str) -> None:
    with pytest.raises(PortalError):
        await client.put(path, {"text": "x"}, SCOPE, context())


ANSWERS: list[Mapping[str, Any]] = [{}, {"code": 7}, {"code": "<script>"}, {"code": "x" * 61}, {"code": ""}]


@pytest.mark.parametrize("problem", ANSWERS)
def test_an_answer_that_is_no_problem_of_ours_keeps_the_kinds_own_code(problem: Mapping[str, Any]) -> None:
    assert error_of("notes", 409, problem).code == "refused"
    assert error_of("notes", 502, problem).code == "unavailable"
    assert isinstance(error_of("notes", 405, problem), Unavailable)
