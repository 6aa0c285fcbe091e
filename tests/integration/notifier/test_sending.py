"""Mails through the real queue, the real log and a real mail server."""

import re
from datetime import timedelta
from functools import partial

import pytest

from kernel.adapters.clock import new_id
from services.notifier.adapters import sender
from tests.integration.kernel.flow import until
from tests.integration.notifier.identity import secret_of
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"


async def test_s01_one_cause_puts_one_mail_in_the_box_however_often_it_comes(world: World) -> None:
    user = await world.person(HANAKO)
    async with world.sending():
        activation = await world.activation(user, times=5)
        await until(world.ended)
        await world.activation(user)
        await until(lambda: world.ended(2))
    assert len(await world.mails(HANAKO)) == 2
    assert world.identity.fetched[str(activation)] == 1
    assert await world.facts() == ["message.queued", "message.sent"] * 2


async def test_s02_s03_the_mail_in_the_box_is_the_one_of_the_original(world: World) -> None:
    user = await world.person(HANAKO)
    activation = await world.activation(user)
    async with world.sending():
        await until(world.ended)
    (mail,) = await world.mails(HANAKO)
    assert mail["From"]["Address"] == "b-portal@ntt.com"
    assert mail["ReplyTo"][0]["Address"] == "b-portal@ntt.com"
    assert re.fullmatch(r"b-portal\+[a-z2-7]{42}@ntt\.com", mail["ReturnPath"])
    assert mail["To"] == [{"Name": "佐藤 花子", "Address": HANAKO}]
    assert mail["Subject"] == "NTTコミュニケーションズ ビジネスポータル ユーザ登録受付メール"
    assert f"http://portal.test:8080/activate/{secret_of(str(activation))}" in mail["Text"].splitlines()
    assert mail["HTML"]


async def test_s14_a_code_mail_carries_the_code(world: World) -> None:
    user = await world.person(HANAKO)
    challenge = await world.code(user)
    async with world.sending():
        await until(world.ended)
    (mail,) = await world.mails(HANAKO)
    assert secret_of(str(challenge)) in mail["Text"].splitlines()


async def test_a_person_may_become_known_after_the_link_was_made(world: World) -> None:
    user = new_id()
    async with world.sending():
        await world.activation(user)
        await until(lambda: _queued(world))
        await world.registered(user, HANAKO)
        await until(world.ended, 5)
    assert len(await world.mails(HANAKO)) == 1
    assert await world.facts() == ["message.queued", "message.sent"]


async def test_an_expired_mail_is_never_sent_and_its_link_never_fetched(world: World) -> None:
    user = await world.person(HANAKO)
    activation = await world.activation(user, timedelta(seconds=-1))
    async with world.sending():
        await until(world.ended)
    assert await world.mails(HANAKO) == []
    assert world.identity.fetched[str(activation)] == 0
    assert await world.reasons() == ["EXPIRED"]


@pytest.mark.parametrize(("code", "reason"), [("activation-expired", "EXPIRED"), ("activation-replaced", "SUPERSEDED")])
async def test_a_link_that_is_gone_is_not_mailed(world: World, code: str, reason: str) -> None:
    world.identity.answer = (410, {"code": code})
    await world.activation(await world.person(HANAKO))
    async with world.sending():
        await until(world.ended)
    assert await world.mails(HANAKO) == []
    assert await world.reasons() == [reason]


@pytest.mark.parametrize(
    "step",
    [
        "Recipient",
        pytest.param("Data", marks=pytest.mark.embedded("Mailpit refuses senders and recipients, never contents")),
    ],
)
async def test_m11_what_is_refused_for_now_goes_out_later(world: World, step: str) -> None:
    await world.chaos(**{step: 451})
    await world.activation(await world.person(HANAKO))
    async with world.sending():
        await until(lambda: _deferred(world))
        assert await world.mails(HANAKO) == []
        await world.chaos()
        await until(world.ended, 15)
    assert len(await world.mails(HANAKO)) == 1
    assert await world.facts() == ["message.queued", "message.deferred", "message.sent"]
    assert await world.reasons() == ["SMTP_451"]


async def test_m11_what_is_refused_for_good_fails_and_is_not_tried_again(world: World) -> None:
    await world.chaos(Recipient=550)
    await world.activation(await world.person(HANAKO))
    async with world.sending():
        await until(world.ended)
    assert await world.facts() == ["message.queued", "message.failed"]
    assert await world.reasons() == ["SMTP_550"]


async def test_a_mail_waits_for_a_mail_server_that_is_down(world: World) -> None:
    await world.activation(await world.person(HANAKO))
    async with world.sending(smtp_url="smtp://127.0.0.1:1"):
        await until(lambda: _deferred(world))
    async with world.sending():
        await until(world.ended, 15)
    assert len(await world.mails(HANAKO)) == 1
    assert await world.reasons() == ["SMTP_CONNECTION"]


async def test_a_forgotten_person_gets_no_mail(world: World) -> None:
    user = await world.person(HANAKO)
    await world.keyring.shred(user)
    await world.activation(user)
    async with world.sending():
        await until(world.ended)
    assert await world.mails(HANAKO) == []
    assert await world.reasons() == ["NO_RECIPIENT"]


async def test_several_senders_share_the_queue_and_send_nothing_twice(world: World) -> None:
    user = await world.person(HANAKO)
    for _ in range(30):
        await world.activation(user)
    async with world.sending(senders=3):
        await until(lambda: world.ended(30), 90)
    mails = await world.mails(HANAKO)
    assert len({mail["MessageID"] for mail in mails}) == len(mails) == 30
    assert sorted(await world.facts()) == ["message.queued"] * 30 + ["message.sent"] * 30


async def test_a_mail_goes_out_because_its_cause_came_and_not_because_somebody_looked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sender would look by itself only after a day: all that can wake it is the bell that the queue rings.
    monkeypatch.setattr(sender, "LOOK_SECONDS", 86_400.0)
    user = await world.person(HANAKO)
    async with world.sending():
        for sent in (1, 2):
            await world.activation(user)
            await until(partial(world.ended, sent))
    assert await world.facts() == ["message.queued", "message.sent"] * 2


async def test_i13_neither_links_nor_codes_nor_people_stand_in_the_database(world: World) -> None:
    user = await world.person(HANAKO)
    secrets = [secret_of(str(await world.activation(user))), secret_of(str(await world.code(user)))]
    async with world.sending():
        await until(lambda: world.ended(2))
    assert len(await world.mails(HANAKO)) == 2
    tables = await world.pool.fetch(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('mail', 'es', 'inbox')"
    )
    assert len(tables) > 5
    for table in tables:
        if not await world.pool.fetchval("SELECT has_table_privilege($1, 'SELECT')", table["name"]):
            continue
        rows = repr(await world.pool.fetch(f"SELECT * FROM {table['name']}"))  # noqa: S608 - the catalogue's names
        for canary in (*secrets, HANAKO, "佐藤"):
            assert canary not in rows, table["name"]


async def _queued(world: World) -> bool:
    return await world.facts() == ["message.queued"]


async def _deferred(world: World) -> bool:
    return "message.deferred" in await world.facts()
