"""The pages of one contract: its sides, its memo, its past."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.application.directory import HistoryEntry
from gateway.projections.status_history import StatusHistoryRow
from gateway.web.services import TABS
from tests.unit.gateway.fakes import GROUP, NOW, OTHER_TENANT, USER
from tests.unit.gateway.fakes_boards import affected, application, contract, incident, maintenance
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import enter, person, read, send
from tests.unit.gateway.world import World

HERE = f"/services/{contract(1).contract_id}"


@pytest.fixture
def company(world: World) -> World:
    """Give a company with one contract and all that there is about it."""
    world.boards.rows = [contract(1, service_status="WARNING", memo="本社 総務部")]
    world.boards.received = [application(order_type="CHANGE", state="IN_PROGRESS", order_status=3)]
    world.boards.incidents = [incident()]
    world.boards.maintenances = [maintenance()]
    history = ((NOW - timedelta(days=3), "NORMAL"), (NOW - timedelta(days=1), "ABNORMAL"), (NOW, "WARNING"))
    world.boards.histories = [StatusHistoryRow(contract_id=contract(1).contract_id, changes=history)]
    return world


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_s39_each_side_of_a_contract_has_a_page(company: World, language: str) -> None:
    async with person(company, language) as http:
        await enter(http)
        for tab in TABS:
            answer = await http.get(HERE if tab == "overview" else f"{HERE}/{tab}")
            assert answer.status_code == 200, tab
            assert "N000000001" in answer.text
            assert len([href for href, _ in read(answer).links if href.startswith(HERE)]) >= len(TABS), tab
        assert (await http.get(f"{HERE}/nonsense")).status_code == 404


async def test_s41_s42_n7_the_sides_show_what_is_about_the_contract(company: World) -> None:
    company.boards.maintenances.append(maintenance(2, contracts=(affected(2),), name="別の工事"))
    async with person(company) as http:
        await enter(http)
        assert "設備更改工事" in (await http.get(f"{HERE}/maintenance")).text
        assert "別の工事" not in (await http.get(f"{HERE}/maintenance")).text
        assert "A-2026-000123" in (await http.get(f"{HERE}/applications")).text
        assert "音声品質低下" in (await http.get(f"{HERE}/status")).text


async def test_n5_the_chart_is_a_picture_without_script_and_the_same_as_a_table(company: World) -> None:
    async with person(company) as http:
        await enter(http)
        text = (await http.get(f"{HERE}/status")).text
    assert text.count("<rect") >= 4
    assert "異常" in text
    assert "75.000%" in text
    assert "0.000%" in text
    assert "<script>" not in text


async def test_n5_a_memo_is_kept_and_what_is_too_long_is_said(company: World) -> None:
    async with person(company) as http:
        await enter(http)
        assert "本社 総務部" in (await http.get(HERE)).text
        long = await send(http, HERE, f"{HERE}/memo", memo="あ" * 39)
        assert long.status_code == 422
        assert "メモは38文字までです。" in long.text
        kept = await send(http, HERE, f"{HERE}/memo", memo="い" * 38)
        assert kept.headers["location"] == f"{HERE}?saved=1"
        assert "メモを保存しました。" in (await http.get(kept.headers["location"])).text
    assert company.own_contracts.memos == {contract(1).contract_id: "い" * 38}


async def test_m7_n5_a_memo_that_somebody_else_changed_first_is_shown_beside_what_was_typed(company: World) -> None:
    action = f"{HERE}/memo"
    async with person(company) as http:
        await enter(http)
        page = read(await http.get(HERE))
        company.boards.rows = [replace(company.boards.rows[0], memo="支社 営業部", version=5)]
        company.own_contracts.version = 5
        answer = await http.post(action, data=page.form(action) | {"memo": "本社 経理部"})
        assert answer.status_code == 412
        again = read(answer)
        words = "".join(again.text.split())
        assert "ほかの人が先にこの内容を変更しました" in words
        assert "本社総務部支社営業部" in words
        assert 'value="本社 経理部"' in answer.text
        assert company.own_contracts.memos == {}
        saved = await http.post(action, data=again.form(action) | {"memo": "本社 経理部"})
        assert saved.status_code == 303
    assert company.own_contracts.memos == {contract(1).contract_id: "本社 経理部"}


async def test_m7_n5_what_else_changed_of_a_contract_keeps_nobody_from_noting_something(company: World) -> None:
    action = f"{HERE}/memo"
    async with person(company) as http:
        await enter(http)
        page = read(await http.get(HERE))
        company.boards.rows = [replace(company.boards.rows[0], service_status="NORMAL", version=5)]
        company.own_contracts.version = 5
        assert (await http.post(action, data=page.form(action) | {"memo": "本社 経理部"})).status_code == 303


async def test_n2_who_may_see_and_not_edit_has_no_form_and_is_refused(company: World) -> None:
    company.boards.persons[USER] = registered(groups=(GROUP,))
    granted = (("smart-pbx", contract(1).contract_id, "VIEW"),)
    company.boards.groups[GROUP] = replace(company.boards.groups[GROUP], granted=granted)
    async with person(company) as http:
        await enter(http)
        text = (await http.get(HERE)).text
        assert "本社 総務部" in text
        assert "/memo" not in text
        assert "/hop/" not in text
        token = read(await http.get("/settings")).form("/language")
        refused = await http.post(f"{HERE}/memo", data={**token, "memo": "x"})
    assert refused.status_code == 403
    assert company.own_contracts.memos == {}


async def test_s37_the_way_to_the_settings_site_stands_on_the_contract(company: World) -> None:
    async with person(company) as http:
        await enter(http)
        links = dict(read(await http.get(HERE)).links)
        bottom = dict(read(await http.get("/dashboard")).links)
    assert links[f"/hop/{contract(1).contract_id}"] == "設定変更"
    assert bottom["/hop?serviceName=smart-pbx"] == "Arcstar Smart PBX 設定変更"


async def test_sh4_a_contract_as_it_was_and_who_changed_it(company: World) -> None:
    change = HistoryEntry(
        at=NOW, by=f"user:{USER}", client_ip="192.0.2.7", field="memo", new="本社 総務部", correlation_id=UUID(int=9)
    )
    company.own_contracts.entries = [
        change,
        replace(change, by="operator:operator", client_ip=None, field="serviceStatus", new="WARNING"),
    ]
    async with person(company) as http:
        await enter(http)
        text = read(await http.get(f"{HERE}/history?asOf=2026-11-24T18:00")).text
        assert "昔の場所" in text
        assert "佐藤 花子" in text
        assert "注意" in text
        assert "192.0.2.7" in text
        was_not = await http.get(f"{HERE}/history?asOf=2020-01-01T00:00")
        assert "まだありませんでした" in was_not.text
        broken = await http.get(f"{HERE}/history?asOf=yesterday")
    assert broken.status_code == 422
    assert "日時を確認してください。" in broken.text


async def test_sh4_the_api_says_the_same_under_as_of(company: World) -> None:
    async with person(company) as http:
        await enter(http)
        path = f"/api/v1/contracts/{contract(1).contract_id}"
        then = (await http.get(path, params={"asOf": NOW.isoformat()})).json()
        assert (then["says"], then["asOf"]) == ({"site": "昔の場所"}, "2026-11-24T09:00:00Z")
        before = await http.get(path, params={"asOf": datetime(2020, 1, 1, tzinfo=UTC).isoformat()})
        assert (before.status_code, before.json()["code"]) == (404, "contract-unknown")
        zoneless = await http.get(path, params={"asOf": "2026-01-01T00:00"})
        assert zoneless.status_code == 422


async def test_the_search_finds_what_may_be_seen_and_the_address_keeps_it(world: World) -> None:
    world.boards.rows = [
        *(contract(n, site=f"大阪支店 {n}") for n in range(1, 61)),
        contract(70, site="名古屋", external_numbers=("052-111-2222",)),
        contract(71, tenant_id=OTHER_TENANT, site="名古屋 よその"),
    ]
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/services", params={"search": "ナゴヤ"})).text
        assert "この条件に合う契約はありません。" in text
        text = (await http.get("/services", params={"search": "名古屋"})).text
        assert "N000000070" in text
        assert "N000000071" not in text
        assert "N000000070" in (await http.get("/services", params={"search": "0521112222"})).text
        first = read(await http.get("/services", params={"search": "大阪 支店"}))
        onward = next(href for href, _ in first.links if "cursor=" in href)
        second = (await http.get(onward)).text
    assert "N000000050" in first.text
    assert "N000000051" in second
    assert "N000000070" not in second
