"""A7: every operation of the description, with another tenant's ids in path, query, body, header, cursor and key.

What is another tenant's answers exactly like what never was, so nothing is learnt; and no answer holds the words that
stand for the other tenant.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.application import cookies
from gateway.application.mails import Receiver
from gateway.application.policy import POLICY, Who
from gateway.projections.group import EVERYTHING, GroupRow
from tests.unit.gateway.asking import (
    ADMINISTRATOR,
    OTHER_SERVICE,
    PEOPLE,
    Somebody,
    Told,
    ask,
    fresh_world,
    is_untouched,
    portal,
    send,
)
from tests.unit.gateway.bodies import BODIES, FORMS, OWN, UPLOADS
from tests.unit.gateway.described import Operation, formats, operations, put
from tests.unit.gateway.fakes import CONTRACT, OTHER_TENANT, TENANT
from tests.unit.gateway.fakes_boards import affected, application, contract, incident, maintenance
from tests.unit.gateway.fakes_credentials import FOREIGN_SESSION
from tests.unit.gateway.fakes_mail import FOREIGN_MAIL, some_mail
from tests.unit.gateway.fakes_second_step import FOREIGN_BROWSER, FOREIGN_PASSKEY
from tests.unit.gateway.samples_people import OTHER_GROUP, STRANGER, some_group, somebody
from tests.unit.gateway.world import World

CANARY = "よその"
NEVER = UUID("019abcde-0000-7000-8000-0000000000ff")
SECOND = UUID("019abcde-0000-7000-8000-0000000000fe")
"""The second of whatever the other tenant has."""
FOREIGN: Mapping[str, UUID | str] = {
    "serviceName": OTHER_SERVICE,
    "userId": STRANGER,
    "groupId": OTHER_GROUP,
    "contractId": contract(2).contract_id,
    "applicationId": application(2).application_id,
    "incidentId": incident(2).incident_id,
    "maintenanceId": maintenance(2).maintenance_id,
    "sessionId": FOREIGN_SESSION,
    "passkeyId": FOREIGN_PASSKEY,
    "browserId": FOREIGN_BROWSER,
    "messageId": FOREIGN_MAIL,
    "consumer": "users.board",
    "topic": "portal.users.events.v1",
    "factType": "portal.user.registered.v99",
    "streamId": UUID("019abcde-0000-7000-8000-000000000776"),
    "service": "contracts",
    "version": UUID("019abcde-0000-7000-8000-000000000775"),
}
OF_ALL = frozenset({"consumer", "topic", "factType", "streamId", "service", "version"})
"""What only the platform's console names, which is about all tenants."""
CONSOLE = "/api/v1/ops"
"""What only the platform's operators are let into."""
PLACES = ("tenantId", "userId", "groupId", "contractId", "sessionId", "messageId")
ASKERS = ("administrator", "general user with groups")

OPERATIONS = [
    pytest.param(name, one, id=f"{name}: {one.id}") for name in ASKERS for one in operations() if one.id != "token"
]
WITH_IDS = [
    pytest.param(who, one, name, id=f"{who}: {name} of {one.id}")
    for who in ASKERS
    for one in operations()
    for name in one.names
    if not one.path.startswith("/api/v1/operator")
]
WITH_BODIES = [
    pytest.param(one, place, id=f"{place} in {one.id}")
    for one in operations()
    if one.id in BODIES
    for place in PLACES
    if place not in BODIES[one.id] and (place,) not in one.ids_in_body()
]
HEADERS = {
    "x-tenant-id": str(OTHER_TENANT),
    "x-portal-tenant": str(OTHER_TENANT),
    "x-user": str(STRANGER),
    "x-user-id": str(STRANGER),
    "x-forwarded-user": str(STRANGER),
    "x-original-url": f"/api/v1/users/{STRANGER}",
    "x-rewrite-url": f"/api/v1/users/{STRANGER}",
    "x-correlation-id": str(OTHER_TENANT),
}
IN_QUERIES = [
    pytest.param(one, name, id=f"{name} in {one.id}")
    for one in operations()
    for name, schema in one.parameters("query").items()
    if "uuid" in formats(schema)
]
LISTS = [
    pytest.param(one, id=one.id)
    for one in operations()
    if "cursor" in one.parameters("query") and not one.path.startswith((CONSOLE, "/api/v1/operator"))
]
"""Every list of a tenant's: the description says which, so that a new one is here by itself."""
CURSORS = [pytest.param(one, id=one.id) for one in operations() if "cursor" in one.parameters("query")]
IN_BODIES = [
    pytest.param(one, place, id=f"{'/'.join(place)} in {one.id}") for one in operations() for place in one.ids_in_body()
]
FOREIGN_BY_NAME = {
    "streams": FOREIGN["streamId"],
    "tenantId": OTHER_TENANT,
    "correlationId": UUID("019abcde-0000-7000-8000-000000000774"),
    "mails": FOREIGN_MAIL,
    "group": OTHER_GROUP,
    "groupIds": OTHER_GROUP,
    "userIds": STRANGER,
    **FOREIGN,
}
"""What stands for another tenant's in queries and bodies, by the name of the field."""


