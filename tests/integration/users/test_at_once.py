"""What many ask at once on a real log, and that whoever changed something sees it (M7, M14)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest

from kernel.adapters.http.app import create_app
from kernel.adapters.http.tokens import Verifier
from services.users.application.directory import PeopleWanted
from services.users.domain.commands import Changes
from services.users.domain.errors import EmailTaken, LastAdministrator
from services.users.domain.events import Origin, Role
from services.users.domain.user import user
from services.users.main import ISSUERS, ROUTERS
from tests.integration.users.lists import Lists
from tests.unit.users.samples import OTHER, REGISTRATION, TENANT
from tests.unit.users.test_users_http import FORM, PUBLIC, bearer, key
from tests.unit.users.world import by

DEMOTED = Changes(profile={}, role=Role.GENERAL_USER)


@pytest.fixture
async def http(lists: Lists) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the service, as an administrator of the tenant."""
    app = create_app("users", ROUTERS)
    app.state.built = lists.built
    app.state.verifier = Verifier(PUBLIC, "users", ISSUERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://users", timeout=30) as client:
        client.headers.update(bearer("users:admin", "users:read"))
        yield client


async def administrators(lists: Lists, count: int) -> list[UUID]:
    """Make active administrators, and wait until all are appointed."""
    users = lists.built.users
    made = [
        await users.add(replace(REGISTRATION, email=f"a{number}@example.jp", origin=Origin.ADMINISTRATOR), (), by())
        for number in range(count)
    ]
    for one in made:
        await lists.tell("credential.activated", one.stream_id)
    await lists.settled()
    return [one.stream_id for one in made]


async def left(lists: Lists, ids: list[UUID]) -> int:
    """Return how many of them can still administer, by the truth alone."""
    folded = [user.fold(fact.event for fact in await lists.log.store.load(one)) for one in ids]
    return sum(one.counts for one in folded)


async def test_s26_m7_of_fifty_who_are_added_with_one_address_at_once_one_is(lists: Lists) -> None:
    forms = [replace(REGISTRATION, email=("jiro@example.jp", "JIRO@Example.JP")[number % 2]) for number in range(50)]
    done = await asyncio.gather(*(lists.built.users.add(one, (), by()) for one in forms), return_exceptions=True)
    assert sum(isinstance(one, EmailTaken) for one in done) == 49
    assert await lists.log.kinds() == ["user.registered"]


async def test_m14_two_who_demote_each_other_at_once_leave_one(lists: Lists) -> None:
    change = lists.built.users.change
    first, second = await administrators(lists, 2)
    for _ in range(5):
        await asyncio.gather(
            change(second, DEMOTED, by(f"user:{first}")),
            change(first, DEMOTED, by(f"user:{second}")),
            return_exceptions=True,
        )
        assert await left(lists, [first, second]) == 1
        for one in (first, second):
            await change(one, Changes(profile={}, role=Role.PORTAL_ADMIN), by())
        await lists.settled()


async def test_m14_of_twenty_who_are_demoted_suspended_and_deleted_at_once_one_stays(lists: Lists) -> None:
    ids = await administrators(lists, 20)
    users = lists.built.users

    async def insist(number: int, one: UUID) -> None:
        ways = (lambda: users.change(one, DEMOTED, by()), lambda: users.suspend(one, by()))
        done: object = None
        while not isinstance(done, LastAdministrator) and (await left(lists, [one])):
            (done,) = await asyncio.gather(
                (*ways, lambda: users.delete(one, by()))[number % 3](), return_exceptions=True
            )

    await asyncio.gather(*(insist(number, one) for number, one in enumerate(ids)))
    await lists.settled()
    assert await left(lists, ids) == 1
    total = await lists.directory.count(TENANT, PeopleWanted(role=Role.PORTAL_ADMIN))
    assert total == len((await lists.walk(PeopleWanted(role=Role.PORTAL_ADMIN), 50))[0])


async def test_whoever_changed_something_sees_it_at_once(http: httpx.AsyncClient) -> None:
    group_id = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()["groupId"]
    added = await http.post("/users", json={**FORM, "groupIds": [group_id]}, headers=key())
    user_id = added.json()["userId"]
    for number in range(20):
        seen = await http.get(f"/users/{user_id}")
        changed = await http.patch(
            f"/users/{user_id}", json={"title": str(number)}, headers={**key(), "If-Match": seen.headers["etag"]}
        )
        assert changed.status_code == 200
        after = (await http.get(f"/users/{user_id}")).json()
        assert (after["title"], after["version"]) == (str(number), changed.json()["version"])
    assert after["groups"] == [{"groupId": group_id, "name": "東京"}]
    assert (await http.get("/groups")).json()["items"][0]["members"] == 1
    stale = await http.patch(f"/users/{user_id}", json={"title": "x"}, headers={**key(), "If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


async def test_v8_another_tenant_sees_and_changes_nothing(http: httpx.AsyncClient) -> None:
    user_id = (await http.post("/users", json=FORM, headers=key())).json()["userId"]
    group_id = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()["groupId"]
    http.headers.update(bearer("users:admin", "users:read", tenant_id=OTHER))
    for path in (f"/users/{user_id}", f"/groups/{group_id}", f"/users/{user_id}/history"):
        assert (await http.get(path)).status_code == 404
    assert (await http.patch(f"/users/{user_id}", json={"title": "x"})).status_code == 404
    nobody = {"items": [], "nextCursor": None, "previousCursor": None, "total": 0}
    assert (await http.get("/users")).json() == nobody
    assert (await http.get(f"/users?group={group_id}")).json()["total"] == 0
    assert (await http.get("/groups")).json() == {"items": []}


async def test_a_group_that_is_deleted_is_nobodys_any_more(http: httpx.AsyncClient) -> None:
    group_id = (await http.post("/groups", json={"name": "東京"}, headers=key())).json()["groupId"]
    user_id = (await http.post("/users", json={**FORM, "groupIds": [group_id]}, headers=key())).json()["userId"]
    assert (await http.delete(f"/groups/{group_id}")).status_code == 200
    assert (await http.get(f"/users/{user_id}")).json()["groups"] == []
    assert (await http.get(f"/groups/{group_id}")).status_code == 404
    join = await http.post(f"/groups/{group_id}/members", json={"userIds": [user_id]}, headers=key())
    assert join.status_code == 404
    answer = await http.patch(f"/users/{user_id}", json={"groupIds": [str(uuid4())]})
    assert answer.status_code == 422
