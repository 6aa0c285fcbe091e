"""Calls about mails of all companies: what is sent, with which scopes, and what is recorded of it before."""

from typing import cast

from gateway.application.ops_mails_ports import Kind, MailChoice, MailReach, Standing
from gateway.clients.ops_mails import OpsMailroomClient, RecordedMailDeeds
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import NOBODY, PLATFORM
from tests.unit.gateway.fakes import TENANT, USER
from tests.unit.gateway.fakes_mail import SENT
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.test_clients_people import Reply, Wire
from tests.unit.gateway.viewers import session


async def test_a_list_is_asked_for_with_what_was_chosen_for_all_companies_and_without_a_key() -> None:
    made = Wire(Reply({"items": [], "nextCursor": "opaque"}))
    client = OpsMailroomClient(cast("ServiceClient", made))
    choice = MailChoice(state=Standing.BOUNCED, kind=Kind.FAULT, tenant_id=TENANT)
    page = await client.page(session(), choice, 10, "here", ASKED)
    assert page.next_cursor == "opaque"
    ((path, scopes, by),) = [(call[1], call[3], call[4]) for call in made.calls]
    assert path == f"/internal/ops/mails?limit=10&cursor=here&state=bounced&kind=FAULT&tenantId={TENANT}"
    assert scopes == ("ops:read",)
    assert (by.tenant_id, by.actor, by.command_id) == (NOBODY, f"user:{USER}", None)


async def test_an_address_needs_a_token_that_may_know_receivers_too() -> None:
    made = Wire(Reply({"name": "鈴木 一郎", "email": "ichiro.suzuki@example.co.jp"}))
    client = OpsMailroomClient(cast("ServiceClient", made))
    assert (await client.receiver(session(), SENT, ASKED)).email == "ichiro.suzuki@example.co.jp"
    ((path, scopes),) = [(call[1], call[3]) for call in made.calls]
    assert (path, scopes) == (f"/internal/ops/mails/{SENT}/receiver", ("ops:act", "messages:receivers"))


async def test_what_is_sent_again_is_named_or_chosen_and_the_answer_counts() -> None:
    made = Wire(Reply({"mails": 3, "left": 1}))
    client = OpsMailroomClient(cast("ServiceClient", made))
    done = await client.resend(session(), MailChoice(mails=(SENT,)), ASKED, dry_run=True)
    assert done == MailReach(mails=3, left=1)
    assert made.calls[0][2] == {"mails": [str(SENT)], "dryRun": True}


async def test_a_deed_names_the_mail_as_the_stream_it_is_and_says_what_else_was_chosen() -> None:
    made = Wire(Reply({"version": 2, "fresh": True}))
    deeds = RecordedMailDeeds(cast("ServiceClient", made))
    await deeds.record(session(), "SHOW_RECEIVER", MailChoice(mails=(SENT,)), "asked", ASKED)
    assert await deeds.record(session(), "PAUSE_MAILS", MailChoice(kind=Kind.FAULT), "moves", ASKED)
    first, second = [call[2] for call in made.calls]
    assert first == {"deed": "SHOW_RECEIVER", "reason": "asked", "streams": [str(SENT)]}
    assert second == {"deed": "PAUSE_MAILS", "reason": "moves", "streams": [], "about": "kind=FAULT"}
    assert {call[4].tenant_id for call in made.calls} == {PLATFORM}
