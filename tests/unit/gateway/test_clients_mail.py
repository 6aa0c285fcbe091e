"""Calls about mails and wishes: what is sent, with which scopes, and how the answers are read."""

from typing import Any, cast
from uuid import UUID

from gateway.application.mails import MailState, MailsWanted, Receiver
from gateway.application.notification_ports import Wishes
from gateway.clients.notifier import NotifierClient
from kernel.adapters.http.client import ServiceClient
from tests.unit.gateway.fakes import TENANT, USER
from tests.unit.gateway.fakes_mail import SENT
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.test_clients_people import Reply, Wire, users
from tests.unit.gateway.viewers import session

MAIL = {
    "messageId": str(SENT),
    "userId": str(COLLEAGUE),
    "template": "ACTIVATION",
    "kind": "SECURITY",
    "state": "inProgress",
    "tryTimes": 1,
    "queuedAt": "2026-04-01T00:00:00Z",
    "nextTryAt": "2026-04-01T00:00:30Z",
    "sentAt": None,
    "endedAt": None,
    "reason": "SMTP_451",
    "delayed": None,
    "causeType": "portal.credential.activation-issued.v1",
    "causeId": f"{COLLEAGUE}/2",
    "correlationId": str(UUID(int=9)),
    "generation": 1,
    "resendOf": None,
    "resent": False,
    "mayBeResent": False,
    "receiver": {"name": "鈴木 一郎", "email": "ichiro.suzuki@example.co.jp"},
    "aMemberOfTomorrow": 1,
}
WISHES = {"items": [{"kind": "FAULT", "wanted": True, "refusable": False}], "version": 3}


def notifier(**body: Any) -> tuple[Wire, NotifierClient]:
    made = Wire(Reply(body))
    return made, NotifierClient(cast("ServiceClient", made))


async def test_m11_a_list_is_asked_for_with_what_was_chosen_and_with_receivers() -> None:
    made, client = notifier(items=[MAIL], nextCursor="opaque")
    wanted = MailsWanted(user_id=COLLEAGUE, state=MailState.FAILED)
    page = await client.mails(session(), wanted, 20, "there", ASKED)
    verb, path, _, scopes, context, _ = made.calls[0]
    assert (verb, path) == (
        "GET",
        f"/messages?userId={COLLEAGUE}&state=failed&limit=20&cursor=there&receivers=true",
    )
    assert set(scopes) == {"messages:read", "messages:receivers"}
    assert (context.actor, context.tenant_id, context.command_id) == (f"user:{USER}", TENANT, None)
    assert page.next_cursor == "opaque"
    assert page.items[0].receiver == Receiver(name="鈴木 一郎", email="ichiro.suzuki@example.co.jp")
    assert page.items[0].state is MailState.IN_PROGRESS


async def test_m11_sending_again_carries_the_key_of_the_wish_and_no_right_to_look() -> None:
    made, client = notifier(messageId=str(SENT), version=4)
    await client.resend(session(), SENT, ASKED)
    verb, path, body, scopes, context, _ = made.calls[0]
    assert (verb, path, body, tuple(scopes)) == ("POST", f"/messages/{SENT}/resend", None, ("messages:resend",))
    assert context.command_id is not None


async def test_n11_own_wishes_go_with_the_right_of_everybody_and_others_with_that_of_administrators() -> None:
    made, client = users(**WISHES)
    chosen, sent = Wishes(refused=["FAULT"], daily=["MAINTENANCE"]), {"refused": ["FAULT"], "daily": ["MAINTENANCE"]}
    own = await client.own_notifications(session(), ASKED)
    await client.choose_own_notifications(session(), chosen, None, ASKED)
    await client.notifications(session(), COLLEAGUE, ASKED)
    await client.choose_notifications(session(), COLLEAGUE, chosen, '"3"', ASKED)
    assert own.items[0].refusable is False
    assert [(verb, path, body, tuple(scopes), etag) for verb, path, body, scopes, _, etag in made.calls] == [
        ("GET", f"/users/{USER}/preferences/notifications", None, ("users:self",), None),
        ("PUT", f"/users/{USER}/preferences/notifications", sent, ("users:self",), None),
        ("GET", f"/users/{COLLEAGUE}/notifications", None, ("users:read",), None),
        ("PUT", f"/users/{COLLEAGUE}/notifications", sent, ("users:admin",), '"3"'),
    ]
