"""Asks the public API for every operation of its description, as whoever a test says, without a server."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import FastAPI
from starlette.types import ASGIApp, Message

from gateway.adapters.edge_rules import EdgeRules
from gateway.application import cookies
from gateway.front import application, front
from gateway.projections.credential import CredentialRow
from gateway.projections.open_session import OpenSessionRow
from gateway.projections.operator import OperatorRow
from gateway.projections.person import PersonRow
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_policy import TenantPolicyRow
from kernel.domain.context import PLATFORM
from tests.unit.gateway.bodies import BODIES, FORMS, OWN, UPLOADS
from tests.unit.gateway.browser import PUBLIC, PlainTokens
from tests.unit.gateway.described import Operation
from tests.unit.gateway.fakes import NOW, OTHER_TENANT, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import affected, contract, incident, maintenance, person
from tests.unit.gateway.fakes_boards import application as applied_for
from tests.unit.gateway.samples_people import STRANGER
from tests.unit.gateway.viewers import session
from tests.unit.gateway.world import World

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TOKEN = "operator|applications:write contracts:write incidents:write maintenance:write status:write|60"
OTHER_SERVICE = "vpn"
"""What only the other tenant has."""
CLIENT = ("203.0.113.9", 4711)


@dataclass
class Somebody:
    """Who asks: a person with a session, a browser with half a login, a system with a token, or nobody."""

    person: PersonRow | None = None
    cookie: str = ""
    bearer: str = ""
    locked: bool = False
    operates: str = ""
    """In which role they operate the platform."""
    outside: bool = False
    """Whether the tenant lets nobody in from where they are."""

    def come(self, world: World) -> None:
        """Have the read models and the sessions know of them."""
        if self.person is None:
            return
        one = self.person
        world.boards.persons[one.user_id] = one
        world.boards.credentials[one.user_id] = CredentialRow(user_id=one.user_id, active=True, locked=self.locked)
        if self.operates:
            world.boards.operators[one.user_id] = OperatorRow(user_id=one.user_id, role=self.operates)
        if self.outside:
            world.boards.policies[one.tenant_id] = TenantPolicyRow(
                tenant_id=one.tenant_id,
                session_idle_minutes=30,
                session_absolute_hours=12,
                allowed_networks=("192.0.2.0/24", "2001:db8::/32"),
            )
        mine = replace(session(), user_id=one.user_id, tenant_id=one.tenant_id, seen_at=NOW)
        world.sessions.kept["token"] = mine
        world.boards.sessions[SESSION_ID] = OpenSessionRow(
            session_id=SESSION_ID, user_id=one.user_id, method="TOTP", started_at=NOW
        )

    @property
    def headers(self) -> dict[str, str]:
        """Return what their calls carry."""
        headers = {"host": "portal.example.co.jp"}
        if self.person:
            headers |= {"cookie": f"{cookies.SESSION}=token", "x-csrf-token": "form-token"}
        if self.cookie:
            headers["cookie"] = self.cookie
        if self.bearer:
            headers["authorization"] = f"Bearer {self.bearer}"
        return headers


ADMINISTRATOR = Somebody(person())
OPERATOR = person(role="GENERAL_USER", tenant_id=PLATFORM, groups=())
PEOPLE: Mapping[str, Somebody] = {
    "anonymous": Somebody(),
    "pending login": Somebody(cookie=f"{cookies.LOGIN}=opaque-login"),
    "general user": Somebody(person(role="GENERAL_USER", groups=())),
    "general user with groups": Somebody(person(role="GENERAL_USER")),
    "administrator": ADMINISTRATOR,
    "administrator without groups": Somebody(person(groups=())),
    "suspended": Somebody(person(status="SUSPENDED")),
    "locked": Somebody(person(), locked=True),
    "outside the networks": Somebody(person(), outside=True),
    "other tenant's administrator": Somebody(person(user_id=STRANGER, tenant_id=OTHER_TENANT)),
    "operator": Somebody(bearer=TOKEN),
    "ops": Somebody(OPERATOR, operates="OPS"),
    "ops viewer": Somebody(OPERATOR, operates="OPS_VIEWER"),
    "dismissed operator": Somebody(OPERATOR),
    "administrator who claims to operate": Somebody(person(), operates="OPS"),
}


@dataclass
class Told:
    """What was answered."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        """Return the body read."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Return the problem's code, empty where there is none."""
        problem = self.headers.get("content-type", "").startswith("application/problem+json")
        return str(self.json["code"]) if problem else ""

    @property
    def lesson(self) -> tuple[int, Any]:
        """Return all that can be learnt from it: not the number of the request's own trace."""
        members = self.json if self.body and "json" in self.headers.get("content-type", "") else self.body.decode()
        if isinstance(members, dict):
            members = {name: value for name, value in members.items() if name not in ("traceId", "asOf")}
        return self.status, members


