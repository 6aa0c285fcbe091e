"""The pages of events: searched, one whole, personal data for a reason, followed, published again."""

from urllib.parse import urlencode

import pytest

from kernel.application.republishing import Progress
from tests.unit.gateway.asking import PEOPLE
from tests.unit.gateway.fakes import NOW, TENANT
from tests.unit.gateway.fakes_ops import PARKED, SECRET_NAME
from tests.unit.gateway.fakes_ops_events import CLICK, envelope
from tests.unit.gateway.reading import read, send
from tests.unit.gateway.test_pages_ops import opened, operate
from tests.unit.gateway.world import World

ONE = f"/ops/events/users/{PARKED}/1"
AGAIN, ASK = "/ops/publish-again", "/ops/publish-again/from"


@pytest.mark.parametrize(("language", "title"), [("ja", "事実の一覧"), ("en", "Events")])
async def test_o1_events_are_listed_and_every_id_leads_to_what_shares_it(
    world: World, language: str, title: str
) -> None:
    operate(world)
    async with await opened(world, language) as http:
        page = read(await http.get("/ops/events"))
    links = [href for href, _ in page.links]
    assert title in page.text
    for href in (
        ONE,
        f"/ops/events?id={PARKED}",
        f"/ops/events?tenantId={TENANT}",
        f"/ops/events?correlationId={CLICK}",
        "/ops/events/live",
    ):
        assert href in links


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_o1_an_event_whose_log_does_not_say_by_whom_or_by_which_click_shows_a_dash_there(
    world: World, language: str
) -> None:
    operate(world)
    world.logs["users"].facts = [envelope(1, actor=None, correlation_id=None)]
    async with await opened(world, language) as http:
        for path in ("/ops/events", ONE):
            answer = await http.get(path)
            assert answer.status_code == 200
            assert "None" not in answer.text
            assert not [href for href, _ in read(answer).links if "correlationId=" in href]
        assert read(answer).text.count("―") == 2


@pytest.mark.parametrize(
    "query",
    [
        {"tenantId": str(TENANT), "type": "user.registered"},
        {"id": str(PARKED)},
        {"id": f"{PARKED}/1"},
        {"correlationId": str(CLICK)},
        {"service": "users", "first": "1", "last": "9"},
        {"since": "2020-01-01T00:00", "order": "oldest"},
    ],
)
async def test_o1_what_is_typed_is_looked_for_and_kept_in_the_form(world: World, query: dict[str, str]) -> None:
    operate(world)
    async with await opened(world) as http:
        answer = await http.get(f"/ops/events?{urlencode(query)}")
        assert answer.status_code == 200
        assert ONE in [href for href, _ in read(answer).links]
        for name in query.keys() - {"service", "order"}:
            assert read(answer).inputs[name]["value"] == query[name]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_o1_what_cannot_be_read_is_told_at_each_field_and_nothing_is_listed(world: World, language: str) -> None:
    operate(world)
    query = dict.fromkeys(("tenantId", "id", "correlationId", "causationId", "since", "until", "first"), "x")
    async with await opened(world, language) as http:
        answer = await http.get(f"/ops/events?{urlencode(query)}")
    page = read(answer)
    assert answer.status_code == 422
    assert {f"#{name}" for name in (*query, "service")} <= {href for href, _ in page.links}
    assert ONE not in [href for href, _ in page.links]


async def test_o1_pages_lead_on_and_an_empty_one_says_that_there_is_more_to_look_through(world: World) -> None:
    operate(world)
    world.logs["users"].facts = [envelope(number) for number in range(1, 120)]
    async with await opened(world) as http:
        page = read(await http.get("/ops/events?type=user.registered"))
        further = next(href for href, words in page.links if words == "次の50件")
        assert "type=user.registered" in further
        beyond = read(await http.get(further))
        shown, next_shown = (
            {href for href, _ in one.links if href.startswith("/ops/events/users/")} for one in (page, beyond)
        )
        assert len(shown) == len(next_shown) == 50
        assert not shown & next_shown
        world.logs["users"].window = 5
        empty = read(await http.get(f"/ops/events?id={CLICK}"))
    assert "続きを探せます" in empty.text


