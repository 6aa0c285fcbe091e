"""What every service's HTTP side does with a request before and after its routes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, BackgroundTasks, Depends
from fastapi.responses import StreamingResponse
from prometheus_client import REGISTRY

from kernel.adapters.http.app import create_app
from kernel.adapters.http.body import Body
from kernel.adapters.http.entrance import LARGEST, is_deep
from kernel.adapters.http.tokens import Caller, Signer, Verifier, caller
from kernel.domain.errors import Refused
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
router = APIRouter()


class Note(Body):
    """A note."""

    text: str
    tags: tuple[Any, ...] = ()


@router.post("/notes")
async def take(body: Note) -> dict[str, int]:
    """Take a note."""
    return {"length": len(body.text)}


@router.get("/notes/{number}")
async def show(number: int, who: Annotated[Caller, Depends(caller("notes:read"))]) -> dict[str, Any]:
    """Show a note."""
    if number == 0:
        raise Refused("nothing has the number 0", first_number=1)
    return {"number": number, "for": who.subject}


@router.get("/broken")
async def broken() -> None:
    """Fail as only a bug does."""
    raise RuntimeError("postgresql://user:password@host")


@router.get("/behind", include_in_schema=False)
async def behind(tasks: BackgroundTasks) -> None:
    """Go on behind the answer."""
    tasks.add_task(asyncio.sleep, 0.5)


@router.get("/open", include_in_schema=False)
async def stays_open() -> StreamingResponse:
    """Tell something, and more of it later."""

    async def told() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        await asyncio.sleep(0.5)
        yield "data: 2\n\n"

    return StreamingResponse(told(), media_type="text/event-stream")


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app("notes", [router])
    app.state.verifier = Verifier(PUBLIC, "notes", {"gateway": frozenset({"notes:read"})})
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://notes") as client:
        yield client


def bearer(*scopes: str) -> dict[str, str]:
    return {"Authorization": "Bearer " + Signer("gateway", PRIVATE["gateway"]).token("notes", "user:7", scopes)}


async def test_a_caller_with_the_scope_is_let_in(http: httpx.AsyncClient) -> None:
    answer = await http.get("/notes/5", headers=bearer("notes:read"))
    assert (answer.status_code, answer.json()) == (200, {"number": 5, "for": "user:7"})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic b3BlcmF0b3I6eA==", "Bearer a.b.c", "a.b.c"])
async def test_v9_a_caller_without_a_token_is_asked_for_one(http: httpx.AsyncClient, header: str) -> None:
    answer = await http.get("/notes/5", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_v9_a_caller_without_the_scope_is_turned_away(http: httpx.AsyncClient) -> None:
    answer = await http.get("/notes/5", headers=bearer("notes:write"))
    assert (answer.status_code, answer.json()["code"]) == (403, "denied")


async def test_headers_that_claim_an_identity_are_worth_nothing(http: httpx.AsyncClient) -> None:
    headers = {"X-User": "user:7", "X-Forwarded-User": "user:7", "X-Tenant-Id": "7", "X-Scopes": "notes:read"}
    assert (await http.get("/notes/5", headers=headers)).status_code == 401


async def test_a_refusal_is_a_problem(http: httpx.AsyncClient) -> None:
    answer = await http.get("/notes/0", headers=bearer("notes:read"))
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["status"], told["code"], told["firstNumber"]) == (409, "refused", 1)
    assert len(told["traceId"]) == 32


async def test_bad_fields_are_told_all_at_once_without_their_content(http: httpx.AsyncClient) -> None:
    answer = await http.post("/notes", json={"text": 5, "pasword": "hunter2"})
    assert answer.status_code == 422
    assert {(one["pointer"], one["code"]) for one in answer.json()["errors"]} == {
        ("/text", "wrong-type"),
        ("/pasword", "unknown-field"),
    }
    assert "hunter2" not in answer.text


async def test_a_failure_tells_nothing_of_our_insides(http: httpx.AsyncClient) -> None:
    answer = await http.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "postgresql" not in answer.text


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/notes/", "/none"])
async def test_nothing_is_served_but_the_routes(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_the_description_is_openapi_3_1() -> None:
    document = create_app("notes", [router]).openapi()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {"/notes", "/notes/{number}", "/broken"}


async def test_a11_a_body_too_large_is_turned_away(http: httpx.AsyncClient) -> None:
    told = await http.post("/notes", content=b"x" * (LARGEST + 1))

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1000 + 1):
            yield b"x" * 1000

    untold = await http.post("/notes", content=pieces())
    assert (told.status_code, told.json()["code"]) == (untold.status_code, untold.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("body", [b"[" * 1000, b'{"text": "x", "tags": ' + b"[" * 33 + b"]" * 33 + b"}"])
async def test_a11_json_nested_too_deeply_is_turned_away(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/notes", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "too-deep")


async def test_a11_brackets_in_a_text_are_text(http: httpx.AsyncClient) -> None:
    assert (await http.post("/notes", json={"text": '[{"' * 500})).json() == {"length": 1500}


def test_depth_is_counted_not_brackets() -> None:
    assert not is_deep(b"[]" * 100)
    assert not is_deep(b"[" * 32 + b"]" * 32)
    assert is_deep(b"[" * 33)


async def test_requests_are_counted_by_route_and_never_by_path(http: httpx.AsyncClient) -> None:
    for number in (11, 12):
        await http.get(f"/notes/{number}", headers=bearer("notes:read"))
    await http.get("/somewhere/nobody/knows")
    counted = [sample.labels for metric in REGISTRY.collect() for sample in metric.samples if "route" in sample.labels]
    routes = {labels["route"] for labels in counted}
    assert {"/notes/{number}", "none"} <= routes
    assert not any(char in route for route in routes for char in ("11", "nobody"))


@pytest.mark.parametrize("path", ["/behind", "/open"])
async def test_o1_what_goes_on_behind_or_after_the_beginning_of_an_answer_counts_as_no_time_that_anybody_waited(
    http: httpx.AsyncClient, path: str
) -> None:
    labels = {"method": "GET", "route": path}
    before = REGISTRY.get_sample_value("http_request_duration_seconds_sum", labels) or 0.0
    assert (await http.get(path)).status_code == 200
    assert (REGISTRY.get_sample_value("http_request_duration_seconds_count", labels) or 0) >= 1
    took = (REGISTRY.get_sample_value("http_request_duration_seconds_sum", labels) or 0.0) - before
    assert took < 0.5
