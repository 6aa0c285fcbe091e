"""Mails and wishes over the public API: shapes, keys, what comes through with its code."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.application.mails import MailState
from kernel.domain.errors import Refused
from tests.unit.gateway.browser import browser
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.fakes_mail import CODE, FAILED, FOREIGN_MAIL, MAIL, SENT, some_mail
from tests.unit.gateway.samples_people import COLLEAGUE, STRANGER
from tests.unit.gateway.test_api_people import enter
from tests.unit.gateway.world import World

BASE = "/api/v1"
ONE = f"{BASE}/messages/{SENT}"
WISHES = f"{BASE}/users/{COLLEAGUE}/notifications"


class Resent(Refused):
    """As the notifier says it."""

    code = "message-resent-already"


def iso(at: Any) -> str:
    return str(at.isoformat()).replace("+00:00", "Z")


async def test_m11_a_mail_is_told_in_the_words_of_tmf681_with_its_cause_and_receiver(world: World) -> None:
    world.mailroom.kept[TENANT][SENT] = some_mail(
        state=MailState.IN_PROGRESS,
        try_times=2,
        next_try_at=NOW + timedelta(seconds=30),
        sent_at=None,
        ended_at=None,
        reason="SMTP_451",
        may_be_resent=False,
    )
    async with browser(world) as http:
        await enter(http)
        answer = (await http.get(ONE)).json()
    assert answer == {
        "messageId": str(SENT),
        "userId": str(COLLEAGUE),
        "template": "PASSWORD_CHANGED",
        "kind": "SECURITY",
        "state": "inProgress",
        "tryTimes": 2,
        "queuedAt": iso(NOW),
        "scheduledSendTime": iso(NOW + timedelta(seconds=30)),
        "sendTimeComplete": None,
        "endedAt": None,
        "reason": "SMTP_451",
        "delayed": None,
        "cause": {
            "type": "portal.credential.password-changed.v1",
            "id": f"{COLLEAGUE}/7",
            "correlationId": str(UUID(int=9)),
        },
        "generation": 1,
        "resendOf": None,
        "mayBeResent": False,
        "receiver": {"name": "鈴木 一郎", "email": "ichiro.suzuki@example.co.jp"},
    }


async def test_m11_pages_join_newest_first_and_a_state_can_be_asked_for(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        first = (await http.get(f"{BASE}/messages?limit=3")).json()
        rest = (await http.get(f"{BASE}/messages?limit=3&cursor={first['nextCursor']}")).json()
        failed = (await http.get(f"{BASE}/messages?state=failed")).json()
        of_user = (await http.get(f"{BASE}/users/{COLLEAGUE}/messages")).json()
        of_nobody = (await http.get(f"{BASE}/users/{USER}/messages")).json()
    seen = [one["messageId"] for one in (*first["items"], *rest["items"])]
    assert seen == [str(one) for one in (CODE, FAILED, SENT, MAIL)]
    assert rest["nextCursor"] is None
    assert [one["reason"] for one in failed["items"]] == ["DSN_5.1.1"]
    assert [one["messageId"] for one in of_user["items"]] == seen
    assert of_nobody == {"items": [], "nextCursor": None}


@pytest.mark.parametrize(
    "query", ["state=lost", "limit=0", "limit=101", f"userId={STRANGER}", f"tenantId={TENANT}", "cursor=made-up"]
)
async def test_what_a_list_cannot_be_asked_for_is_refused(world: World, query: str) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.get(f"{BASE}/messages?{query}")).status_code == 422


async def test_asvs_8_4_1_mails_of_another_tenants_person_are_not_even_an_empty_list(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        for path in (f"users/{STRANGER}/messages", f"messages/{FOREIGN_MAIL}"):
            assert (await http.get(f"{BASE}/{path}")).status_code == 404


async def test_m11_a_mail_is_sent_again_under_the_key_of_the_wish(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.post(f"{ONE}/resend")).status_code == 202
        world.mailroom.refusal = Resent()
        refused = await http.post(f"{ONE}/resend")
    assert world.mailroom.resent == [(SENT, "one-click")]
    assert (refused.status_code, refused.json()["code"]) == (409, "message-resent-already")
    assert world.credentials.calls == []


async def test_m11_a_mail_with_an_activation_link_is_sent_again_with_a_new_one(world: World) -> None:
    world.mailroom.kept[TENANT][SENT] = some_mail(template="ACTIVATION")
    async with browser(world) as http:
        await enter(http)
        assert (await http.post(f"{ONE}/resend")).status_code == 202
    assert world.mailroom.resent == []
    assert [(name, what) for name, what, _ in world.credentials.calls] == [("resend_activation", COLLEAGUE)]


async def test_n1_who_is_no_administrator_sees_no_mails(world: World) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    async with browser(world) as http:
        await enter(http)
        for path in ("messages", f"messages/{SENT}", f"users/{USER}/messages", f"users/{USER}/notifications"):
            assert (await http.get(f"{BASE}/{path}")).status_code == 403
        assert (await http.post(f"{ONE}/resend")).status_code == 403
    assert world.mailroom.resent == []


async def test_n11_wishes_of_others_are_changed_from_the_version_that_was_seen(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        before = await http.get(WISHES)
        assert [(one["kind"], one["wanted"], one["refusable"]) for one in before.json()["items"]] == [
            ("ORDER_STATUS", True, True),
            ("FAULT", True, True),
            ("MAINTENANCE", True, True),
            ("SECURITY", True, False),
        ]
        etag = {"If-Match": before.headers["ETag"]}
        after = await http.put(WISHES, json={"refused": ["FAULT"]}, headers=etag)
        assert [one["kind"] for one in after.json()["items"] if not one["wanted"]] == ["FAULT"]
        assert after.headers["ETag"] != before.headers["ETag"]
        assert (await http.put(WISHES, json={"refused": []}, headers=etag)).status_code == 412


async def test_n11_everybody_chooses_their_own_and_not_against_security(world: World) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    own = f"{BASE}/me/notifications"
    async with browser(world) as http:
        await enter(http)
        done = await http.put(own, json={"refused": ["MAINTENANCE"], "daily": ["FAULT"]})
        assert [one["kind"] for one in done.json()["items"] if one["daily"]] == ["FAULT"]
        assert (await http.get(own)).json() == done.json()
        refused = await http.put(own, json={"refused": ["SECURITY"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "mail-not-refusable")
    assert refused.json()["errors"][0]["pointer"] == "/refused"
    assert world.directory.refused == {USER: ("MAINTENANCE",)}


@pytest.mark.parametrize(
    "body",
    [{}, {"refused": ["POSTCARD"]}, {"refused": None}, {"refused": [], "daily": ["X"]}, {"refused": [], "userId": "x"}],
)
async def test_what_is_no_list_of_kinds_is_refused_here_already(world: World, body: object) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.put(f"{BASE}/me/notifications", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert world.directory.refused == {}


async def test_s48_whose_mail_came_back_is_told_with_the_person_and_can_be_asked_for(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], mail_bounced_at=NOW, mail_bounce="DSN_5.1.1")
    async with browser(world) as http:
        await enter(http)
        one = (await http.get(f"{BASE}/users/{COLLEAGUE}")).json()
        listed = (await http.get(f"{BASE}/users?bounced=true")).json()
    assert (one["mailBouncedAt"], one["mailBounce"]) == (iso(NOW), "DSN_5.1.1")
    assert [row["userId"] for row in listed["items"]] == [str(COLLEAGUE)]
