"""Mails that come back after a mail server took them over, and mails that are sent again."""

import re
from datetime import timedelta

import pytest

from services.notifier.consumers import own_log
from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"


async def test_s48_m11_what_comes_back_to_the_return_path_marks_its_mail(world: World) -> None:
    user = await world.person(HANAKO)
    await world.password_changed(user)
    await world.password_changed(user)
    async with world.sending():
        await until(lambda: world.ended(2))
    first, second = await world.mails(HANAKO)
    assert first["ReturnPath"] != second["ReturnPath"]
    assert (await world.returned(first["ReturnPath"])).status_code == 204
    assert (await world.returned(first["ReturnPath"])).status_code == 204
    assert (await world.returned(second["ReturnPath"], action="delayed", status="4.4.1")).status_code == 204
    assert (await world.facts())[-2:] == ["message.bounced", "message.delayed"]
    seen = {one["messageId"]: one for one in (await world.listed(user)).json()["items"]}
    bounced, delayed = (seen[re.split("[<@]", mail["MessageID"])[0]] for mail in (first, second))
    assert (bounced["state"], bounced["reason"], bounced["tryTimes"]) == ("failed", "DSN_5.1.1", 1)
    assert (delayed["state"], delayed["delayed"]) == ("completed", "4.4.1")
    rows = repr(await world.pool.fetch("SELECT convert_from(data, 'UTF8') FROM es.events"))
    assert "hanako" not in rows


async def test_s48_forged_and_unknown_return_paths_are_answered_alike(world: World) -> None:
    user = await world.person(HANAKO)
    await world.password_changed(user)
    async with world.sending():
        await until(world.ended)
    (mail,) = await world.mails(HANAKO)
    path = mail["ReturnPath"]
    forged = path.replace("+", "+a", 1)[:-9] + path[-8:]
    answers = [await world.returned(to) for to in (forged, "b-portal@ntt.com", "x@example.com", path + ".example")]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(404, "bounce-unknown")}
    assert len({one.json().get("detail") for one in answers}) == 1
    assert await world.facts() == ["message.queued", "message.sent"]


async def test_only_who_serves_the_return_path_may_hand_in_what_came_back(world: World) -> None:
    assert (await world.handed_in(b"", issuer="gateway")).status_code == 403
    assert (await world.handed_in(b"", issuer="users")).status_code == 403
    answer = await world.handed_in(b"{}", kind="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "bounce-unreadable")
    assert (await world.handed_in(b"x" * 300_000)).status_code == 413


async def test_m11_a_notice_is_sent_again_once_each_time_it_is_asked_for(world: World) -> None:
    user = await world.person(HANAKO)
    await world.password_changed(user)
    async with world.sending():
        await until(world.ended)
        (mail,) = (await world.listed(user)).json()["items"]
        assert (mail["generation"], mail["mayBeResent"], mail["kind"]) == (1, True, "SECURITY")
        path, key = f"/messages/{mail['messageId']}/resend", {"Idempotency-Key": "the same"}
        answers = [await world.asked("POST", path, headers=key) for _ in range(3)]
        assert {answer.status_code for answer in answers} == {202}
        again, before = (await world.listed(user)).json()["items"]
        assert (again["generation"], again["resendOf"], again["causeType"]) == (
            2,
            mail["messageId"],
            "portal.message.resend-requested.v1",
        )
        assert again["causeId"].startswith(f"{mail['messageId']}/")
        assert (before["resent"], before["mayBeResent"]) == (True, False)
        await until(lambda: world.ended(2))
    first, second = await world.mails(HANAKO)
    assert first["Text"] == second["Text"]
    assert first["MessageID"] != second["MessageID"]
    twice = await world.asked("POST", path)
    assert (twice.status_code, twice.json()["code"]) == (409, "message-resent-already")
    unkeyed = await world.asked("POST", path, headers={"Idempotency-Key": ""})
    assert unkeyed.status_code == 422


async def test_m11_a_wish_that_is_read_again_after_a_crash_sends_nothing_twice(world: World) -> None:
    user = await world.person(HANAKO)
    await world.password_changed(user)
    async with world.sending():
        await until(world.ended)
        (mail,) = (await world.listed(user)).json()["items"]
        await world.asked("POST", f"/messages/{mail['messageId']}/resend")
        await world.forgotten_place(own_log.RESENDING)
        assert len((await world.listed(user)).json()["items"]) == 2
        await until(lambda: world.ended(2))
    assert len(await world.mails(HANAKO)) == 2


@pytest.mark.parametrize("kind", ["code", "activation"])
async def test_d05_a_code_or_link_that_is_used_up_is_not_mailed_again(world: World, kind: str) -> None:
    user = await world.person(HANAKO)
    await (world.code(user) if kind == "code" else world.activation(user))
    path = f"/messages/{(await world.listed(user)).json()['items'][0]['messageId']}/resend"
    async with world.sending():
        await until(world.ended)
        answer = await world.asked("POST", path)
    assert (answer.status_code, answer.json()["code"]) == (409, "message-not-resendable")
    assert len(await world.mails(HANAKO)) == 1


async def test_n11_a_person_who_wants_nothing_is_told_of_a_new_password_all_the_same(world: World) -> None:
    user = await world.person(HANAKO)
    await world.refused(user, "ORDER_STATUS", "FAULT", "MAINTENANCE", "SECURITY")
    await world.password_changed(user)
    async with world.sending():
        await until(world.ended)
    assert len(await world.mails(HANAKO)) == 1


async def test_an_expired_link_is_shown_as_cancelled_with_its_reason(world: World) -> None:
    user = await world.person(HANAKO)
    await world.activation(user, timedelta(seconds=-1))
    async with world.sending():
        await until(world.ended)
    (mail,) = (await world.listed(user)).json()["items"]
    assert (mail["state"], mail["reason"], mail["sentAt"]) == ("cancelled", "EXPIRED", None)
