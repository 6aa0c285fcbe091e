"""Asks the public API for every operation of its description, as whoever a test says, without a server."""

import asyncio
import json
from collections.abc import Iterator, Mapping
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
from gateway.front import application, describe, front
from gateway.projections.credential import CredentialRow
from gateway.projections.open_session import OpenSessionRow
from gateway.projections.operator import OperatorRow
from gateway.projections.person import PersonRow
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_policy import TenantPolicyRow
from kernel.domain.context import PLATFORM
from tests.unit.gateway.browser import PUBLIC, PlainTokens
from tests.unit.gateway.fakes import GROUP, NOW, OTHER_TENANT, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import affected, contract, incident, maintenance, person
from tests.unit.gateway.fakes_boards import application as applied_for
from tests.unit.gateway.fakes_mail import MAIL
from tests.unit.gateway.fakes_ops import PARKED, READER
from tests.unit.gateway.fakes_people import COLLEAGUE, OTHER_SESSION, STRANGER
from tests.unit.gateway.fakes_second_step import BROWSER, PASSKEY
from tests.unit.gateway.test_api_boards import FORM
from tests.unit.gateway.viewers import session
from tests.unit.gateway.world import World

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TOKEN = "operator|applications:write contracts:write incidents:write maintenance:write status:write|60"
CLIENT = ("203.0.113.9", 4711)

USER_FIELDS = {
    "email": "jiro.tanaka@example.co.jp",
    "name": "田中 次郎",
    "phoneNumber": "03-1234-5670",
    "mailLanguage": "ja",
    "timezone": "Asia/Tokyo",
    "secondFactor": "TOTP",
    "role": "GENERAL_USER",
}
SETTINGS = {
    "sessionIdleMinutes": 15,
    "sessionAbsoluteHours": 8,
    "allowedNetworks": ["203.0.113.0/24"],
    "trustedBrowser": False,
    "secondFactors": ["TOTP"],
}
WHO = {"email": "hanako.sato@example.co.jp", "name": "佐藤 花子", "contactPhoneNumber": "03-1234-5678"}

