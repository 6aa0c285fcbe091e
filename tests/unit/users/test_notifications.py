"""Which mails a person gets: what they and their administrators may choose, and what nobody may refuse (N11)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from kernel.adapters.http.app import create_app
from kernel.adapters.http.tokens import Verifier
from kernel.testing import given
from services.users.domain.commands import ChooseNotifications
from services.users.domain.errors import MailNotRefusable, UserUnknown
from services.users.domain.events import NotificationsChosen, Origin, UserDeleted, UserSuspended
from services.users.domain.notifications import MailKind, refusable
from services.users.domain.user import user
from services.users.main import ISSUERS, ROUTERS
from tests.unit.users.samples import AT, OTHER, REGISTERED, REGISTRATION, USER
from tests.unit.users.test_administering import FORM, added
from tests.unit.users.test_users_http import PUBLIC, bearer
from tests.unit.users.world import World, by

COLLEAGUE = replace(REGISTERED, origin=Origin.ADMINISTRATOR)
ORDERS, FAULTS, WORKS, SECURITY = MailKind


def refuse(*kinds: MailKind) -> ChooseNotifications:
    return ChooseNotifications(user_id=USER, refused=kinds, at=AT)


def refused(*kinds: MailKind) -> NotificationsChosen:
    return NotificationsChosen(user_id=USER, refused=kinds, at=AT)


def test_n11_a_person_refuses_kinds_of_mail_and_takes_it_back() -> None:
    given(user, COLLEAGUE).when(refuse(WORKS, ORDERS, FAULTS, WORKS)).then(refused(ORDERS, FAULTS, WORKS))
    given(user, COLLEAGUE, refused(FAULTS)).when(refuse()).then(refused())


def test_n11_choosing_the_same_again_changes_nothing() -> None:
    given(user, COLLEAGUE).when(refuse()).then_nothing()
    given(user, COLLEAGUE, refused(ORDERS, WORKS)).when(refuse(WORKS, ORDERS)).then_nothing()


def test_n11_a_person_has_kinds_of_mail_put_together_once_a_day_and_not_those_they_refuse() -> None:
    both = ChooseNotifications(user_id=USER, refused=(ORDERS,), daily=(WORKS, ORDERS), at=AT)
    chosen = NotificationsChosen(user_id=USER, refused=(ORDERS,), daily=(WORKS,), at=AT)
    given(user, COLLEAGUE).when(both).then(chosen)
    given(user, COLLEAGUE, chosen).when(both).then_nothing()
    given(user, COLLEAGUE, chosen).when(refuse(ORDERS)).then(refused(ORDERS))


def test_n11_what_nobody_may_refuse_does_not_wait_for_a_day_either() -> None:
    given(user, REGISTERED).when(ChooseNotifications(user_id=USER, refused=(), daily=(FAULTS,), at=AT)).refused(
        MailNotRefusable
    )
    given(user, COLLEAGUE).when(ChooseNotifications(user_id=USER, refused=(), daily=(SECURITY,), at=AT)).refused(
        MailNotRefusable
    )


@pytest.mark.parametrize("kinds", [(SECURITY,), (ORDERS, SECURITY)])
def test_n11_nobody_refuses_mail_about_security(kinds: tuple[MailKind, ...]) -> None:
    given(user, COLLEAGUE).when(refuse(*kinds)).refused(MailNotRefusable)
    given(user, REGISTERED).when(refuse(*kinds)).refused(MailNotRefusable)


def test_n11_m13_the_representative_does_not_refuse_mail_about_faults() -> None:
    given(user, REGISTERED).when(refuse(FAULTS)).refused(MailNotRefusable)
    given(user, REGISTERED).when(refuse(ORDERS, WORKS)).then(refused(ORDERS, WORKS))


@pytest.mark.parametrize(
    ("kind", "represents", "expected"),
    [
        (ORDERS, False, True),
        (ORDERS, True, True),
        (FAULTS, False, True),
        (FAULTS, True, False),
        (WORKS, False, True),
        (WORKS, True, True),
        (SECURITY, False, False),
        (SECURITY, True, False),
    ],
)
def test_n11_what_may_be_refused_is_known_before_it_is_asked(
    kind: MailKind, *, represents: bool, expected: bool
) -> None:
    assert refusable(kind, represents=represents) is expected


def test_nothing_is_chosen_for_who_is_no_user() -> None:
    given(user).when(refuse(ORDERS)).refused(UserUnknown)
    given(user, COLLEAGUE, UserDeleted(user_id=USER, at=AT)).when(refuse(ORDERS)).refused(UserUnknown)
    given(user, COLLEAGUE, UserSuspended(user_id=USER, at=AT)).when(refuse(ORDERS)).then(refused(ORDERS))


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app("users", list(ROUTERS))
    app.state.built = world.built
    app.state.verifier = Verifier(PUBLIC, "users", ISSUERS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://users") as client:
        yield client


def admin() -> dict[str, str]:
    return bearer("users:admin", "users:read")


def oneself() -> dict[str, str]:
    return bearer("users:self")


async def test_n11_an_administrator_sets_it_for_others_and_it_is_in_the_history(
    world: World, http: httpx.AsyncClient
) -> None:
    colleague = await added(world)
    path = f"/users/{colleague}/notifications"
    before = await http.get(path, headers=admin())
    assert [(one["kind"], one["wanted"], one["refusable"]) for one in before.json()["items"]] == [
        (ORDERS, True, True),
        (FAULTS, True, True),
        (WORKS, True, True),
        (SECURITY, True, False),
    ]
    done = await http.put(path, json={"refused": ["FAULT"]}, headers=admin() | {"If-Match": before.headers["ETag"]})
    assert [one["kind"] for one in done.json()["items"] if not one["wanted"]] == ["FAULT"]
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')
    late = await http.put(path, json={"refused": []}, headers=admin() | {"If-Match": before.headers["ETag"]})
    assert late.status_code == 412
    newest = (await http.get(f"/users/{colleague}/history", headers=admin())).json()["items"][0]
    assert (newest["field"], newest["old"], newest["new"]) == ("refusedMail", None, "FAULT")


async def test_n11_a_person_sets_their_own_and_nobody_elses(world: World, http: httpx.AsyncClient) -> None:
    await world.handlers.register(REGISTRATION, by())
    colleague = await added(world)
    own, others = (f"/users/{one}/preferences/notifications" for one in (USER, colleague))
    done = await http.put(own, json={"refused": ["MAINTENANCE"]}, headers=oneself())
    assert done.status_code == 200
    assert (await http.get(own, headers=oneself())).json() == done.json()
    for answer in (
        await http.put(others, json={"refused": []}, headers=oneself()),
        await http.get(others, headers=oneself()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "user-unknown")
    for answer in (
        await http.put(f"/users/{USER}/notifications", json={"refused": []}, headers=oneself()),
        await http.get(f"/users/{USER}/notifications", headers=oneself()),
    ):
        assert answer.status_code == 403


async def test_n11_who_represents_the_company_is_told_what_cannot_be_refused(
    world: World, http: httpx.AsyncClient
) -> None:
    await world.handlers.register(REGISTRATION, by())
    own = f"/users/{USER}/preferences/notifications"
    answer = await http.put(own, json={"refused": ["SECURITY", "ORDER_STATUS", "FAULT"]}, headers=oneself())
    assert (answer.status_code, answer.json()["code"]) == (422, "mail-not-refusable")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/refused", "not-refusable")
    assert "FAULT, SECURITY" in error["detail"]
    assert not world.facts(NotificationsChosen)


@pytest.mark.parametrize("body", [{}, {"refused": ["POSTCARD"]}, {"refused": "FAULT"}, {"refused": ["FAULT"] * 5}])
async def test_what_is_no_list_of_kinds_is_refused(http: httpx.AsyncClient, body: object) -> None:
    answer = await http.put(f"/users/{USER}/preferences/notifications", json=body, headers=oneself())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_asvs_8_4_1_another_tenants_person_is_unknown(world: World, http: httpx.AsyncClient) -> None:
    colleague = await added(world, FORM)
    path = f"/users/{colleague}/notifications"
    stranger = bearer("users:admin", "users:read", tenant_id=OTHER)
    for answer in (
        await http.get(path, headers=stranger),
        await http.put(path, json={"refused": []}, headers=stranger),
        await http.get(f"/users/{UUID(int=99)}/notifications", headers=admin()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "user-unknown")
