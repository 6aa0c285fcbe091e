"""Calls about readers and one parked stream: what is sent and comes, and that what a fact says keeps its names."""

from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from gateway.clients.ops import OperatedService, OwnProcess
from kernel.adapters.codec import Facts
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.ops import FlowReply, Operated
from kernel.adapters.http.ops_parked import ParkedWholeReply
from kernel.application.parking import Chosen
from kernel.domain.context import NOBODY
from kernel.domain.errors import NotFound, Unavailable
from kernel.testing.keyring import FakeKeyring
from tests.unit.gateway.fakes import USER
from tests.unit.gateway.fakes_ops import PARKED, SECRET_NAME, parked, whole
from tests.unit.gateway.flows import flow, foreign
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.test_clients_people import Reply, Wire
from tests.unit.gateway.viewers import session
from tests.unit.kernel.test_ops import NAME, STREAM, Kept
from tests.unit.kernel.test_watching import Said


def told(*, unmask: bool) -> dict[str, Any]:
    body = ParkedWholeReply.model_validate(whole(parked(), unmask=unmask)).model_dump(mode="json")
    body["told"]["data"]["thing_name"] = "as it is"
    return body


async def test_o3_what_a_reader_passed_by_comes_from_its_process_and_nothing_from_one_of_before() -> None:
    several = [flow(foreign=foreign()), flow()]
    bodies = [FlowReply.model_validate(one).model_dump(mode="json", by_alias=True) for one in several]
    assert bodies[1].pop("foreign") is None
    made = Wire(Reply({"items": bodies}))
    assert list(await OperatedService(cast("ServiceClient", made)).flows(session(), ASKED)) == several


async def test_one_parked_stream_is_asked_for_by_who_may_look_and_its_fact_keeps_the_names_it_has() -> None:
    made = Wire(Reply(told(unmask=False)))
    found = await OperatedService(cast("ServiceClient", made)).whole(session(), "users.a b", PARKED, ASKED)
    assert (found.stream, found.as_it_came) == (parked(), None)
    assert set(found.told.data) == {"contractId", "name", "token", "thing_name"}
    ((verb, path, _, scopes, by),) = [call[:5] for call in made.calls]
    assert (verb, path, scopes) == ("GET", f"/internal/ops/parked/users.a%20b/{PARKED}", ("ops:read",))
    assert by.tenant_id == NOBODY


async def test_the_very_version_is_asked_for_as_it_came_by_who_may_act() -> None:
    made = Wire(Reply(told(unmask=True)))
    found = await OperatedService(cast("ServiceClient", made)).unmasked(session(), "users.contracts", PARKED, 4, ASKED)
    assert found.as_it_came is not None
    assert SECRET_NAME in found.as_it_came.text
    ((verb, path, scopes),) = [(call[0], call[1], call[3]) for call in made.calls]
    assert (verb, scopes) == ("POST", ("ops:act",))
    assert path == f"/internal/ops/parked/users.contracts/{PARKED}/4/unmasked"


async def test_an_answer_that_is_none_is_an_absence() -> None:
    made = Wire(Reply({"told": {"data": {}}}))
    with pytest.raises(Unavailable):
        await OperatedService(cast("ServiceClient", made)).whole(session(), "users.contracts", PARKED, ASKED)


async def test_the_gateways_own_parked_stream_is_covered_and_shown_alike() -> None:
    own = OwnProcess(Operated(Said().watch, Kept(), Facts((), None), FakeKeyring()))
    found = await own.whole(session(), "projector", STREAM, ASKED)
    assert (found.told.data["thing_name"], found.as_it_came) == (None, None)
    shown = await own.unmasked(session(), "projector", STREAM, 4, ASKED)
    assert shown.as_it_came is not None
    assert NAME in shown.as_it_came.text
    with pytest.raises(NotFound):
        await own.unmasked(session(), "projector", STREAM, 5, ASKED)


async def test_o1_what_is_shown_or_done_of_the_gateways_own_parked_streams_is_in_its_log_as_in_any_other() -> None:
    own = OwnProcess(Operated(Said().watch, Kept(), Facts((), None), FakeKeyring()))
    chosen = Chosen(consumer="projector", streams=(STREAM,))
    with capture_logs() as said:
        await own.unmasked(session(), "projector", STREAM, 4, ASKED)
        for dry_run in (True, False):
            await own.retry(session(), chosen, ASKED, dry_run=dry_run)
            await own.discard(session(), chosen, "a test order", ASKED, dry_run=dry_run)
    assert [one["event"] for one in said] == ["parked.unmasked", "parking.retried", "parking.discarded"]
    assert {one["by"] for one in said} == {f"user:{USER}"}
    assert NAME not in str(said)