THEM = "other tenant's administrator"


def their_world() -> World:
    """Return a world in which the other tenant has two of everything, and an administrator who may see it all."""
    world = fresh_world()
    world.boards.groups[OTHER_GROUP] = GroupRow(group_id=OTHER_GROUP, tenant_id=OTHER_TENANT, granted=EVERYTHING)
    theirs = affected(2, tenant_id=OTHER_TENANT)
    world.boards.received.append(application(3, tenant_id=OTHER_TENANT, company_name="よその 会社"))
    world.boards.incidents.append(incident(3, contracts=(theirs,), title="よその 障害"))
    world.boards.maintenances.append(maintenance(3, contracts=(theirs,), name="よその 工事"))
    world.directory.kept[OTHER_TENANT][SECOND] = somebody(SECOND, "よその 別人", groups=())
    world.directory.kept_groups[OTHER_TENANT][SECOND] = some_group(SECOND, "よその 別の部")
    second = some_mail(SECOND, user_id=STRANGER, receiver=Receiver(name="よその 人", email="s@example.com"))
    world.mailroom.kept[OTHER_TENANT][SECOND] = second
    return world


def come(world: World, name: str) -> Somebody:
    who = PEOPLE[name]
    who.come(world)
    if name == THEM and OTHER_GROUP in world.boards.groups:
        world.boards.persons[STRANGER] = replace(world.boards.persons[STRANGER], groups=(OTHER_GROUP,))
    return who


def is_clean(told: Told) -> None:
    text = told.body.decode()
    assert CANARY not in text
    assert str(OTHER_TENANT) not in text


@pytest.mark.parametrize(("name", "operation", "place"), WITH_IDS)
async def test_a7_in_the_path(name: str, operation: Operation, place: str) -> None:
    lessons = []
    for one in (FOREIGN[place], NEVER):
        world = fresh_world()
        told = await ask(world, come(world, name), operation, ids={**OWN, place: one})
        is_clean(told)
        assert told.status in (403, 404, 422)
        assert world.directory.kept[OTHER_TENANT] == fresh_world().directory.kept[OTHER_TENANT]
        lessons.append(told.lesson)
    assert lessons[0] == lessons[1]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
async def test_a7_in_the_query(name: str, operation: Operation) -> None:
    plain = fresh_world()
    expected = await ask(plain, come(plain, name), operation)
    for query in (
        {"tenantId": str(OTHER_TENANT), "tenant": str(OTHER_TENANT)},
        {"userId": str(STRANGER), "groupId": str(OTHER_GROUP)},
    ):
        foreign = fresh_world()
        told = await ask(foreign, come(foreign, name), operation, query=query)
        is_clean(told)
        # Either nobody reads it or it is refused for being there at all.
        assert told.status == 422 or told.lesson[0] == expected.lesson[0]


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
async def test_a7_in_headers(name: str, operation: Operation) -> None:
    plain, foreign = fresh_world(), fresh_world()
    expected = await ask(plain, come(plain, name), operation)
    told = await ask(foreign, come(foreign, name), operation, headers=HEADERS)
    is_clean(told)
    assert told.lesson == expected.lesson
    assert [call[:2] for call in foreign.directory.calls] == [call[:2] for call in plain.directory.calls]


