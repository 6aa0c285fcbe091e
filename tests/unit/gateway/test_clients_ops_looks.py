"""Calls of the ops console to the processes: how long it waits for each."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

import pytest

from deploy import ops_session
from gateway.application.ops_mails_ports import MailChoice
from gateway.clients.ops import OperatedService
from gateway.clients.ops_deeds import DeedBookClient
from gateway.clients.ops_events import BrowsedService, ReadingService
from gateway.clients.ops_history import SampledService
from gateway.clients.ops_looks import LOOK_SECONDS
from gateway.clients.ops_mails import OpsMailroomClient
from kernel.adapters.http.client import LIMITS, ServiceClient
from kernel.application.browsing import Sought, Way
from kernel.application.parking import Chosen
from kernel.domain.errors import PortalError
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.test_clients_people import Reply, Wire
from tests.unit.gateway.viewers import session

ONE = UUID(int=1)
BY = session()
Question = Callable[[ServiceClient], Coroutine[Any, Any, Any]]

QUESTIONS: dict[str, Question] = {
    "readers": lambda http: OperatedService(http).flows(BY, ASKED),
    "readers for the history": lambda http: SampledService(http).latest(),
    "process": lambda http: OperatedService(http).running(BY, ASKED),
    "kinds of parked streams": lambda http: OperatedService(http).groups(BY, ASKED),
    "parked streams": lambda http: OperatedService(http).page(BY, Chosen(), 1, None, ASKED),
    "what a retry would do": lambda http: OperatedService(http).retry(BY, Chosen(), ASKED, dry_run=True),
    "what giving up would do": lambda http: OperatedService(http).discard(BY, Chosen(), "-", ASKED, dry_run=True),
    "one parked stream": lambda http: OperatedService(http).whole(BY, "users.contracts", ONE, ASKED),
    "events": lambda http: BrowsedService(http).look(BY, Sought(), Way(limit=1), ASKED),
    "one event": lambda http: BrowsedService(http).whole(BY, ONE, 1, ASKED),
    "publishing": lambda http: BrowsedService(http).publishing(BY, ASKED),
    "what became of an event": lambda http: ReadingService(http).at(BY, (), ASKED),
    "how mail stands": lambda http: OpsMailroomClient(http).now(BY, ASKED),
    "mails": lambda http: OpsMailroomClient(http).page(BY, MailChoice(), 1, None, ASKED),
    "note of a refusal": lambda http: DeedBookClient(http).refused(BY, "opsStreams", ASKED),
    "one mail": lambda http: OpsMailroomClient(http).life(BY, ONE, ASKED),
}

DEEDS: dict[str, Question] = {
    "retry": lambda http: OperatedService(http).retry(BY, Chosen(), ASKED, dry_run=False),
    "discard": lambda http: OperatedService(http).discard(BY, Chosen(), "-", ASKED, dry_run=False),
}


async def waited(question: Question) -> list[float | None]:
    """Return how long each answer was to be waited for, whatever it was."""
    wire = Wire(Reply({"items": []}))
    with suppress(PortalError, KeyError):
        await question(cast("ServiceClient", wire))
    return wire.within


@pytest.mark.parametrize("name", QUESTIONS)
async def test_o1_a_process_that_hangs_holds_no_look_at_the_others_up(name: str) -> None:
    assert await waited(QUESTIONS[name]) == [LOOK_SECONDS]
    assert LOOK_SECONDS <= 3


@pytest.mark.parametrize("name", DEEDS)
async def test_what_is_done_has_the_time_it_needs(name: str) -> None:
    assert await waited(DEEDS[name]) == [None]


def test_o1_the_commands_wait_longer_than_the_portal_waits_for_two_services() -> None:
    assert LIMITS.total is not None
    assert 2 * LIMITS.total < ops_session.SECONDS
