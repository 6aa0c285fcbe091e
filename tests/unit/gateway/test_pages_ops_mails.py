"""The pages of mails in the ops console: the queue, the list, one mail's life, and what is done, in both languages."""

from dataclasses import replace
from functools import partial

import httpx
import pytest

from gateway.application.ops_mails_ports import Kind, MailChoice
from gateway.web import ops_mails
from tests.unit.gateway.asking import PEOPLE
from tests.unit.gateway.fakes import OTHER_TENANT
from tests.unit.gateway.fakes_mail import FAILED, FOREIGN_MAIL, MAIL
from tests.unit.gateway.fakes_ops_mails import CLEAR, MASKED, ops_mail
from tests.unit.gateway.looking import looking
from tests.unit.gateway.reading import person, read, send
from tests.unit.gateway.server_sent import sent_events
from tests.unit.gateway.world import World

MAILS, DEED = "/ops/mails", "/ops/mails/deed"
ONE = f"{MAILS}/{MAIL}"


async def opened(world: World, language: str = "ja", role: str = "OPS") -> httpx.AsyncClient:
    """Return the browser of somebody who operates."""
    replace(PEOPLE["ops"], operates=role).come(world)
    http = person(world, language)
    http.headers["cookie"] = PEOPLE["ops"].headers["cookie"]
    return http


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ("待っているメール 1 通", "不達で返送", "故障", "1,204", "90 秒")),
        ("en", ("1 mail waits", "Bounced", "Faults", "1,204", "90 seconds")),
    ],
)
async def test_the_queue_and_the_list_say_how_mail_stands_and_hide_addresses(
    world: World, language: str, said: tuple[str, ...]
) -> None:
    async with await opened(world, language) as http:
        page = read(await http.get(MAILS))
    for words in (*said, MASKED):
        assert words in page.text
    assert CLEAR not in page.text
    assert ONE in [href for href, _ in page.links]


async def test_the_list_is_filtered_by_links_and_goes_on(world: World) -> None:
    async with await opened(world) as http:
        found = read(await http.get(f"{MAILS}?state=inProgress&kind=FAULT&tenant={OTHER_TENANT}"))
        assert [href for href, _ in found.links if href.startswith(f"{MAILS}/0")] == [f"{MAILS}/{FOREIGN_MAIL}"]
        assert f"{MAILS}?kind=FAULT&tenant={OTHER_TENANT}" in [href for href, _ in found.links]
        world.ops_mailroom.kept = [ops_mail() for _ in range(40)]
        first = read(await http.get(MAILS))
        (more,) = [href for href, _ in first.links if "cursor=" in href]
        assert read(await http.get(more)).text.count(MASKED) == 10
        for nonsense in ("state=eaten", "kind=LOVE", "tenant=us", "cursor=x"):
            assert (await http.get(f"{MAILS}?{nonsense}")).status_code == 422


@pytest.mark.parametrize(
    ("language", "title"), [("ja", "このメールに起きたこと"), ("en", "What happened to this mail")]
)
async def test_one_mail_shows_its_facts_and_what_led_to_it(world: World, language: str, title: str) -> None:
    async with await opened(world, language) as http:
        page = read(await http.get(ONE))
    assert title in page.text
    assert "message.deferred" in page.text
    assert "SMTP_451" in page.text
    assert "portal.credential.activation-issued.v1" in page.text
    assert MASKED in page.text
    assert CLEAR not in page.text


@pytest.mark.parametrize(
    ("query", "done"),
    [
        ("what=pause&kind=FAULT", ("pause", (Kind.FAULT,))),
        ("what=pause", ("pause", ())),
        ("what=resume", ("resume", ())),
        ("what=drain&kind=FAULT", ("drain", (Kind.FAULT,))),
        (f"what=resend&mail={FAILED}", ("resend", MailChoice(mails=(FAILED,)))),
    ],
)
async def test_a_deed_says_first_how_much_it_is_about_and_wants_a_reason(
    world: World, query: str, done: tuple[object, ...]
) -> None:
    where = f"{DEED}?{query}"
    async with await opened(world) as http:
        page = read(await http.get(where))
        assert "1 通" in page.text
        refused = await send(http, where, DEED, reason="  ")
        assert refused.status_code == 422
        assert "理由を入力してください" in refused.text
        assert (await send(http, where, DEED, reason="あ" * 501)).status_code == 422
        assert not world.ops_mailroom.done
        told = await send(http, where, DEED, reason="メールサーバーの切り替え")
        assert told.headers["location"].startswith(f"{MAILS}?done=")
        assert (await http.get(told.headers["location"])).status_code == 200
    assert world.ops_mailroom.done == [done]
    assert [why for *_, why in world.mail_deeds.recorded] == ["メールサーバーの切り替え"]


