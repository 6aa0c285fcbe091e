"""M7: nobody overwrites what they have not seen: every thing has an ETag, every change of one names it."""

from dataclasses import replace

import pytest
from starlette.datastructures import FormData

from gateway.application.access import Action
from gateway.application.directory import Permission, Status
from gateway.application.viewer import Role
from gateway.web.changes import if_match
from tests.unit.gateway.asking import ADMINISTRATOR, PEOPLE, ask, fresh_world, is_untouched
from tests.unit.gateway.described import Operation, operations
from tests.unit.gateway.fakes import GROUP, TENANT
from tests.unit.gateway.reading import enter, person, read
from tests.unit.gateway.samples_people import COLLEAGUE
from tests.unit.gateway.world import World

ITEMS = ("/api/v1/users/{userId}", "/api/v1/groups/{groupId}", "/api/v1/tenant/settings")
OF_EVERYBODY = ("changeOwnNotifications", "changeMemo")
"""What does not take an administrator: whether this person may change the very thing is asked behind the version."""
IMAGES = [one for one in operations() if one.path == "/api/v1/tenant/image" and one.changes]
"""A picture is named by its digest, and the first one by there being none."""
CONDITIONAL = [pytest.param(one, id=one.id) for one in operations() if one.conditional and one not in IMAGES]
IMAGE = next(one for one in operations() if one.id == "tenantImage")
READ = [pytest.param(one, id=one.id) for one in operations() if one.verb == "GET" and one.path in ITEMS]


def test_m7_every_change_of_a_thing_is_conditional() -> None:
    changes = {one.id for one in operations() if one.path in ITEMS and one.changes}
    parts = {"permitGroup", "suspendUser", "reinstateUser", "changeUserNotifications", *OF_EVERYBODY}
    assert {one.id for one in operations() if one.conditional and one not in IMAGES} == changes | parts
    assert {one.id for one in IMAGES} == {"changeTenantImage", "removeTenantImage"}
    assert len(READ) == len(ITEMS)


@pytest.mark.parametrize("operation", READ)
async def test_m7_every_thing_has_an_etag(operation: Operation) -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    told = await ask(world, ADMINISTRATOR, operation)
    assert told.headers["etag"] == f'"{told.json["version"]}"'


@pytest.mark.parametrize("operation", CONDITIONAL)
async def test_m7_a_change_that_names_no_version_is_asked_for_one(operation: Operation) -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    told = await ask(world, ADMINISTRATOR, operation, without=("if-match",))
    assert (told.status, told.code) == (428, "precondition-required")
    assert is_untouched(world)


@pytest.mark.parametrize("operation", CONDITIONAL)
async def test_m7_a_change_of_an_old_version_is_refused_and_changes_nothing(operation: Operation) -> None:
    world, plain = fresh_world(), fresh_world()
    ADMINISTRATOR.come(world)
    told = await ask(world, ADMINISTRATOR, operation, headers={"if-match": '"77"'})
    assert (told.status, told.code) == (412, "stale")
    assert world.directory.kept == plain.directory.kept
    assert world.directory.kept_groups == plain.directory.kept_groups
    assert world.directory.policy == plain.directory.policy
    assert world.own_contracts.memos == {}


@pytest.mark.parametrize("operation", CONDITIONAL)
@pytest.mark.parametrize("said", ["2", 'W/"2"', '"two"', '"2", "3"', '"99999999999"', ""])
async def test_m7_what_is_no_version_is_refused_as_such(operation: Operation, said: str) -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    told = await ask(world, ADMINISTRATOR, operation, headers={"if-match": said})
    assert (told.status, told.code) == (422, "invalid")
    assert is_untouched(world)


@pytest.mark.parametrize("operation", CONDITIONAL)
@pytest.mark.parametrize("who", ["anonymous", "general user"])
async def test_a8_who_may_not_change_it_learns_nothing_of_versions(operation: Operation, who: str) -> None:
    world = fresh_world()
    PEOPLE[who].come(world)
    told = await ask(world, PEOPLE[who], operation, without=("if-match",))
    assert told.status in (401, 403) or (who == "general user" and operation.id in OF_EVERYBODY)


@pytest.mark.parametrize("operation", [pytest.param(one, id=one.id) for one in IMAGES])
async def test_m7_nobody_overwrites_a_picture_that_they_have_not_seen(operation: Operation) -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    told = await ask(world, ADMINISTRATOR, operation, without=("if-match",))
    assert (told.status, told.code) == (428, "precondition-required")
    told = await ask(world, ADMINISTRATOR, operation, headers={"if-match": f'"{"0" * 64}"'})
    assert (told.status, told.code) == (412, "stale")
    for said in ('"77"', "two", ""):
        told = await ask(world, ADMINISTRATOR, operation, headers={"if-match": said})
        assert (told.status, told.code) == (422, "invalid"), said
    assert world.directory.images[TENANT] == b"ours"
    tag = (await ask(world, ADMINISTRATOR, IMAGE)).headers["etag"]
    assert (await ask(world, ADMINISTRATOR, operation, headers={"if-match": tag})).status == 204


