"""The user groups of a company: list, form, members, permissions."""

from dataclasses import replace
from uuid import UUID

import pytest

from gateway.application.access import Action
from gateway.application.directory import Permission
from kernel.domain.errors import Refused, Unavailable
from tests.unit.gateway.fakes import EVERYBODY, GROUP, TENANT, USER
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import enter, person, read, send
from tests.unit.gateway.samples_people import COLLEAGUE, NEW, OTHER_GROUP, some_group, somebody
from tests.unit.gateway.world import World

ONE = f"/groups/{GROUP}"
SEEN = {"serviceName": "smart-pbx", "contractId": None, "actions": ["VIEW"]}


class GroupNameTaken(Refused):
    """As users says it."""

    code = "group-name-taken"


class GroupBuiltIn(Refused):
    """As users says it."""

    code = "group-built-in"


async def test_n2_groups_are_listed_with_members_and_what_they_permit(world: World) -> None:
    one = contract(1)
    world.boards.rows = [one]
    groups = world.directory.kept_groups[TENANT]
    permissions = (
        Permission(service_name="smart-pbx", actions=(Action.VIEW,)),
        Permission(service_name="smart-pbx", contract_id=one.contract_id, actions=(Action.VIEW, Action.EDIT)),
    )
    groups[GROUP] = replace(groups[GROUP], permissions=permissions)
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/groups"))
    for words in ("営業部", "1人", "Arcstar Smart PBX: 表示", "N000000001: 表示, 変更", "すべてのサービス: 表示"):
        assert words in page.text
    assert dict(page.links)[ONE] == "営業部"
    assert "よその" not in page.text


async def test_m5_many_groups_come_page_by_page_and_lead_to_the_next(world: World) -> None:
    groups = world.directory.kept_groups[TENANT]
    groups |= {UUID(int=number): some_group(UUID(int=number), f"班 {number:03}") for number in range(1, 80)}
    async with person(world) as http:
        await enter(http)
        first = [href for href, _ in read(await http.get("/groups")).links]
        (following,) = [href for href in first if href.startswith("/groups?cursor=")]
        second = [href for href, _ in read(await http.get(following)).links]
    assert sum(href.startswith("/groups/") for href in first) >= 50
    assert not [href for href in second if href.startswith("/groups?cursor=")]
    assert "/groups" in second


@pytest.mark.parametrize("path", ["/groups", "/groups/new", ONE, f"{ONE}/edit", f"{ONE}/deletion"])
async def test_n1_only_an_administrator_comes_to_the_groups(world: World, path: str) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    async with person(world) as http:
        await enter(http)
        answer = await http.get(path)
    assert answer.status_code == 403
    assert "営業部" not in answer.text


@pytest.mark.parametrize("path", ["", "/edit", "/deletion"])
async def test_another_companys_group_is_not_there(world: World, path: str) -> None:
    async with person(world) as http:
        await enter(http)
        answers = [await http.get(f"/groups/{which}{path}") for which in (OTHER_GROUP, "nonsense")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "よその" not in answers[0].text


async def test_a_group_is_added_and_leads_to_its_members(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/groups/new", name=" 大阪支店 ", description="")
        assert answer.headers["location"] == f"/groups/{NEW}?notice=added"
        assert "次に、メンバーと権限を設定してください。" in (await http.get(answer.headers["location"])).text
    assert asked(world, "add_group") == [{"name": "大阪支店", "description": ""}]


async def test_a_name_that_is_missing_or_taken_is_said_at_its_field(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        missing = await send(http, "/groups/new", name=" ", description="説明")
        world.directory.refusal = GroupNameTaken()
        taken = await send(http, "/groups/new", name="営業部", description="説明")
    assert (missing.status_code, taken.status_code) == (422, 409)
    assert ("#name", "グループ名を入力してください。") in read(missing).links
    assert ("#name", "同じ名前のグループがあります。別の名前にしてください。") in read(taken).links
    assert read(taken).inputs["name"]["value"] == "営業部"
    assert "説明" in taken.text


async def test_m07_a_stale_name_shows_what_others_changed(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"{ONE}/edit"))
        groups = world.directory.kept_groups[TENANT]
        groups[GROUP] = replace(groups[GROUP], name="営業本部", version=2)
        fields = page.form(f"{ONE}/edit") | {"name": "営業部", "description": "電話"}
        stale = await http.post(f"{ONE}/edit", data=fields)
        again = read(stale)
        saved = await http.post(
            f"{ONE}/edit", data=again.form(f"{ONE}/edit") | {"name": "営業本部", "description": "電話"}
        )
    assert stale.status_code == 412
    assert "グループ名営業部営業本部" in "".join(again.text.split())
    assert again.inputs["name"]["value"] == "営業本部"
    assert saved.headers["location"] == f"{ONE}?notice=saved"
    assert asked(world, "change_group")[-1] == (GROUP, {"description": "電話"}, '"2"')


async def test_a_long_description_stays_whole_when_the_name_changes(world: World) -> None:
    groups, long = world.directory.kept_groups[TENANT], "説" * 1000
    groups[GROUP] = replace(groups[GROUP], description=long)
    async with person(world) as http:
        await enter(http)
        assert (await send(http, f"{ONE}/edit", name="営業二部", description=long)).status_code == 303
    assert asked(world, "change_group")[0][1] == {"name": "営業二部"}


async def test_n2_the_built_in_group_explains_itself_and_offers_no_change(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"/groups/{EVERYBODY}"))
        assert (await http.get(f"/groups/{EVERYBODY}/deletion")).status_code == 404
    assert "名前と権限は変えられず、削除もできません。" in page.text
    hrefs = {href for href, _ in page.links}
    assert not {f"/groups/{EVERYBODY}/edit", f"/groups/{EVERYBODY}/deletion"} & hrefs
    assert f"/groups/{EVERYBODY}/permissions" not in [action for action, _ in page.forms]


async def test_members_are_found_by_search_and_added(world: World) -> None:
    who = UUID(int=COLLEAGUE.int + 5)
    world.directory.kept[TENANT][who] = somebody(who, "高橋 次郎", email="jiro@example.co.jp", groups=())
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"{ONE}?find=example"))
        assert "高橋 次郎" in page.text
        assert "メンバーです" in page.text
        fields = page.form(f"{ONE}/members") | {"userIds": str(who)}
        answer = await http.post(f"{ONE}/members", data=fields)
        none = read(await http.get(f"{ONE}?find=nobody"))
    assert answer.headers["location"] == f"{ONE}?notice=joined"
    assert asked(world, "add_members") == [(GROUP, (who,))]
    assert "見つかりません。" in none.text


