"""The short way answers exactly as the framework does."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from joserfc.jwk import OKPKey
from pydantic import Field

from kernel.adapters.http.app import create_app
from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.commands import Asked, asked, placed
from kernel.adapters.http.express import Express, NotPlain
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.domain.errors import Refused
from kernel.domain.recorded import LogPosition

KEY = OKPKey.generate_key("Ed25519")
KEYS = {"keys": [KEY.as_dict(private=False) | {"kid": "caller"}]}
GOOD = {
    "Content-Type": "application/json",
    "Idempotency-Key": "an-idempotency-key-of-a-test",
    "X-Correlation-Id": "018f0000-0000-7000-8000-000000000001",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


class Wish(Body):
    """What is asked for."""

    name: str = Field(min_length=1, max_length=8)
    count: int = 1


class Granted(Reply):
    """What was given."""

    full_name: str
    asked_by: str
    command_id: UUID | None


class Taken(Refused):
    """Somebody else has it."""

    code = "taken"


By = Annotated[Asked, Depends(asked("wish"))]


async def grant(body: Wish, by: By, request: Request, response: Response) -> Granted:
    """Grant a wish."""
    if body.name == "taken":
        raise Taken("not this one")
    if body.name == "broken":
        raise ValueError("a mistake of ours")
    placed(response, LogPosition(service="wishes", epoch=1, partition=2, position=3))
    return Granted(full_name=f"{body.name} {request.method}", asked_by=by.caller.subject, command_id=by.command_id)


def application(*busy: Any) -> FastAPI:
    """Return an application with one route."""
    router = APIRouter(prefix="/api")
    router.post("/wishes", status_code=201)(grant)
    app = create_app("wishes", [router], busy=busy)
    app.state.verifier = Verifier(KEYS, "wishes", {"caller": frozenset({"wish"})})
    return app


async def answer(app: FastAPI, content: bytes, headers: Mapping[str, str], query: str = "") -> tuple[int, Any, Any]:
    """Return status, headers and body of a call."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://wishes") as client:
        said = await client.post(f"/api/wishes{query}", content=content, headers=headers)
    return said.status_code, dict(said.headers), said.content


def token(*scopes: str) -> dict[str, str]:
    """Return the header that shows a token."""
    signer = Signer("caller", KEY.as_dict(private=True) | {"kid": "caller"})
    return {"Authorization": f"Bearer {signer.token('wishes', 'user:1', scopes)}"}


@pytest.mark.parametrize(
    ("content", "headers", "query"),
    [
        pytest.param(b'{"name": "a boat"}', {}, "", id="as agreed"),
        pytest.param('{"name": "舟", "count": 2}'.encode(), {}, "", id="beyond ASCII"),
        pytest.param(b'{"name": "a boat"}', {"Content-Type": "application/json; charset=utf-8"}, "", id="with charset"),
        pytest.param(b'{"name": "a boat"}', {}, "?x=1", id="with a query"),
        pytest.param(b'{"name": "taken"}', {}, "", id="refused"),
        pytest.param(b'{"name": "broken"}', {}, "", id="our mistake"),
        pytest.param(b'{"name": ""}', {}, "", id="too short"),
        pytest.param(b'{"name": "a\\u0000b"}', {}, "", id="control character"),
        pytest.param(b'{"name": "\\ud800"}', {}, "", id="half a character"),
        pytest.param(b'{"nmae": "a boat"}', {}, "", id="unknown field"),
        pytest.param(b'{"name": ', {}, "", id="no JSON"),
        pytest.param(b"[]", {}, "", id="no object"),
        pytest.param(b"", {}, "", id="nothing"),
        pytest.param(b'{"name": "a boat"}', {"Content-Type": "text/plain"}, "", id="another type"),
        pytest.param(b'{"name": "a boat"}', {"Idempotency-Key": ""}, "", id="a bad key"),
        pytest.param(b'{"name": "a boat"}', {"Authorization": "Bearer none"}, "", id="a bad token"),
        pytest.param(b'{"name": "a boat"}', {"Authorization": ""}, "", id="no token"),
        pytest.param(b'{"name": "a boat"}', token("other"), "", id="another scope"),
    ],
)
async def test_the_short_way_answers_as_the_framework_does(content: bytes, headers: dict[str, str], query: str) -> None:
    asked_with = {**GOOD, **token("wish"), **headers}

    short = await answer(application(grant), content, asked_with, query)

    assert short == await answer(application(), content, asked_with, query)


async def test_a_call_of_another_kind_goes_the_usual_way() -> None:
    transport = httpx.ASGITransport(application(grant))
    async with httpx.AsyncClient(transport=transport, base_url="http://wishes") as client:
        said = await client.get("/api/wishes")

    assert said.status_code == 405


async def by_path(number: int, body: Wish) -> Granted:
    """Take something from the path."""
    return Granted(full_name=f"{body.name} {number}", asked_by="", command_id=None)


def at_once(body: Wish) -> Granted:
    """Answer without ever waiting."""
    return Granted(full_name=body.name, asked_by="", command_id=None)


@pytest.mark.parametrize(("path", "function"), [("/{number}", by_path), ("/at-once", at_once)])
def test_a_route_that_only_the_framework_can_answer_is_not_taken_over(path: str, function: Any) -> None:
    router = APIRouter()
    router.post(path)(function)

    with pytest.raises(NotPlain):
        Express(FastAPI(), router.routes)  # type: ignore[arg-type] - all of them are routes of the API