@pytest.mark.parametrize(("operation", "place"), WITH_BODIES)
async def test_a7_a_body_that_names_more_than_agreed_is_refused(operation: Operation, place: str) -> None:
    world = fresh_world()
    named = OTHER_TENANT if place == "tenantId" else FOREIGN[place]
    who = come(world, "administrator")
    if operation.path.startswith(("/api/v1/operator", "/api/v1/applications")):
        who = PEOPLE["operator"]
    if operation.path.startswith(CONSOLE):
        who = come(world, "ops")
    if operation.id in ("finishLogin", "finishLoginByPasskey"):
        who = PEOPLE["pending login"]
    told = await ask(world, who, operation, body={**BODIES[operation.id], place: str(named)})
    is_clean(told)
    assert (told.status, told.code) == (422, "invalid")
    assert is_untouched(world)


@pytest.mark.parametrize(("operation", "place"), IN_BODIES)
async def test_a7_in_the_body(operation: Operation, place: tuple[str, ...]) -> None:
    lessons = []
    for one in (FOREIGN_BY_NAME[place[-1]], NEVER):
        world = fresh_world()
        body = put(BODIES[operation.id], place, str(one))
        told = await ask(world, come(world, "administrator"), operation, body=body)
        is_clean(told)
        # The console is about all companies: it is shut whatever is named, and open to no company's administrator.
        assert told.status in ((403,) if operation.path.startswith(CONSOLE) else (404, 422))
        assert world.directory.kept[OTHER_TENANT] == fresh_world().directory.kept[OTHER_TENANT]
        lessons.append(told.lesson)
    assert lessons[0] == lessons[1]


@pytest.mark.parametrize("cursor", [f"{OTHER_TENANT}/1", f"{NEVER}/1", "made-up"])
@pytest.mark.parametrize("operation", CURSORS)
async def test_a7_in_the_cursor(operation: Operation, cursor: str) -> None:
    world = fresh_world()
    who = PEOPLE["operator"] if POLICY[operation.id] == {Who.OPERATOR} else come(world, "administrator")
    if operation.path.startswith(CONSOLE):
        who = come(world, "ops")
    told = await ask(world, who, operation, query={"cursor": cursor})
    is_clean(told)
    assert (told.status, told.code) == (422, "cursor-unreadable")


@pytest.mark.parametrize("operation", LISTS)
async def test_a7_a_cursor_that_another_tenant_was_given_teaches_nothing(operation: Operation) -> None:
    """It is refused, or is but a place in a list: one that never was leads to the very same answer."""
    there = their_world()
    given = await ask(there, come(there, THEM), operation, ids={**OWN, **FOREIGN}, query={"limit": "1"})
    assert given.status == 200, given.code
    cursor = given.json["nextCursor"]
    assert cursor, "the other tenant has a second page of everything that is listed"
    lessons = []
    for one in (cursor, made_up(cursor)):
        world = their_world()
        told = await ask(world, come(world, "administrator"), operation, query={"cursor": one})
        is_clean(told)
        assert (told.status, told.code) in ((200, ""), (422, "cursor-unreadable"))
        lessons.append(told.lesson)
    assert lessons[0] == lessons[1]


def made_up(cursor: str) -> str:
    """Return a cursor of the same form that nobody was given: just behind it, of a row that never was."""
    try:
        score, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        return cursor.replace(str(OTHER_TENANT), str(NEVER))
    return base64.urlsafe_b64encode(json.dumps([score, str(UUID(int=UUID(key).int + 5))]).encode()).decode().rstrip("=")


