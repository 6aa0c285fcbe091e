"""Calls about deeds and refusals: what is asked for, in whose name, and how the answer is read."""

from typing import cast
from uuid import UUID

from gateway.clients.ops import RecordedDeeds
from gateway.clients.ops_deeds import DeedBookClient
from kernel.adapters.http.client import ServiceClient
from kernel.application.parking import Chosen
from kernel.domain.context import PLATFORM
from tests.unit.gateway.fakes import TENANT, USER
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.test_clients_people import Reply, Wire
from tests.unit.gateway.viewers import session

ONE = {
    "position": 7,
    "streamId": str(USER),
    "version": 3,
    "at": "2026-04-01T09:00:00Z",
    "userId": str(USER),
    "companyId": None,
    "what": "DISCARD",
    "refused": False,
    "consumer": "users.contracts",
    "error": None,
    "streams": [str(USER)],
    "about": None,
    "reason": "a test order",
}


async def test_o1_deeds_are_asked_for_from_before_a_place() -> None:
    made = Wire(Reply({"items": [ONE]}))
    (one,) = await DeedBookClient(cast("ServiceClient", made)).page(session(), 51, 9, ASKED)
    assert (one.position, one.what, one.streams, one.company_id) == (7, "DISCARD", (USER,), None)
    ((path, scopes),) = [(call[1], call[3]) for call in made.calls]
    assert (path, scopes) == ("/internal/operators/deeds?limit=51&before=9", ("ops:read",))


async def test_o1_each_call_that_records_a_deed_names_itself_and_says_the_same_wish_for_the_same_key() -> None:
    made = Wire(Reply({"version": 1, "fresh": True}))
    for _ in range(2):
        assert await RecordedDeeds(cast("ServiceClient", made)).record(session(), "RETRY", Chosen(), "mended", ASKED)
    first, second = made.calls
    (path, attempt), (_, another) = (call[1].split("?attempt=") for call in (first, second))
    assert (path, first[2:5]) == (f"/internal/operators/{USER}/deeds", second[2:5])
    assert UUID(attempt) != UUID(another)


async def test_o1_a_refusal_is_noted_in_the_name_of_who_was_refused() -> None:
    made = Wire(Reply({"version": 1, "fresh": True}))
    await DeedBookClient(cast("ServiceClient", made)).refused(session(), "opsStreams", ASKED)
    ((path, body, scopes, by),) = [(call[1], call[2], call[3], call[4]) for call in made.calls]
    assert (path, scopes) == (f"/internal/operators/{USER}/refusals", ("operators:deed",))
    assert body == {"companyId": str(TENANT), "operation": "opsStreams"}
    assert (by.actor, by.tenant_id) == (f"user:{USER}", PLATFORM)
