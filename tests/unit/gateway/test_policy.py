"""A8: role, verb and endpoint, generated from the description and the one policy table."""

import pytest

from gateway.api.keyless import KEYLESS
from gateway.application import policy
from gateway.application.policy import POLICY, Who
from gateway.projections.person import PersonRow
from kernel.domain.context import PLATFORM
from tests.unit.gateway.asking import (
    ADMINISTRATOR,
    CLIENT,
    PEOPLE,
    VERBS,
    Somebody,
    ask,
    fresh_world,
    is_untouched,
    portal,
    send,
)
from tests.unit.gateway.described import Operation, operations, paths
from tests.unit.gateway.fakes import OTHER_TENANT

HALF_WAY = ("resendCode", "finishLogin", "passkeyQuestion", "finishLoginByPasskey")
"""What only a browser with half a login can ask for."""

_ABOUT_CONTRACTS = frozenset({"contractId", "applicationId", "incidentId", "maintenanceId", "serviceName"})
"""What names something that only somebody with a permission sees."""
NOT_THEIRS = ("contract", "settingsSite", "endOwnSession")
"""What names something by an id that its person must be able to see."""

OF_A_COMPANY = ("tenantImage",)
"""What the platform's own tenant does not have."""

CASES = [
    pytest.param(name, operation, id=f"{name}: {operation.verb} {operation.path}")
    for name in PEOPLE
    for operation in operations()
]
OTHER_VERBS = [
    pytest.param(name, verb, path, id=f"{name}: {verb} {path}")
    for name in ("anonymous", "general user with groups", "administrator", "operator")
    for path, verbs in paths()
    for verb in VERBS
    if verb not in verbs and not (path.endswith("/users/export") and verb in {"PATCH", "DELETE"})
]
"""All but two that read `export` as the id of a person, which it is not."""
OF_PEOPLE = [one for one in operations() if POLICY[one.id] & {Who.PORTAL_ADMIN, Who.GENERAL_USER}]
CHANGES = [pytest.param(one, id=one.id) for one in OF_PEOPLE if one.changes]
KEYED = [pytest.param(one, id=one.id) for one in operations() if one.verb == "POST" and one.id not in KEYLESS]


def expected(name: str, operation: Operation) -> int:
    """Return the status that the table asks for; 200 stands for any success."""
    who, allowed = PEOPLE[name], POLICY[operation.id]
    if Who.ANYBODY in allowed:
        return 401 if operation.id in HALF_WAY and name != "pending login" else 200
    if allowed == {Who.OPERATOR}:
        return 200 if name == "operator" else 401
    if who.person is None or who.person.status != "ACTIVE" or who.locked:
        return 401
    if who.outside or not allowed & _is(who):
        return 403
    return 200 if _sees(who.person, operation) else 404


def _is(who: Somebody) -> frozenset[Who]:
    """Return everything that somebody is: who operates the platform is so beside what they are in their company."""
    assert who.person is not None
    operates = who.operates if who.person.tenant_id == PLATFORM else ""
    return frozenset(Who(one) for one in (who.person.role, operates) if one)


def _sees(person: PersonRow, operation: Operation) -> bool:
    if person.tenant_id == PLATFORM:
        of_all = operation.id.startswith("ops") or "/me/" in operation.path
        return of_all or not (operation.names or operation.id in OF_A_COMPANY)
    if operation.names and person.tenant_id == OTHER_TENANT:
        return False
    return not _ABOUT_CONTRACTS.intersection(operation.names) or bool(person.groups)


@pytest.mark.parametrize(("name", "operation"), CASES)
async def test_a8_everybody_may_do_what_the_table_says_and_nothing_else(name: str, operation: Operation) -> None:
    world = fresh_world()
    PEOPLE[name].come(world)
    told = await ask(world, PEOPLE[name], operation)
    status = expected(name, operation)
    assert (told.status if told.status >= 400 else 200) == status, told.body
    if status in (401, 403):
        # Refused means nothing was done, not that its doing was hidden.
        assert is_untouched(world)
        assert world.users.chosen == []


@pytest.mark.parametrize(("name", "verb", "path"), OTHER_VERBS)
async def test_a8_a_verb_that_the_description_does_not_name_does_nothing_for_anybody(
    name: str, verb: str, path: str
) -> None:
    world = fresh_world()
    PEOPLE[name].come(world)
    one = Operation(id="none", verb=verb, path=path)
    told = await ask(world, PEOPLE[name], one, body={})
    assert told.status == 405
    assert is_untouched(world)


@pytest.mark.parametrize("operation", CHANGES)
async def test_a6_no_change_without_the_token_that_only_our_pages_hold(operation: Operation) -> None:
    for forged in (None, "made-up"):
        world = fresh_world()
        ADMINISTRATOR.come(world)
        told = await ask(
            world,
            ADMINISTRATOR,
            operation,
            headers={} if forged is None else {"x-csrf-token": forged},
            without=("x-csrf-token",) if forged is None else (),
        )
        assert (told.status, told.code) == (403, "csrf-refused")
        assert is_untouched(world)


@pytest.mark.parametrize("operation", KEYED)
async def test_m7_every_post_carries_a_key_but_for_those_that_are_listed_with_a_reason(operation: Operation) -> None:
    """A new one that needs none has to stand in the list, and say why it may be sent again."""
    assert "Idempotency-Key" in operation.parameters("header")
    name = next(name for name in ("administrator", "ops", "operator") if expected(name, operation) == 200)
    world = fresh_world()
    PEOPLE[name].come(world)
    told = await ask(world, PEOPLE[name], operation, without=("idempotency-key",))
    assert (told.status, told.code) == (422, "idempotency-key-missing")
    assert is_untouched(world)


@pytest.mark.parametrize("operation", [pytest.param(one, id=one.id) for one in operations() if one.id in KEYLESS])
async def test_m7_a_post_that_needs_no_key_does_without_one_and_says_why(operation: Operation) -> None:
    assert (operation.verb, POLICY[operation.id]) == ("POST", frozenset({Who.ANYBODY}))
    assert "Idempotency-Key" not in operation.parameters("header")
    assert KEYLESS[operation.id][1:] in operation.described["description"]
    told = await ask(fresh_world(), PEOPLE["pending login"], operation, without=("idempotency-key",))
    assert told.status < 400, told.body


def test_m7_no_post_is_listed_that_is_not_there() -> None:
    assert KEYLESS.keys() <= {one.id for one in operations()}


def test_a8_the_table_and_the_description_name_the_same_operations() -> None:
    assert {one.id for one in operations()} == set(POLICY) == set(policy.Operation)
    assert len(CASES) >= 500


@pytest.mark.parametrize("who", list(Who))
def test_m4_what_is_not_in_the_table_nobody_may(who: Who) -> None:
    assert not policy.may(who, "somethingNew")
    assert not policy.may(who, "")


async def test_m4_an_operation_that_the_table_forgot_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = {name: who for name, who in POLICY.items() if name != "users"}
    monkeypatch.setattr(policy, "POLICY", forgetful)
    world = fresh_world()
    ADMINISTRATOR.come(world)
    users = next(one for one in operations() if one.id == "users")
    assert (await ask(world, ADMINISTRATOR, users)).status == 403


async def test_unknown_paths_are_nothing_for_anybody() -> None:
    for who in PEOPLE.values():
        world = fresh_world()
        who.come(world)
        told = await send(portal(world), "GET", "/api/v1/nothing", "", who.headers, b"")
        assert told.status == 404
    assert CLIENT[0].startswith("203.0.113.")