@pytest.mark.parametrize("place", sorted(FOREIGN.keys() - OF_ALL))
async def test_a7_what_stands_for_another_tenants_is_there_for_who_it_belongs_to(place: str) -> None:
    """Else the matrix would prove nothing: an id that is nobody's is unknown to everybody."""
    told = []
    for one in operations():
        if place in one.names and not one.path.startswith((CONSOLE, "/api/v1/operator")):
            world = their_world()
            told.append((await ask(world, come(world, THEM), one, ids={**OWN, **FOREIGN})).status)
    assert {status // 100 for status in told} & {2, 3}, told


@pytest.mark.parametrize(("operation", "name"), IN_QUERIES)
async def test_a7_in_a_filter(operation: Operation, name: str) -> None:
    lessons = []
    for one in (FOREIGN_BY_NAME[name], NEVER):
        world = fresh_world()
        told = await ask(world, come(world, "administrator"), operation, query={name: str(one)})
        is_clean(told)
        lessons.append(told.lesson)
    assert lessons[0] == lessons[1]


def test_a7_an_operation_that_is_new_has_its_place_in_the_matrix() -> None:
    for one in operations():
        known = one.id in BODIES or one.id in FORMS or one.id in UPLOADS
        assert known or not one.takes_a_body, f"{one.id}: no sample of a body in asking.py"
        # The operator is no tenant: its numbers are everybody's.
        theirs = POLICY[one.id] == {Who.OPERATOR}
        assert theirs or set(one.names) <= FOREIGN.keys(), f"{one.id}: nothing of another tenant's for its path"
        for place in one.ids_in_body():
            assert place[-1] in FOREIGN_BY_NAME, f"{one.id}: nothing of another tenant's for {place}"
        for name, schema in one.parameters("query").items():
            assert "uuid" not in formats(schema) or name in FOREIGN_BY_NAME, f"{one.id}: nothing for {name}"
    cases = [*OPERATIONS, *OPERATIONS, *WITH_IDS, *WITH_BODIES, *IN_BODIES, *IN_QUERIES, *CURSORS, *operations()]
    assert len(cases) >= 400


@pytest.mark.parametrize("export", [pytest.param(one, id=one.id) for one in operations() if "text/csv" in one.answers])
async def test_a7_an_export_holds_only_the_own_tenant(export: Operation) -> None:
    world = fresh_world()
    told = await ask(world, come(world, "administrator"), export)
    is_clean(told)
    assert len(told.body.splitlines()) > 1
    assert "鈴木 一郎" in told.body.decode() or export.id != "exportUsers"


@pytest.mark.parametrize("operation", [pytest.param(one, id=one.id) for one in operations()])
async def test_a7_another_tenants_session_sees_nothing_of_this_one(operation: Operation) -> None:
    world = fresh_world()
    world.directory.kept[TENANT] = {
        user_id: replace(one, name="われらの 人") for user_id, one in world.directory.kept[TENANT].items()
    }
    told = await ask(world, come(world, "other tenant's administrator"), operation)
    text = told.body.decode()
    assert "われらの" not in text
    assert "営業部" not in text
    assert contract(1).contract_number not in text or operation.id == "receiveApplication"


async def test_a7_a_session_under_another_tenants_name_is_over() -> None:
    """The read model and the session disagree about the tenant, as when facts were forged: nobody is let in."""
    world = fresh_world()
    come(world, "administrator")
    world.sessions.kept["token"] = replace(world.sessions.kept["token"], tenant_id=OTHER_TENANT)
    told = await ask(world, ADMINISTRATOR, next(one for one in operations() if one.id == "users"))
    assert (told.status, told.code) == (401, "session-missing")


async def test_a7_a_group_of_another_tenant_permits_nothing() -> None:
    world = fresh_world()
    who = come(world, "administrator")
    world.boards.groups = {key: replace(group, tenant_id=OTHER_TENANT) for key, group in world.boards.groups.items()}
    contracts = next(one for one in operations() if one.id == "contracts")
    assert (await ask(world, who, contracts)).json["items"] == []
    one = next(one for one in operations() if one.id == "contract")
    assert (await ask(world, who, one)).status == 404


async def test_a7_the_dashboard_from_memory_is_never_another_tenants() -> None:
    world = fresh_world()
    dashboard = next(one for one in operations() if one.id == "dashboard")
    for name in ("administrator", "other tenant's administrator", "administrator"):
        who = come(world, name)
        world.quick.forget("token")
        told = await ask(world, who, dashboard)
        shown = [row["contractNumber"] for row in told.json["contracts"]]
        assert shown == ([contract(1).contract_number] if name == "administrator" else [])


async def test_a7_a_token_of_the_operator_opens_nothing_of_a_tenant() -> None:
    world = fresh_world()
    headers = PEOPLE["operator"].headers | {"cookie": f"{cookies.SESSION}=token"}
    for operation in operations():
        if operation.path.startswith(("/api/v1/users", "/api/v1/groups", "/api/v1/me", "/api/v1/tenant")):
            told = await send(portal(world), operation.verb, operation.url(), "", headers, b"{}")
            assert told.status == 401
    assert str(CONTRACT)
