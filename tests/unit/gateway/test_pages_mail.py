"""Mails on pages: what became of each, sending it again, who is marked, and who wants which."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.application.mails import MailState
from gateway.web.mail_words import why
from gateway.web.words import read_words
from kernel.domain.errors import Refused
from tests.unit.gateway.fakes import NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.fakes_mail import FAILED, FOREIGN_MAIL, MAIL, SENT, some_mail
from tests.unit.gateway.reading import enter, person, read, send
from tests.unit.gateway.samples_people import COLLEAGUE, STRANGER
from tests.unit.gateway.world import World

EVERYBODY = "/settings/mail"
ONE = f"/users/{COLLEAGUE}"
WISHES = f"{ONE}/notifications"


REASONS = [
    *("EXPIRED", "NO_RECIPIENT", "SUPERSEDED", "NOT_WANTED", "SMTP_CONNECTION", "TIMEOUT", "ADDRESS_MALFORMED"),
    *("SMTPUTF8_MISSING", "SMTP_451", "SMTP_550", "SMTP_LACKS_WHAT_IS_NEEDED", "IDENTITY_UNAVAILABLE"),
    *("DSN_5.1.1", "DSN_5.1.2", "DSN_5.2.1", "DSN_5.2.2", "DSN_5.7.26", "DSN_4.4.7", "DSN_5.9.9"),
]


class Waiting(Refused):
    """As the notifier says it."""

    code = "message-still-waiting"


def fill(world: World) -> None:
    waits = some_mail(
        UUID(int=SENT.int + 20),
        state=MailState.IN_PROGRESS,
        try_times=3,
        next_try_at=NOW + timedelta(minutes=2),
        sent_at=None,
        ended_at=None,
        reason="SMTP_451",
        may_be_resent=False,
    )
    again = some_mail(
        UUID(int=SENT.int + 21), generation=2, resend_of=SENT, cause_type="portal.message.resend-requested.v1"
    )
    gone = some_mail(UUID(int=SENT.int + 22), receiver=None, state=MailState.CANCELLED, reason="NO_RECIPIENT")
    for one in (waits, again, gone):
        world.mailroom.kept[TENANT][one.message_id] = one


@pytest.mark.parametrize("path", [EVERYBODY, f"{ONE}/mail"])
async def test_m11_a_page_says_state_tries_next_one_and_why(world: World, path: str) -> None:
    fill(world)
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(path))
    for words in (
        "再試行中",
        "メールサーバーが一時的に受け付けません",
        "次の送信:",
        "宛先のメールアドレスが存在しません",
        "不達",
        "2通目",
        "再送の依頼",
        "portal.credential.password-changed.v1",
        f"{COLLEAGUE}/7",
        str(UUID(int=9)),
    ):
        assert words in page.text, words


async def test_m11_the_list_of_the_company_names_receivers_and_filters_by_state(world: World) -> None:
    fill(world)
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(EVERYBODY))
        failed = read(await http.get(f"{EVERYBODY}?state=failed"))
        nothing = read(await http.get(f"{EVERYBODY}?state=initial"))
    assert "ichiro.suzuki@example.co.jp" in page.text
    assert "削除済みのユーザー" in page.text
    assert {f"{EVERYBODY}?state={state}" for state in MailState} <= {href for href, _ in page.links}
    assert [action for action, _ in failed.forms if action.endswith("/resend")] == [f"{EVERYBODY}/{FAILED}/resend"]
    assert "この条件のメールはありません" in nothing.text


async def test_m11_what_cannot_be_sent_again_has_no_button(world: World) -> None:
    fill(world)
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(EVERYBODY))
    actions = {action for action, _ in page.forms if action.endswith("/resend")}
    again = UUID(int=SENT.int + 21)
    assert actions == {f"{EVERYBODY}/{one}/resend" for one in (FAILED, SENT, MAIL, again)}


@pytest.mark.parametrize("path", [EVERYBODY, f"{ONE}/mail"])
async def test_m11_the_button_sends_again_and_says_so(world: World, path: str) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, path, f"{path}/{SENT}/resend")
        assert answer.headers["location"] == f"{path}?notice=resent"
        assert "再送を受け付けました" in read(await http.get(answer.headers["location"])).text
    assert [one for one, _ in world.mailroom.resent] == [SENT]


@pytest.mark.parametrize("path", [EVERYBODY, f"{ONE}/mail"])
async def test_m11_a_refusal_is_said_over_the_list(world: World, path: str) -> None:
    async with person(world) as http:
        await enter(http)
        world.mailroom.refusal = Waiting()
        answer = await send(http, path, f"{path}/{SENT}/resend")
    assert answer.status_code == 409
    assert "まだ送信中です" in read(answer).text


async def test_asvs_8_4_1_another_tenants_mails_are_no_page(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert (await http.get(f"/users/{STRANGER}/mail")).status_code == 404
        fields = read(await http.get(EVERYBODY)).form(f"{EVERYBODY}/{SENT}/resend")
        assert (await http.post(f"{EVERYBODY}/{FOREIGN_MAIL}/resend", data=fields)).status_code == 404


async def test_n1_only_administrators_see_mails(world: World) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    async with person(world) as http:
        await enter(http)
        for path in (EVERYBODY, f"/users/{USER}/mail", f"/users/{USER}/notifications"):
            assert (await http.get(path)).status_code == 403


async def test_m11_a_long_list_goes_on_and_back(world: World) -> None:
    for number in range(60):
        one = UUID(int=SENT.int + 100 + number)
        world.mailroom.kept[TENANT][one] = some_mail(one)
    async with person(world) as http:
        await enter(http)
        for path in (EVERYBODY, f"{ONE}/mail"):
            page = read(await http.get(path))
            (onward,) = [href for href, words in page.links if "cursor=" in href]
            last = read(await http.get(onward))
            assert path in {href for href, _ in last.links}
            assert not [href for href, _ in last.links if "cursor=" in href]


async def test_s48_whose_mail_bounced_is_marked_in_the_list_and_on_their_page(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], mail_bounced_at=NOW, mail_bounce="DSN_5.2.2")
    async with person(world) as http:
        await enter(http)
        listed, one = read(await http.get("/users")), read(await http.get(ONE))
        only = read(await http.get("/users?bounced=true"))
    assert (f"{ONE}/mail", "メール不達") in listed.links
    assert ("/users?bounced=true", "メール不達") in listed.links
    assert "宛先のメールボックスがいっぱいです" in one.text
    assert f"{ONE}/mail" in {href for href, _ in one.links}
    assert [href for href, _ in only.links if href.startswith("/users/0")] == [f"{ONE}/mail", ONE][::-1]
    async with person(world, "en") as http:
        await enter(http)
        assert "The mailbox is full (5.2.2)." in read(await http.get(ONE)).text


async def test_s48_nobody_is_marked_whose_mail_arrives(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert (f"{ONE}/mail", "メール不達") not in read(await http.get("/users")).links
        assert "届きませんでした" not in read(await http.get(ONE)).text


async def test_n11_ones_own_page_keeps_what_is_ticked_and_locks_what_cannot_be_refused(world: World) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    path = "/settings/notifications"
    async with person(world) as http:
        await enter(http)
        page = await http.get(path)
        assert 'value="SECURITY" checked disabled' in page.text
        ticked = {"wanted": ["FAULT", "ORDER_STATUS"], "daily": ["ORDER_STATUS", "MAINTENANCE", "SECURITY"]}
        answer = await http.post(path, data=read(page).form(path) | ticked)
        assert answer.headers["location"] == f"{path}?notice=saved"
        again = await http.get(answer.headers["location"])
        assert "メール通知の設定を保存しました" in again.text
        assert 'value="MAINTENANCE"' in again.text
        assert 'value="MAINTENANCE" checked' not in again.text
    assert world.directory.refused == {USER: ("MAINTENANCE",)}
    assert world.directory.daily == {USER: ("ORDER_STATUS",)}


async def test_n11_an_administrator_sets_it_for_others(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, WISHES, wanted="FAULT")
        assert answer.headers["location"] == f"{WISHES}?notice=saved"
        assert WISHES in {href for href, _ in read(await http.get(ONE)).links}
        assert (await http.get(f"/users/{STRANGER}/notifications")).status_code == 404
    assert world.directory.refused == {COLLEAGUE: ("ORDER_STATUS", "MAINTENANCE")}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "reason",
    REASONS,
)
def test_every_reason_has_words_in_both_languages(language: str, reason: str) -> None:
    said = why(read_words(language), reason)
    assert said
    assert not said.startswith("mail.")