async def test_m7_the_first_picture_says_that_there_is_none_yet() -> None:
    world = fresh_world()
    ADMINISTRATOR.come(world)
    first = {"if-none-match": "*"}
    change = next(one for one in IMAGES if one.verb == "PUT")
    assert set(change.parameters("header")) >= {"If-Match", "If-None-Match"}
    told = await ask(world, ADMINISTRATOR, change, headers=first, without=("if-match",))
    assert (told.status, told.code) == (412, "stale")
    told = await ask(world, ADMINISTRATOR, change, headers=first)
    assert (told.status, told.code) == (412, "stale"), "both at once are never so"
    assert world.directory.images.pop(TENANT) == b"ours"
    assert (await ask(world, ADMINISTRATOR, change, headers=first, without=("if-match",))).status == 204
    assert TENANT in world.directory.images


@pytest.mark.parametrize("forged", ["", "x", "2\r\nX-Other: 1", "２", "99999999999"])  # noqa: RUF001 - a wide digit
def test_m7_a_form_with_what_is_no_version_starts_from_one_that_nothing_is_at(forged: str) -> None:
    assert if_match(FormData([("version", "2")])) == '"2"'
    assert if_match(FormData([("version", forged)])) == '"none"'


@pytest.mark.parametrize("deed", ["suspension", "deletion"])
async def test_m7_a_page_that_asks_once_more_says_what_changed_meanwhile(world: World, deed: str) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"/users/{COLLEAGUE}/{deed}"))
        people = world.directory.kept[TENANT]
        people[COLLEAGUE] = replace(people[COLLEAGUE], role=Role.PORTAL_ADMIN, version=3)
        action = f"/users/{COLLEAGUE}/{deed}"
        answer = await http.post(action, data=page.form(action))
        assert answer.status_code == 412
        again = read(answer)
        words = "".join(again.text.split())
        assert "ユーザー権限一般ユーザーポータル管理者" in words
        assert people[COLLEAGUE].status is Status.ACTIVE
        assert (await http.post(action, data=again.form(action))).status_code == 303


async def test_m7_a_button_of_an_old_page_is_refused(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], status=Status.SUSPENDED)
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"/users/{COLLEAGUE}"))
        people[COLLEAGUE] = replace(people[COLLEAGUE], version=3)
        action = f"/users/{COLLEAGUE}/reinstatement"
        assert (await http.post(action, data=page.form(action))).status_code == 412
        assert people[COLLEAGUE].status is Status.SUSPENDED


async def test_m7_a_group_that_changed_is_not_deleted_unseen(world: World) -> None:
    action = f"/groups/{GROUP}/deletion"
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(action))
        groups = world.directory.kept_groups[TENANT]
        groups[GROUP] = replace(groups[GROUP], name="大切な部", version=2)
        answer = await http.post(action, data=page.form(action))
        assert answer.status_code == 412
        assert "大切な部" in read(answer).text
        assert GROUP in groups


async def test_m7_ticks_stay_over_a_table_that_others_changed(world: World) -> None:
    action = f"/groups/{GROUP}/permissions"
    groups = world.directory.kept_groups[TENANT]
    groups[GROUP] = replace(groups[GROUP], permissions=(permission(Action.VIEW),))
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"/groups/{GROUP}"))
        groups[GROUP] = replace(groups[GROUP], permissions=(permission(Action.VIEW, Action.EDIT),), version=2)
        mine = {"grant": ["smart-pbx::CONFIGURE"], "do": "save"}
        answer = await http.post(action, data=page.form(action) | mine)
        assert answer.status_code == 412
        again = read(answer)
        assert "ほかの人が先にこの内容を変更しました" in again.text
        saved = await http.post(action, data=again.form(action) | {"grant": checked(answer.text), "do": "save"})
        assert saved.status_code == 303
    given = next(what for name, what, _ in reversed(world.directory.calls) if name == "permit")
    # VIEW was unticked here, EDIT ticked by the other one, CONFIGURE ticked here.
    assert given[1][0]["actions"] == ["EDIT", "CONFIGURE"]
    assert given[2] == '"2"'


def permission(*actions: Action) -> Permission:
    return Permission(service_name="smart-pbx", actions=actions)


def checked(text: str) -> list[str]:
    """Return the ticks of a page's table."""
    parts = text.split('name="grant" value="')[1:]
    return [one.partition('"')[0] for one in parts if one.partition(">")[0].rstrip().endswith("checked")]
