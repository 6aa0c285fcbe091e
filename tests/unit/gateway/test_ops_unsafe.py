"""Whatever may change something below /ops, page or JSON, is refused to everybody but who may act, and changes nothing.

The matrix is made of the routes themselves: a new one fails here until it is said how it is asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from uuid import UUID

import pytest
from fastapi.routing import APIRoute
from structlog.testing import capture_logs

from gateway.front import ROUTERS
from gateway.web import ops, ops_mails, pages
from tests.unit.gateway.asking import PEOPLE, Somebody, ask, fresh_world, touched
from tests.unit.gateway.bodies import OWN
from tests.unit.gateway.described import operations
from tests.unit.gateway.fakes_mail import MAIL
from tests.unit.gateway.fakes_ops import PARKED, READER
from tests.unit.gateway.reading import person
from tests.unit.gateway.world import World

SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSED = ("ops viewer", "administrator", "general user", "dismissed operator", "administrator who claims to operate")

STREAM = {"consumer": READER, "stream": str(PARKED)}
FORMS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    ops.DEED: tuple({"what": what, **STREAM} for what in (ops.RETRY, ops.DISCARD)),
    ops_mails.DEED: tuple({"what": what, "mail": str(MAIL)} for what in ops_mails.DEEDS),
    "/ops/publish-again/from": ({"service": "users", "first": "1"},),
    "/ops/events/{service}/{stream_id}/{version}": ({},),
    "/ops/parked/{consumer}/{stream_id}": ({},),
}
"""By page, each thing that it can be told to do."""


@dataclass(frozen=True)
class Wish:
    """One thing that somebody may try: an operation of the API, or a form of a page."""

    path: str
    operation: str = ""
    form: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Return what a test of it is called."""
        return self.operation or " ".join((self.path, dict(self.form).get("what", "")))

    async def send(self, world: World, who: Somebody) -> int:
        """Try it with everything that it needs but the right to; return the answer's number."""
        who.come(world)
        if self.operation:
            operation = next(one for one in operations() if one.id == self.operation)
            return (await ask(world, who, operation)).status
        hidden = {"csrfToken": "form-token", "idempotencyKey": "key-1", "reason": "to see whether it is done"}
        async with person(world) as http:
            http.headers["cookie"] = who.headers["cookie"]
            stream = PARKED if "{consumer}" in self.path else OWN["streamId"]
            path = self.path.format(service="users", consumer=READER, stream_id=stream, version=1)
            return (await http.post(path, data=hidden | dict(self.form))).status_code


def unsafe() -> list[APIRoute]:
    """Return the routes below /ops that may change something."""
    routes = [one for router in (*ROUTERS, *pages.routers()) for one in router.routes if isinstance(one, APIRoute)]
    return [one for one in routes if "/ops" in one.path and one.methods - SAFE]


def wishes() -> Iterator[Wish]:
    """Return all that can be tried there."""
    for route in unsafe():
        if route.operation_id:
            yield Wish(route.path, route.operation_id)
        else:
            yield from (Wish(route.path, form=tuple(form.items())) for form in FORMS.get(route.path, ()))


ALL = list(wishes())


def test_m4_every_route_that_may_change_something_is_tried() -> None:
    assert {one.path for one in unsafe()} == {one.path for one in ALL}
    assert {one.path for one in ALL if not one.operation} == set(FORMS)
    assert all(one.methods == {"POST"} for one in unsafe())
    assert {one.operation for one in ALL if one.operation} == {
        one.id for one in operations() if one.changes and "/ops/" in one.path
    }


@pytest.mark.parametrize("wish", ALL, ids=lambda one: one.name)
async def test_m4_who_may_act_is_let_in_by_the_very_same_requests(wish: Wish) -> None:
    world = fresh_world()
    assert await wish.send(world, PEOPLE["ops"]) in (200, 303)
    assert touched(world)


@pytest.mark.parametrize(("wish", "who"), list(product(ALL, REFUSED)), ids=lambda one: getattr(one, "name", one))
async def test_m4_who_may_only_look_who_administers_a_company_and_who_uses_it_change_nothing(
    wish: Wish, who: str
) -> None:
    world, somebody = fresh_world(), PEOPLE[who]
    before = (dict(world.ops_mailroom.paused), list(world.processes["users"].streams))
    with capture_logs() as said:
        assert await wish.send(world, somebody) == 403
    assert not touched(world)
    assert (world.ops_mailroom.paused, world.processes["users"].streams) == before
    # By the table of who may what, and not because something of the request was wrong.
    assert somebody.person is not None
    assert [one["user_id"] for one in said if one["event"] == "ops.refused"] == [str(somebody.person.user_id)]
    ((noted, _, _, key),) = world.deed_book.noted
    assert (noted, UUID(key).version) == (somebody.person.user_id, 7), "its key is one of ours, in the order of time"