async def test_adding_nobody_is_said_and_the_search_stays(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"{ONE}?find=example"))
        answer = await http.post(f"{ONE}/members", data=page.form(f"{ONE}/members") | {"userIds": "nonsense"})
    assert answer.status_code == 422
    assert ("#userIds", "追加するユーザーを選択してください。") in read(answer).links
    assert read(answer).inputs["find"]["value"] == "example"


async def test_a_member_is_taken_out_once_that_was_asked(world: World) -> None:
    where = f"{ONE}/members/{COLLEAGUE}/removal"
    async with person(world) as http:
        await enter(http)
        assert where in [href for href, _ in read(await http.get(ONE)).links]
        page = read(await http.get(where))
        assert "鈴木 一郎 さんを「営業部」から外しますか" in page.text
        assert (ONE, "キャンセル") in page.links
        assert asked(world, "remove_member") == []
        world.directory.refusal = Unavailable("users")
        refused = await http.post(where, data=page.form(where))
        assert (refused.status_code, "いまは利用できません。" in refused.text) == (503, True)
        answer = await send(http, where)
        assert answer.headers["location"] == f"{ONE}?notice=left"
        assert (await http.get(f"{ONE}/members/nobody/removal")).status_code == 404
        assert (await http.get(f"{ONE}/members/{USER}/removal")).headers["location"] == ONE
    assert asked(world, "remove_member")[-1] == (GROUP, COLLEAGUE)


async def test_n2_permissions_are_a_table_of_services_and_actions(world: World) -> None:
    world.boards.rows = [contract(1)]
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(ONE))
        assert "権限はまだありません。" in page.text
        fields = page.form(f"{ONE}/permissions") | {
            "grant": ["smart-pbx::VIEW", "*::CONFIGURE", "*::RULE"],
            "do": "save",
        }
        answer = await http.post(f"{ONE}/permissions", data=fields)
        again = (await http.get(ONE)).text
    assert answer.headers["location"] == f"{ONE}?notice=permitted"
    everything = {"serviceName": "*", "contractId": None, "actions": ["CONFIGURE"]}
    assert asked(world, "permit") == [(GROUP, [SEEN, everything], '"1"')]
    assert 'value="smart-pbx::VIEW" checked' in again
    assert 'value="smart-pbx::EDIT">' in again


async def test_n2_a_contract_gets_a_row_of_its_own_before_anything_is_saved(world: World) -> None:
    one, other = contract(1), contract(2)
    world.boards.rows = [one, other]
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(ONE))
        fields = page.form(f"{ONE}/permissions") | {
            "grant": "smart-pbx::VIEW",
            "contractNumber": "n000000002",
            "do": "line",
        }
        added = await http.post(f"{ONE}/permissions", data=fields)
        unknown = await http.post(f"{ONE}/permissions", data=fields | {"contractNumber": "N999999999"})
        assert not asked(world, "permit")
        key = f"smart-pbx:{other.contract_id}"
        kept = read(added).form(f"{ONE}/permissions") | {"grant": f"{key}:EDIT", "contractNumber": "", "do": "save"}
        assert (await http.post(f"{ONE}/permissions", data=kept)).status_code == 303
    assert (added.status_code, unknown.status_code) == (200, 422)
    assert 'value="smart-pbx::VIEW" checked' in added.text
    assert f'value="{key}:EDIT">' in added.text
    assert ("#contractNumber", "この契約番号は見つかりません。") in read(unknown).links
    assert asked(world, "permit")[0][1] == [
        {"serviceName": "smart-pbx", "contractId": str(other.contract_id), "actions": ["EDIT"]}
    ]


async def test_deleting_a_group_is_asked_once_more_and_a_refusal_is_told(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        asked_for = read(await http.get(f"{ONE}/deletion"))
        assert "メンバー1人は、このグループの権限をすぐに失います。" in asked_for.text
        world.directory.refusal = GroupBuiltIn()
        refused = await send(http, f"{ONE}/deletion")
        answer = await send(http, f"{ONE}/deletion")
        assert "グループを削除しました。" in (await http.get(answer.headers["location"])).text
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    assert len(asked(world, "delete_group")) == 2


def asked(world: World, name: str) -> list[object]:
    """Return what a command was asked with, each time."""
    return [what for called, what, _ in world.directory.calls if called == name]