@pytest.mark.parametrize(
    ("language", "covered", "gone"), [("ja", "個人情報(非表示)", "消去済み"), ("en", "masked", "Shredded")]
)
async def test_v9_one_event_shows_everything_but_what_is_personal_or_secret(
    world: World, language: str, covered: str, gone: str
) -> None:
    operate(world)
    world.logs["users"].facts = [envelope(1, causation_id=f"{CLICK}/4")]
    async with await opened(world, language) as http:
        answer = await http.get(ONE)
    page = read(answer)
    assert covered in page.text
    assert gone in page.text
    assert SECRET_NAME not in answer.text
    assert "<script>alert" not in answer.text
    assert "members.0.role" in page.text
    assert f"{CLICK}/4" in page.text, "a cause that nobody has is named"


async def test_v9_a_reason_shows_what_is_personal_once_and_another_look_wants_another_reason(world: World) -> None:
    operate(world)
    async with await opened(world) as http:
        refused = await send(http, ONE, reason=" ")
        assert (refused.status_code, SECRET_NAME in refused.text) == (422, False)
        form = read(await http.get(ONE)).form(ONE) | {"reason": "本人からの問い合わせ"}
        shown = await http.post(ONE, data=form)
        assert SECRET_NAME in shown.text
        again = await http.post(ONE, data=form)
        assert (again.status_code, SECRET_NAME in again.text) == (409, False)
        assert SECRET_NAME not in (await http.get(ONE)).text
    assert [(deed, about) for _, deed, about, _ in world.deeds.about] == [("UNMASK", f"users {PARKED}/1")]


async def test_o1_publishing_again_says_first_how_much_and_that_no_mail_goes_out(world: World) -> None:
    operate(world)
    world.logs["users"].facts = [envelope(number) for number in range(1, 8)]
    where = f"{ASK}?service=users&partition=3&first=2"
    async with await opened(world) as http:
        page = read(await http.get(where))
        assert "事実 6 件" in page.text
        assert "再送されるものはありません" in page.text
        assert (await send(http, where, ASK, reason="")).status_code == 422
        done = await send(http, where, ASK, reason="読み手の復旧")
        assert done.headers["location"] == f"{AGAIN}?done=1"
    assert [about for _, _, about, _ in world.deeds.about] == ["users/3 from 2"]


async def test_o1_its_progress_is_shown_and_nonsense_is_told_at_the_field(world: World) -> None:
    operate(world)
    world.logs["users"].progress = Progress(
        topic="portal.users.events.v1", first=3, place=5, head=9, sent=1234, at=NOW, parts=(2,)
    )
    async with await opened(world, "en") as http:
        page = read(await http.get(AGAIN))
        assert "Going on" in page.text
        assert "1,234" in page.text
        for query in (
            "service=x&first=1",
            "service=users",
            "service=users&first=a",
            "service=users&first=1&partition=9",
        ):
            assert (await http.get(f"{ASK}?{query}")).status_code == 422
        world.logs["users"].busy = True
        told = await send(http, f"{ASK}?service=users&first=1", ASK, reason="again")
        assert (told.status_code, "being published again" in told.text) == (409, True)


async def test_v9_who_may_only_look_finds_no_way_to_what_is_personal_or_to_publish(world: World) -> None:
    operate(world, "OPS_VIEWER")
    async with await opened(world) as http:
        for path in ("/ops/events", ONE, AGAIN, "/ops/events/live"):
            page = read(await http.get(path))
            assert ASK not in [action for action, _ in page.forms]
            assert "reason" not in page.text
        assert (await http.get(f"{ASK}?service=users&first=1")).status_code == 403
        csrf = {"csrfToken": "form-token", "idempotencyKey": "k", "reason": "because"}
        assert (await http.post(ONE, data=csrf)).status_code == 403
        assert (await http.post(ASK, data=csrf | {"service": "users", "first": "1"})).status_code == 403
    assert not world.deeds.about


async def test_v9_nobody_else_sees_events(world: World) -> None:
    PEOPLE["administrator"].come(world)
    async with await opened(world) as http:
        for path in ("/ops/events", "/ops/events/live", "/ops/events/changes", ONE, AGAIN, ASK):
            assert (await http.get(path)).status_code == 403
