"""Looking and changing over HTTP: null is not the same as nothing, and a change may start from a version only."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, Header
from pydantic import Field

from kernel.adapters.http.app import create_app
from kernel.adapters.http.body import Body, unset
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.tokens import Signer, Verifier
from kernel.adapters.listening import Listener
from kernel.domain.context import Context
from kernel.domain.errors import Invalid, PreconditionFailed
from tests.unit.kernel.keys import pairs

PRIVATE, PUBLIC = pairs()
SCOPE = ("notes:write",)
ANYBODY = Context(tenant_id=UUID(int=1), actor="user:7", correlation_id=UUID(int=2))


class NoteChanges(Body):
    """What is to be otherwise."""

    title: str = Field(default_factory=unset)
    comment: str | None = None


def routes() -> APIRouter:
    router = APIRouter()
    asking = Annotated[Asked, Depends(asked("notes:write"))]

    @router.get("/notes")
    async def listed(by: asking, q: str = "") -> dict[str, Any]:
        return {"q": q, "key": by.command_id and str(by.command_id)}

    @router.patch("/notes/1")
    @router.put("/notes/1")
    async def change(body: NoteChanges, by: asking, if_match: Annotated[str | None, Header()] = None) -> dict[str, Any]:
        _ = by
        if if_match not in (None, '"3"'):
            raise PreconditionFailed
        return {"changed": body.model_dump(by_alias=True, exclude_unset=True), "ifMatch": if_match}

    return router


@pytest.fixture
async def client() -> AsyncIterator[ServiceClient]:
    app = create_app("notes", [routes()])
    app.state.verifier = Verifier(PUBLIC, "notes", {"gateway": frozenset(SCOPE)})
    async with Listener(app, "127.0.0.1", 0) as listener:
        made = ServiceClient(f"http://127.0.0.1:{listener.port}", Signer("gateway", PRIVATE["gateway"]), "notes")
        yield made
        await made.close()


async def test_looking_carries_a_query_and_needs_no_key(client: ServiceClient) -> None:
    answer = await client.get("/notes?q=%E9%88%B4%E6%9C%A8", SCOPE, ANYBODY)
    assert (answer.status, answer.body, answer.positions) == (200, {"q": "鈴木", "key": None}, ())


@pytest.mark.parametrize("sent", [{}, {"title": "a"}, {"comment": None}, {"title": "a", "comment": "b"}])
async def test_a_field_that_was_not_sent_is_not_the_same_as_null(client: ServiceClient, sent: dict[str, Any]) -> None:
    answer = await client.patch("/notes/1", sent, SCOPE, ANYBODY)
    assert answer.body == {"changed": sent, "ifMatch": None}


async def test_null_is_refused_where_a_field_must_hold_something(client: ServiceClient) -> None:
    with pytest.raises(Invalid) as refused:
        await client.patch("/notes/1", {"title": None}, SCOPE, ANYBODY)
    assert refused.value.extra["errors"][0]["pointer"] == "/title"


@pytest.mark.parametrize("verb", ["put", "patch"])
async def test_m7_a_change_that_starts_from_an_old_version_is_refused(client: ServiceClient, verb: str) -> None:
    change = getattr(client, verb)
    answer = await change("/notes/1", {"title": "a"}, SCOPE, ANYBODY, if_match='"3"')
    assert answer.body["ifMatch"] == '"3"'
    with pytest.raises(PreconditionFailed) as stale:
        await change("/notes/1", {"title": "a"}, SCOPE, ANYBODY, if_match='"2"')
    assert stale.value.code == "stale"