@cache
def _app() -> FastAPI:
    world = World()
    app = application(world.journeys, world.quick)
    app.state.verifier = PlainTokens()
    return app


def portal(world: World) -> ASGIApp:
    """Return the API over *world*; the application behind it is made once."""
    app = _app()
    app.state.journeys, app.state.quick = world.journeys, world.quick
    return front(app, world.quick, EdgeRules(public_url=PUBLIC))


async def ask(
    world: World,
    who: Somebody,
    operation: Operation,
    *,
    ids: Mapping[str, UUID | str] = OWN,
    query: Mapping[str, str] | None = None,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    without: tuple[str, ...] = (),
) -> Told:
    """Ask for an operation with everything it needs, but for what *headers* and *body* say otherwise."""
    said = {"idempotency-key": "key-1", "if-match": "*"} | who.headers | dict(headers or {})
    if operation.id in FORMS:
        content = urlencode(FORMS[operation.id]).encode()
        said["content-type"] = "application/x-www-form-urlencoded"
    elif operation.id in UPLOADS:
        content = UPLOADS[operation.id]
        said["content-type"] = "image/png"
    else:
        sent = BODIES.get(operation.id) if body is None else body
        content = b"" if sent is None else json.dumps(sent).encode()
        if content:
            said["content-type"] = "application/json"
    said = {name: value for name, value in said.items() if name not in without}
    return await send(portal(world), operation.verb, operation.url(ids), urlencode(query or {}), said, content)


async def send(  # noqa: PLR0917 - the parts of a request
    app: ASGIApp, verb: str, path: str, query: str, headers: Mapping[str, str], content: bytes
) -> Told:
    """Send a request; return the answer, of a stream of events only its beginning."""
    told = Told()
    enough = asyncio.Event()
    if content:
        headers = {**headers, "content-length": str(len(content))}
    handed = False

    async def receive() -> Message:
        nonlocal handed
        if handed:
            await asyncio.Event().wait()
        handed = True
        return {"type": "http.request", "body": content, "more_body": False}

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            told.status = message["status"]
            told.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            if told.headers.get("content-type", "").startswith("text/event-stream"):
                enough.set()
        else:
            told.body += message.get("body", b"")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": verb,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": CLIENT,
        "server": ("portal.example.co.jp", 443),
    }
    running = asyncio.ensure_future(app(scope, receive, take))
    waiting = asyncio.ensure_future(enough.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for one in (running, waiting):
        if not one.done():
            one.cancel()
        with suppress(asyncio.CancelledError):
            await one
    return told


def fresh_world() -> World:
    """Return a world in which the first tenant has a contract and the second one too."""
    world = World()
    world.second_step.shown = world.second_step.proven = True
    world.directory.images = {TENANT: b"ours", OTHER_TENANT: "よその 画像".encode()}
    world.directory.kept[PLATFORM] = {USER: world.directory.kept[TENANT][USER]}
    world.boards.tenants = {
        one: TenantRow(tenant_id=one, company_name=name, image=sha256(world.directory.images[one]).hexdigest())
        for one, name in ((TENANT, "株式会社さくら商事"), (OTHER_TENANT, "よその 会社"))
    }
    elsewhere = contract(3, tenant_id=OTHER_TENANT, service_name=OTHER_SERVICE)
    world.boards.rows = [contract(1), contract(2, tenant_id=OTHER_TENANT, site="よその 場所"), elsewhere]
    theirs = affected(2, tenant_id=OTHER_TENANT)
    mine = affected(1)
    world.boards.received = [applied_for(), applied_for(2, tenant_id=OTHER_TENANT, company_name="よその 会社")]
    world.boards.incidents = [
        incident(1, contracts=(mine, theirs)),
        incident(2, contracts=(theirs,), title="よその 障害"),
    ]
    world.boards.maintenances = [
        maintenance(1, contracts=(mine, theirs)),
        maintenance(2, contracts=(theirs,), name="よその 工事"),
    ]
    return world


def is_untouched(world: World) -> bool:
    """Return whether no service was asked to change or tell anything."""
    return not touched(world)


def touched(world: World) -> list[Any]:
    """Return all that services were asked to change or tell."""
    asked = (
        world.directory.calls,
        world.credentials.calls,
        world.second_step.calls,
        world.contracts.calls,
        world.own_contracts.calls,
        world.mailroom.resent,
        world.deeds.recorded,
        world.deeds.about,
        *(one.done for one in world.logs.values()),
        world.mail_deeds.recorded,
        world.ops_mailroom.done,
        *(one.done for one in world.processes.values()),
    )
    return [one for several in asked for one in several]