async def test_what_is_paused_says_since_when_and_why_and_leads_to_resuming(world: World) -> None:
    world.ops_mailroom.paused = {Kind.FAULT: "メールサーバーの切り替え"}
    async with await opened(world) as http:
        page = read(await http.get(MAILS))
    assert "メールサーバーの切り替え" in page.text
    hrefs = [href for href, _ in page.links]
    assert f"{DEED}?what=resume&kind=FAULT" in hrefs
    assert f"{DEED}?what=pause&kind=FAULT" not in hrefs


async def test_v9_an_address_is_shown_after_a_reason_and_on_that_answer_alone(world: World) -> None:
    where = f"{DEED}?what=receiver&mail={MAIL}"
    async with await opened(world) as http:
        shown = await send(http, where, DEED, reason="お客様からの問い合わせ")
        assert CLEAR in shown.text
        assert "no-store" in shown.headers["cache-control"]
        assert CLEAR not in (await http.get(ONE)).text
    assert [deed for _, deed, *_ in world.mail_deeds.recorded] == ["SHOW_RECEIVER"]


async def test_v9_an_address_is_not_shown_again_for_the_same_form(world: World) -> None:
    where = f"{DEED}?what=receiver&mail={MAIL}"
    async with await opened(world) as http:
        fields = read(await http.get(where)).form(DEED) | {"reason": "お客様からの問い合わせ"}
        assert CLEAR in (await http.post(DEED, data=fields)).text
        again = await http.post(DEED, data=fields)
    assert again.status_code == 409
    assert CLEAR not in again.text
    assert "もう一度見るには" in again.text
    assert len(world.mail_deeds.recorded) == 1


async def test_who_may_only_look_finds_no_way_to_do_anything(world: World) -> None:
    async with await opened(world, role="OPS_VIEWER") as http:
        for path in (MAILS, ONE):
            page = read(await http.get(path))
            assert not [href for href, _ in page.links if href.startswith(DEED)]
        for what in ("pause", "resume", "drain", "resend", f"receiver&mail={MAIL}"):
            assert (await http.get(f"{DEED}?what={what}")).status_code == 403
    assert not world.mail_deeds.recorded


async def test_v9_nobody_else_sees_mails_of_all_companies(world: World) -> None:
    PEOPLE["administrator"].come(world)
    http = person(world, "ja")
    http.headers["cookie"] = PEOPLE["administrator"].headers["cookie"]
    async with http:
        for path in (MAILS, f"{MAILS}/changes", ONE, f"{DEED}?what=pause"):
            assert (await http.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "応答がないサービス: notifier"), ("en", "No answer from: notifier")]
)
async def test_o1_an_open_page_says_that_the_notifier_does_not_answer_and_goes_on_when_it_does(
    world: World, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    def turn(*, away: bool) -> None:
        world.ops_mailroom.away = away

    steps = [partial(turn, away=away) for away in (False, True, True, False)]
    monkeypatch.setattr(ops_mails, "looks", looking(*steps))
    async with await opened(world, language) as http:
        told = [one.data for one in sent_events((await http.get(f"{MAILS}/changes")).text)]
        assert said not in (await http.get(MAILS)).text
    assert [said in one for one in told] == [False, True, True, False]
    assert ['hx-target="#mail-board"' in one for one in told] == [True, False, False, True]


@pytest.mark.parametrize("query", ["", "what=eat", "what=receiver"])
async def test_nonsense_is_refused(world: World, query: str) -> None:
    async with await opened(world) as http:
        assert (
            await send(http, f"{DEED}?what=pause", DEED, what=query.partition("=")[2], reason="x")
        ).status_code == 422
