"""Notices of what changed, and what administrators see of a person's mails."""

from uuid import uuid4

import pytest

from services.notifier.consumers import own_log
from tests.integration.kernel.flow import until
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"


async def test_asvs_6_3_7_who_sets_a_new_password_by_a_link_is_told_and_nothing_is_fetched_for_it(
    world: World,
) -> None:
    user = await world.person(HANAKO)
    await world.activation(user)
    await world.reset_and_set(user)
    async with world.sending():
        await until(lambda: world.ended(3))
    subjects = [mail["Subject"] for mail in await world.mails(HANAKO)]
    assert len(subjects) == 3
    assert sum("パスワード変更のお知らせ" in subject for subject in subjects) == 1
    assert sum(world.identity.fetched.values()) == 2


async def test_m11_an_administrator_sees_what_became_of_a_persons_mails_newest_first(world: World) -> None:
    user, other = await world.person(HANAKO), await world.person("taro@example.co.jp")
    await world.activation(user)
    await world.activation(other)
    async with world.sending():
        await until(lambda: world.ended(2))
    await world.code(user)
    answer = await world.listed(user)
    newest, oldest = answer.json()["items"]
    assert (newest["template"], newest["state"], newest["tryTimes"], newest["sentAt"]) == (
        "MAIL_CODE",
        "initial",
        0,
        None,
    )
    assert (oldest["template"], oldest["state"], oldest["tryTimes"]) == ("ACTIVATION", "completed", 1)
    assert oldest["causeId"].startswith(f"{user}/")
    assert oldest["causeType"] == "portal.credential.activation-issued.v1"
    assert oldest["queuedAt"] <= oldest["sentAt"]
    assert HANAKO not in answer.text
    assert [one["messageId"] for one in (await world.listed(user, query="&limit=1")).json()["items"]] == [
        newest["messageId"]
    ]


async def test_asvs_8_4_1_mails_of_another_tenant_are_not_seen(world: World) -> None:
    user = await world.person(HANAKO)
    await world.activation(user)
    assert len((await world.listed(user)).json()["items"]) == 1
    stranger = uuid4()
    assert (await world.listed(user, stranger)).json() == {"items": [], "nextCursor": None}
    (mail,) = (await world.listed(user)).json()["items"]
    for method, path in (("GET", f"/messages/{mail['messageId']}"), ("POST", f"/messages/{mail['messageId']}/resend")):
        answer = await world.asked(method, path, tenant_id=stranger)
        assert (answer.status_code, answer.json()["code"]) == (404, "message-unknown")
        unknown = await world.asked(method, path.replace(mail["messageId"], str(uuid4())))
        assert (unknown.status_code, unknown.json()["code"]) == (404, "message-unknown")


async def test_m11_pages_of_the_company_join_and_each_state_has_its_list(world: World) -> None:
    user, other = await world.person(HANAKO), await world.person("taro@example.co.jp")
    await world.chaos(Recipient=550)
    await world.activation(user)
    async with world.sending():
        await until(world.ended)
    await world.chaos()
    for _ in range(3):
        await world.activation(other)
    await world.activation(user)
    seen, cursor = [], ""
    while cursor is not None:
        answer = (await world.asked("GET", f"/messages?limit=2{cursor and f'&cursor={cursor}'}")).json()
        seen += [one["userId"] for one in answer["items"]]
        cursor = answer["nextCursor"]
    assert seen == [str(one) for one in (user, other, other, other, user)]
    states = {
        state: len((await world.asked("GET", f"/messages?state={state}")).json()["items"])
        for state in ("initial", "inProgress", "completed", "cancelled", "failed")
    }
    assert states == {"initial": 4, "inProgress": 0, "completed": 0, "cancelled": 0, "failed": 1}
    (failed,) = (await world.asked("GET", f"/messages?state=failed&userId={user}")).json()["items"]
    assert failed["reason"] == "SMTP_550"


@pytest.mark.parametrize("cursor", ["x", "=", "a" * 23, "%00", "ä"])
async def test_a_cursor_that_nobody_made_is_refused(world: World, cursor: str) -> None:
    answer = await world.asked("GET", f"/messages?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-unreadable")


async def test_m9_an_address_is_told_only_to_who_may_learn_it(world: World) -> None:
    user = await world.person(HANAKO)
    gone = await world.person("gone@example.co.jp")
    await world.activation(user)
    await world.activation(gone)
    await world.keyring.shred(gone)
    path = "/messages?receivers=true"
    assert (await world.asked("GET", path, scopes=["messages:read"])).status_code == 403
    forgotten, known = (await world.asked("GET", path)).json()["items"]
    assert known["receiver"] == {"name": "佐藤 花子", "email": HANAKO}
    assert forgotten["receiver"] is None
    (one,) = [await world.asked("GET", f"/messages/{known['messageId']}?receivers=true")]
    assert one.json() == known


async def test_i10_the_list_built_anew_is_the_list_that_grew(world: World) -> None:
    user = await world.person(HANAKO)
    await world.password_changed(user)
    await world.code(user)
    async with world.sending():
        await until(lambda: world.ended(2))
    (mail, _) = (await world.listed(user)).json()["items"]
    for sent in await world.mails(HANAKO):
        await world.returned(sent["ReturnPath"])
    await world.asked("POST", f"/messages/{mail['messageId']}/resend")
    before = await world.pool.fetch("SELECT * FROM mail.board ORDER BY message_id")
    await world.pool.execute("UPDATE mail.board SET version = 0, state = 'initial', reason = NULL, resent = false")
    await world.forgotten_place(own_log.BOARD)
    await world.listed(user)
    assert await world.pool.fetch("SELECT * FROM mail.board ORDER BY message_id") == before