BODIES: Mapping[str, Any] = {
    "beginLogin": {"userId": "hanako.sato@example.co.jp", "password": "correct horse battery"},
    "finishLogin": {"code": "492039"},
    "activationState": {"token": "link"},
    "confirmIdentity": {"token": "link", **WHO},
    "setPassword": {"token": "link", "password": "long enough and rare"},
    "chooseSecondFactor": {"token": "link", "secondFactor": "TOTP"},
    "setUpTotp": {"token": "link"},
    "confirmTotp": {"token": "link", "code": "492039"},
    "askForPasswordReset": WHO,
    "receiveApplication": FORM,
    "changeContract": {"site": "大阪"},
    "changeServiceStatus": {"serviceStatus": "WARNING"},
    "placeApplication": {
        "applicationNumber": "A-2",
        "firstApplicationNumber": "A-1",
        "orderType": "TERMINATION",
        "contractNumbers": ["N000000001"],
    },
    "reportApplication": {"orderStatus": 2},
    "reportServiceStatus": {"contractNumber": "N000000001", "serviceStatus": "2"},
    "reportIncident": {"incidentNumber": "T1", "title": "停電", "contractNumbers": ["N000000001"]},
    "updateIncident": {"status": "REPAIRING"},
    "announceMaintenance": {
        "maintenanceNumber": "M000000001",
        "name": "設備更改",
        "contractNumbers": ["N000000001"],
        "startsAt": "2026-12-01T00:00:00Z",
        "endsAt": "2026-12-01T04:00:00Z",
    },
    "rescheduleMaintenance": {"startsAt": "2026-12-01T00:00:00Z", "endsAt": "2026-12-01T04:00:00Z"},
    "cancelMaintenance": {},
    "completeMaintenance": {},
    "reportMany": {"rows": [{"contractNumber": "N000000001", "serviceStatus": "1"}]},
    "changeMemo": {"memo": "本社"},
    "chooseLanguage": {"language": "en"},
    "changeMe": {"timezone": "Europe/London"},
    "changePassword": {"current": "correct horse battery", "new": "another long one"},
    "beginStepUp": {"password": "correct horse battery"},
    "proveStepUp": {"code": "492039"},
    "finishLoginByPasskey": {"credential": {"id": "BBBB"}},
    "stepUpByPasskey": {"credential": {"id": "BBBB"}},
    "addPasskey": {"name": "鍵", "credential": {"id": "BBBB"}},
    "confirmAuthenticator": {"code": "492039"},
    "issueRecoveryCodes": {"code": "492039"},
    "addUser": USER_FIELDS,
    "changeUser": {"title": "部長"},
    "addGroup": {"name": "開発部"},
    "changeGroup": {"description": "新しい"},
    "permitGroup": {"permissions": [{"serviceName": "smart-pbx", "actions": ["VIEW"]}]},
    "addMembers": {"userIds": [str(COLLEAGUE)]},
    "changeTenantSettings": SETTINGS,
    "changeOwnNotifications": {"refused": ["MAINTENANCE"]},
    "changeUserNotifications": {"refused": ["MAINTENANCE"]},
    "opsRetry": {"reason": "mended"},
    "opsDiscard": {"consumer": READER, "streams": [str(PARKED)], "reason": "a test order"},
}
UPLOADS: Mapping[str, bytes] = {"changeTenantImage": b"a picture, as far as anybody asks here"}
FORMS = {
    "token": {
        "grant_type": "client_credentials",
        "client_id": "operator",
        "client_secret": "the operator's secret",
    }
}
OWN: Mapping[str, UUID | str] = {
    "applicationNumber": "A-1",
    "incidentNumber": "T1",
    "maintenanceNumber": "M000000001",
    "kind": "service-statuses",
    "applicationId": applied_for().application_id,
    "incidentId": incident(1).incident_id,
    "maintenanceId": maintenance(1).maintenance_id,
    "userId": COLLEAGUE,
    "groupId": GROUP,
    "contractId": contract(1).contract_id,
    "sessionId": OTHER_SESSION,
    "browserId": BROWSER,
    "messageId": MAIL,
    "passkeyId": PASSKEY,
    "consumer": READER,
    "streamId": PARKED,
}
"""What the paths name: everything of the first tenant."""


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    id: str
    verb: str
    path: str
    conditional: bool = False
    """Whether it must say which version it starts from."""
    described: Any = field(default_factory=dict, hash=False, compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the path names."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def changes(self) -> bool:
        """Return whether it changes something."""
        return self.verb != "GET"

    @property
    def takes_a_body(self) -> bool:
        """Return whether anything is sent with it."""
        return "requestBody" in self.described

    @property
    def answers(self) -> frozenset[str]:
        """Return the kinds of content it answers with when it goes well."""
        return frozenset(self.described["responses"].get("200", {}).get("content", {}))

    def parameters(self, place: str) -> Mapping[str, Any]:
        """Return the schemas of what may be said in the query or in headers."""
        return {one["name"]: one["schema"] for one in self.described.get("parameters", ()) if one["in"] == place}

    def ids_in_body(self) -> tuple[tuple[str, ...], ...]:
        """Return where in the body ids stand, each as the names that lead there."""
        content = self.described.get("requestBody", {}).get("content", {})
        return tuple(_ids(content.get("application/json", {}).get("schema", {})))

    def url(self, ids: Mapping[str, UUID | str] = OWN) -> str:
        """Return the path with its names filled in."""
        return self.path.format(**ids)


def _is_conditional(described: Mapping[str, Any]) -> bool:
    named = next((one for one in described.get("parameters", ()) if one["name"] == "If-Match"), None)
    return named is not None and named["required"]


@cache
def description() -> Mapping[str, Any]:
    """Return the description, made once."""
    return describe()


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation, in the order of the description."""
    return tuple(
        Operation(id=one["operationId"], verb=verb.upper(), path=path, conditional=_is_conditional(one), described=one)
        for path, verbs in description()["paths"].items()
        for verb, one in verbs.items()
    )


def formats(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the formats that a value may have, whichever of its alternatives it is, or the members of a list."""
    several = [schema, *schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]
    inner = frozenset[str]().union(*(formats(one) for one in several if one is not schema))
    return inner | ({schema["format"]} if "format" in schema else frozenset())


def _ids(schema: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, one in _resolved(schema).get("properties", {}).items():
        if "uuid" in formats(one):
            yield (*before, name)
        for inner in (one, *one.get("anyOf", ()), one.get("items", {})):
            yield from _ids(inner, (*before, name)) if "$ref" in inner else ()


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref", ""))
    found: Mapping[str, Any] = (
        describe()["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    )
    return found


def put(body: Any, place: tuple[str, ...], value: str) -> Any:
    """Return a body with an id at a place: in the first of each list that leads there, alone in a list of ids."""
    name, *rest = place
    if isinstance(body, list):
        return [put(body[0], place, value), *body[1:]]
    if rest:
        return {**body, name: put(body[name], tuple(rest), value)}
    return {**body, name: [value] if name.endswith(("Ids", "streams")) else value}


def paths() -> Iterator[tuple[str, frozenset[str]]]:
    """Return every path with its verbs."""
    for path in dict.fromkeys(one.path for one in operations()):
        yield path, frozenset(one.verb for one in operations() if one.path == path)


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
    world.boards.rows = [contract(1), contract(2, tenant_id=OTHER_TENANT, site="よその 場所")]
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
    asked = (
        world.directory.calls,
        world.credentials.calls,
        world.second_step.calls,
        world.contracts.calls,
        world.own_contracts.calls,
        world.mailroom.resent,
        world.deeds.recorded,
        *(one.done for one in world.processes.values()),
    )
    return not any(asked)
