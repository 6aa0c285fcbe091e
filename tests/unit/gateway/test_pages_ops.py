"""The pages of the ops console: streams, parked ones, what is done about them, and who sees none of it."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from structlog.testing import capture_logs

from gateway.application.menu import MENU, OPS
from gateway.application.ops_ports import Standing
from gateway.projections.operator import OperatorRow
from gateway.web import pages
from gateway.web.ops_board import by_lag, lines
from kernel.application.flowing import Verdict
from kernel.application.parking import Chosen
from kernel.application.watching import Flow, FlowPart, Silent
from tests.unit.gateway.asking import PEOPLE, touched
from tests.unit.gateway.changing_forms import FORMS
from tests.unit.gateway.fakes import NOW, USER
from tests.unit.gateway.fakes_mail import MAIL
from tests.unit.gateway.fakes_ops import PARKED, READER, SECRET_NAME, parked
from tests.unit.gateway.flows import NAME, foreign, unseen
from tests.unit.gateway.reading import person, read, send
from tests.unit.gateway.world import World

DEED = "/ops/parked/deed"
ONE = f"/ops/parked/{READER}/{PARKED}"


def operate(world: World, role: str = "OPS") -> None:
    """Let the person who is in operate the platform."""
    who = PEOPLE["ops"]
    replace(who, operates=role).come(world)


async def opened(world: World, language: str = "ja") -> httpx.AsyncClient:
    http = person(world, language)
    http.headers["cookie"] = PEOPLE["ops"].headers["cookie"]
    return http


@pytest.mark.parametrize(("language", "slow", "log"), [("ja", "遅れ", "users のログ"), ("en", "Slow", "Log of users")])
async def test_m7_the_board_draws_logs_and_topics_with_their_readers(
    world: World, language: str, slow: str, log: str
) -> None:
    operate(world)
    world.processes["users"].verdict = Verdict.SLOW
    world.processes["contracts"].away = True
    async with await opened(world, language) as http:
        page = read(await http.get("/ops"))
    assert slow in page.text
    assert READER in page.text
    assert "contracts" in page.text
    assert ("/ops/parked", {"ja": "確認する", "en": "See them"}[language]) in page.links
    assert log not in page.text, "no reader of that log was told of"


async def test_o1_who_operates_the_platform_begins_in_the_console_and_sees_no_menus_of_a_company(world: World) -> None:
    operate(world)
    async with await opened(world, "en") as http:
        assert (await http.get("/dashboard")).headers["location"] == "/ops"
        links = read(await http.get("/ops")).links
    shown = {words for _, words in links} & {entry.en for entry in (OPS, *MENU)}
    assert shown == {"Operations", "Settings", "Help"}


async def test_o1_the_board_waits_once_for_a_process_that_hangs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    operate(world)
    both = asyncio.Barrier(2)
    process = world.processes["users"]

    def met(question: Any) -> Any:
        async def ask(*given: Any) -> Any:
            await both.wait()
            return await question(*given)

        return ask

    for name in ("flows", "groups"):
        monkeypatch.setattr(process, name, met(getattr(process, name)))
    async with await opened(world) as http, asyncio.timeout(5):
        assert READER in read(await http.get("/ops")).text


def flow(consumer: str, topic: str) -> Flow:
    part = FlowPart(part=0, place=1, head=1, lag=0, verdict=Verdict.OK)
    return Flow(
        consumer=consumer, topic=topic, lag=0, lag_seconds=0, rate=0, verdict=Verdict.OK, since=NOW, parts=(part,)
    )


def test_a_relay_stands_behind_its_log_and_a_topics_readers_behind_the_topic_wherever_they_run() -> None:
    users, topic = "portal.users.events.v1", "portal.contracts.events.v1"
    standings = [
        Standing(service="contracts", answers=True, flows=(flow("contracts.early", "log:contracts"),)),
        Standing(
            service="users",
            answers=True,
            flows=(flow("users.board", "log:users"), flow("users.relay", users), flow("users.contracts", topic)),
        ),
        Standing(service="gateway", answers=True, flows=(flow("projector", topic), flow("projector", users))),
    ]
    drawn = [(line.source, line.topic, [one.consumer for one in line.flows]) for line in lines(standings)]
    assert drawn == [
        ("contracts", "", ["contracts.early"]),
        ("contracts", topic, ["users.contracts", "projector"]),
        ("users", "", ["users.relay", "users.board"]),
        ("users", users, ["projector"]),
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_parked_streams_are_listed_by_kind_and_lead_to_what_can_be_done(world: World, language: str) -> None:
    operate(world)
    world.processes["users"].streams.append(parked(1, error="Refused", detail=""))
    async with await opened(world, language) as http:
        listed = read(await http.get("/ops/parked"))
        chosen = read(await http.get(f"/ops/parked?consumer={READER}&error=Unreadable"))
        one = read(await http.get(ONE))
    assert any(href == ONE for href, _ in listed.links)
    assert f"{DEED}?what=discard&consumer={READER}&error=Unreadable" not in [href for href, _ in listed.links]
    assert f"{DEED}?what=discard&consumer={READER}&error=Unreadable" in [href for href, _ in chosen.links]
    assert "portal.application.received.v9" in one.text
    assert {"ja": "ストリーム 1 件", "en": "1 stream is parked"}[language] in chosen.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ("この後ろで待機中", "1 件", "個人情報(非表示)", "すべて表示する")),
        ("en", ("Waiting behind it", "1 fact", "masked", "Show everything")),
    ],
)
async def test_o1_a_parked_stream_leads_to_its_event_and_says_what_is_for_everybody(
    world: World, language: str, words: tuple[str, ...]
) -> None:
    operate(world)
    async with await opened(world, language) as http:
        answer = await http.get(ONE)
        page = read(answer)
        world.processes["users"].streams = [parked(source="elsewhere")]
        foreign = read(await http.get(ONE))
        world.processes["users"].as_json = False
        bytes_alone = read(await http.get(ONE))
    for word in (*words, "Unreadable", "contractId", str(PARKED)):
        assert word in page.text
    assert SECRET_NAME not in answer.text
    event = f"/ops/events/contracts/{PARKED}/4"
    assert event in [href for href, _ in page.links]
    assert not [href for href, _ in foreign.links if href.startswith("/ops/events/")]
    assert {"ja": "JSONとして読めません", "en": "is not JSON"}[language] in bytes_alone.text


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("ja", ("エラーの全文", "テキスト", "バイト列(16進数)", "誰がなぜ見たかを記録しました")),
        ("en", ("The whole error", "As text", "As bytes (hexadecimal)", "Who saw it and why is on record")),
    ],
)
async def test_v9_a_reason_shows_error_text_and_bytes_once_and_another_look_wants_another_reason(
    world: World, language: str, titles: tuple[str, ...]
) -> None:
    operate(world)
    async with await opened(world, language) as http:
        refused = await send(http, ONE, reason=" ")
        assert (refused.status_code, SECRET_NAME in refused.text) == (422, False)
        form = read(await http.get(ONE)).form(ONE) | {"reason": "本人からの問い合わせ"}
        shown = await http.post(ONE, data=form)
        page = read(shown)
        for words in (*titles, f"Unreadable('{SECRET_NAME} <b>')", "00000000  7b 22 63"):
            assert words in page.text
        assert "<b>" not in shown.text
        assert not [action for action, _ in page.forms if action == ONE]
        again = await http.post(ONE, data=form)
        assert (again.status_code, SECRET_NAME in again.text) == (409, False)
        assert SECRET_NAME not in (await http.get(ONE)).text
    assert [(deed, about) for _, deed, about, _ in world.deeds.about] == [("UNMASK", f"{READER} {PARKED}/4")]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_v9_who_may_only_look_finds_no_way_to_the_whole_of_a_parked_stream(world: World, language: str) -> None:
    operate(world, "OPS_VIEWER")
    async with await opened(world, language) as http:
        page = read(await http.get(ONE))
        assert ONE not in [action for action, _ in page.forms]
        assert {"ja": "操作できる担当者だけ", "en": "only who may act"}[language] in page.text
        csrf = {"csrfToken": "form-token", "idempotencyKey": "k", "reason": "because"}
        refused = await http.post(ONE, data=csrf)
    assert (refused.status_code, SECRET_NAME in refused.text) == (403, False)
    assert not world.deeds.about
    assert not world.processes["users"].done


@pytest.mark.parametrize("what", ["retry", "discard"])
async def test_a_deed_says_first_how_much_it_is_about_and_wants_a_reason(world: World, what: str) -> None:
    operate(world)
    where = f"{DEED}?what={what}&consumer={READER}&stream={PARKED}"
    async with await opened(world) as http:
        page = read(await http.get(where))
        assert "ストリーム 1 件、事実 2 件" in page.text
        refused = await send(http, where, DEED, reason="  ")
        assert refused.status_code == 422
        assert "理由を入力してください" in refused.text
        assert not world.processes["users"].done
        done = await send(http, where, DEED, reason="試験用の申し込み")
        assert done.headers["location"] == f"/ops/parked?done={what}"
        assert read(await http.get(done.headers["location"])).text
    chosen = Chosen(consumer=READER, streams=(PARKED,))
    assert world.processes["users"].done == [(what, chosen)]
    assert [(deed, of, why) for _, deed, of, why in world.deeds.recorded] == [
        (what.upper(), chosen, "試験用の申し込み")
    ]


@pytest.mark.parametrize(
    ("language", "said"), [("ja", "一度指示され、記録されています"), ("en", "was ordered once and is on record")]
)
async def test_v9_a_form_that_is_sent_twice_says_that_it_is_on_record_already(
    world: World, language: str, said: str
) -> None:
    operate(world)
    where = f"{DEED}?what=discard&consumer={READER}&stream={PARKED}"
    async with await opened(world, language) as http:
        fields = read(await http.get(where)).form(DEED) | {"reason": "a test order"}
        assert (await http.post(DEED, data=fields)).status_code == 303
        again = await http.post(DEED, data=fields)
    assert again.status_code == 409
    assert said in again.text
    assert len(world.deeds.recorded) == len(world.processes["users"].done) == 1


@pytest.mark.parametrize(
    ("language", "said", "way"),
    [
        ("ja", "もう保留されていません", "保留中のストリームを見る"),
        ("en", "Nothing of this is parked any more", "See what is parked"),
    ],
)
@pytest.mark.parametrize("what", ["retry", "discard"])
async def test_o1_what_is_parked_no_more_is_said_so_and_leads_to_the_list(
    world: World, what: str, language: str, said: str, way: str
) -> None:
    operate(world)
    where = f"{DEED}?what={what}&consumer={READER}&stream={PARKED}"
    async with await opened(world, language) as http:
        deed = read(await http.get(where)).form(DEED) | {"reason": "a test order"}
        look = read(await http.get(ONE)).form(ONE) | {"reason": "a test order"}
        # Another tab, or another operator.
        world.processes["users"].streams = []
        answers = [
            await http.post(DEED, data=deed),
            await http.get(where),
            await http.get(ONE),
            await http.post(ONE, data=look),
        ]
    for answer in answers:
        assert answer.status_code == 404
        assert said in read(answer).text
        assert ("/ops/parked", way) in [(href, words.strip()) for href, words in read(answer).links]
    assert not world.processes["users"].done


async def test_all_of_one_kind_are_tried_again_and_a_service_that_is_away_is_named(world: World) -> None:
    operate(world)
    world.processes["users"].streams += [parked(number) for number in range(1, 60)]
    async with await opened(world) as http:
        page = read(await http.get("/ops/parked"))
        assert any("cursor=" in href for href, _ in page.links)
        world.processes["gateway"].away = True
        where = f"{DEED}?what=retry"
        assert "gateway" in read(await http.get(where)).text
        done = await send(http, where, DEED, reason="mended")
        world.processes["gateway"].away = False
        assert "届きませんでした: gateway。" in read(await http.get(done.headers["location"])).text
        assert "届きませんでした" not in read(await http.get("/ops/parked?done=retry&missed=nobody")).text
    assert world.processes["users"].done == [("retry", Chosen())]


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "このページまでに応答がなかったサービス: users"), ("en", "No answer from: users, here or on a")],
)
async def test_o1_pages_of_parked_streams_behind_one_without_a_service_name_it_though_it_answers_again(
    world: World, language: str, said: str
) -> None:
    operate(world)
    world.processes["gateway"].streams = [parked(number, consumer="projector") for number in range(1, 60)]
    world.processes["users"].away = True
    async with await opened(world, language) as http:
        page = read(await http.get("/ops/parked"))
        world.processes["users"].away = False
        (further,) = [href for href, _ in page.links if "cursor=" in href]
        assert said in read(await http.get(further)).text
        assert said not in read(await http.get("/ops/parked")).text


@pytest.mark.parametrize("query", ["what=discard", f"what=discard&consumer={READER}", "what=rebuild"])
async def test_nonsense_is_refused(world: World, query: str) -> None:
    operate(world)
    async with await opened(world) as http:
        assert (await http.get(f"{DEED}?{query}")).status_code == 422


async def test_who_may_only_look_finds_no_way_to_do_anything(world: World) -> None:
    operate(world, "OPS_VIEWER")
    async with await opened(world) as http:
        for path in ("/ops", "/ops/parked", ONE):
            page = read(await http.get(path))
            assert not [href for href, _ in page.links if href.startswith(DEED)]
        assert (await http.get(f"{DEED}?what=retry")).status_code == 403
    assert not world.deeds.recorded


async def test_v9_nobody_else_sees_the_console_or_a_way_to_it(world: World) -> None:
    world.boards.operators[USER] = OperatorRow(user_id=USER, role="OPS")
    PEOPLE["administrator"].come(world)
    async with await opened(world) as http:
        for path in ("/ops", "/ops/changes", "/ops/parked", ONE, DEED):
            assert (await http.get(path)).status_code == 403
        assert "/ops" not in [href for href, _ in read(await http.get("/dashboard")).links]


@pytest.mark.parametrize(
    ("silent", "language", "notice", "why"),
    [
        (Silent.KAFKA, "en", "Kafka does not answer: users.", "How far it is behind is not known. Kafka does not"),
        (Silent.KAFKA, "ja", "Kafka が応答しません: users。", "分かりません。 Kafka が応答しません。"),
        (Silent.TOPIC, "en", f"Kafka knows no end of: {NAME[1]}.", "it is gone, or nobody leads a partition of it."),
        (Silent.TOPIC, "ja", f"Kafka が末尾を答えないトピック: {NAME[1]}。", "トピックの末尾を Kafka が答えません"),
        (Silent.DATABASE, "en", "The database does not answer: users.", "The database with its place does not"),
        (Silent.DATABASE, "ja", "データベースが応答しないサービス: users。", "データベースが応答しません。"),
        (Silent.REDIS, "en", "Redis does not answer: users.", "Redis, where its place lies, does not answer."),
        (Silent.REDIS, "ja", "Redis が応答しません: users。", "位置を持つ Redis が応答しません。"),
    ],
)
async def test_o1_the_board_says_who_does_not_answer_and_that_the_lag_is_not_known(
    world: World, silent: Silent, language: str, notice: str, why: str
) -> None:
    operate(world)
    world.processes["users"].flowing = [unseen(silent), flow("users.board", "log:users")]
    async with await opened(world, language) as http:
        answer = await http.get("/ops")
    page = read(answer)
    assert page.text.count(notice) == 1
    assert why in page.text
    # Lag in facts, in seconds, and the rate.
    assert answer.text.count(f'<span class="muted">{"Not known" if language == "en" else "不明"}</span>') == 3


@pytest.mark.parametrize(
    ("silent", "verdict", "notice"),
    [
        (Silent.KAFKA, Verdict.STALLED, "Kafka does not answer: users, contracts."),
        (Silent.KAFKA, Verdict.OK, "Kafka does not answer: users."),
        (None, Verdict.STALLED, ""),
    ],
)
async def test_o1_a_service_whose_relay_waits_for_a_kafka_that_does_not_answer_is_named_too(
    world: World, silent: Silent | None, verdict: Verdict, notice: str
) -> None:
    operate(world)
    relay = replace(flow("contracts.relay", NAME[1]), verdict=verdict)
    world.processes["users"].flowing = [unseen(silent) if silent else flow(*NAME)]
    world.processes["contracts"].flowing = [relay]
    async with await opened(world, "en") as http:
        page = read(await http.get("/ops"))
    assert notice in page.text
    assert ("Kafka does not answer" in page.text) is (silent is not None)


async def test_o1_who_tries_while_its_database_is_away_is_stalled_and_the_page_says_why(world: World) -> None:
    operate(world)
    world.processes["users"].flowing = [unseen(Silent.DATABASE, Verdict.STALLED)]
    async with await opened(world, "en") as http:
        for path in ("/ops", f"/ops/streams/{NAME[0]}/{NAME[1]}"):
            page = read(await http.get(path))
            assert "It tries again and again and does not move. The database with its place does not" in page.text


@pytest.mark.parametrize(
    ("language", "notice"),
    [
        ("en", "12 records that no service of ours wrote were passed by; the last at 4/801: not an envelope of ours:"),
        (
            "ja",
            "ポータルのサービスが書いていないレコードを 12 件読み飛ばしました。最後は 4/801: not an envelope of ours:",
        ),
    ],
)
async def test_o3_the_board_tells_once_of_each_topic_with_records_that_no_service_wrote_and_so_do_its_readers(
    world: World, language: str, notice: str
) -> None:
    operate(world)
    most, fewer = replace(flow(*NAME), foreign=foreign()), replace(flow("projector", NAME[1]), foreign=foreign(3, 802))
    world.processes["users"].flowing = [most, flow("users.board", "log:users")]
    world.processes["gateway"].flowing = [fewer]
    async with await opened(world, language) as http:
        board = read(await http.get("/ops")).text
        page = read(await http.get(f"/ops/streams/{NAME[0]}/{NAME[1]}")).text
        world.processes["users"].flowing = world.processes["gateway"].flowing = [flow(*NAME)]
        nothing = read(await http.get("/ops")).text
    assert (board.count(f"{NAME[1]}: {notice}"), "802" in board) == (1, False)
    assert f"{NAME[1]}: {notice}" in page
    assert "not an envelope" not in nothing


def test_what_nobody_knows_leads_where_readers_stand_by_lag() -> None:
    flows = (flow("users.a", NAME[1]), unseen(consumer="users.b"))
    (line,) = by_lag(lines([Standing(service="users", answers=True, flows=flows)]))
    assert [one.consumer for one in line.flows] == ["users.b", "users.a"]


LOOKS = [
    one.path
    for router in pages.routers()
    for one in router.routes
    if isinstance(one, APIRoute) and one.path.startswith("/ops") and one.methods and "GET" in one.methods
]
IN_PATHS = {
    "service": "users",
    "stream_id": PARKED,
    "version": 1,
    "consumer": READER,
    "topic": "t",
    "message_id": MAIL,
    "fact_type": "-",
}


@pytest.mark.parametrize("path", LOOKS)
async def test_m4_who_is_refused_a_page_of_the_console_is_noted_once(world: World, path: str) -> None:
    who = PEOPLE["general user"]
    who.come(world)
    async with person(world) as http:
        http.headers["cookie"] = who.headers["cookie"]
        with capture_logs() as said:
            answer = await http.get(path.format(**IN_PATHS), params={"what": "resend"} if "mails" in path else {})
    assert answer.status_code == 403
    assert len([one for one in said if one["event"] == "ops.refused"]) == 1
    assert len(world.deed_book.noted) == 1


@pytest.mark.parametrize("name", [name for name in FORMS if FORMS[name].page.startswith("/ops")])
@pytest.mark.parametrize(("reason", "told"), [(" ", "理由を入力してください"), ("あ" * 501, "500文字以内")])
async def test_v9_no_form_of_the_console_does_anything_without_a_reason_that_can_be_kept(
    world: World, name: str, reason: str, told: str
) -> None:
    form = replace(FORMS[name], typed={"reason": reason})
    async with person(world) as http:
        await form.enter(world, http)
        answer = await form.send(http, await form.open(http))
    assert answer.status_code == 422
    assert told in read(answer).text
    assert not touched(world)
