"""Calls about people, groups, settings and ways in: what is sent, and how the answers are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from gateway.application.access import Action
from gateway.application.credentials import LoginResult, LoginsWanted, NotOf
from gateway.application.directory import HistoryKind, HistoryOf, LinkState, PeopleWanted, Status
from gateway.application.viewer import Role
from gateway.clients.credentials import CredentialsClient
from gateway.clients.users import UsersClient
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import Context
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import GROUP, NOW, SESSION_ID, TENANT, USER
from tests.unit.gateway.samples_people import COLLEAGUE, OTHER_SESSION, POSITION
from tests.unit.gateway.test_clients import ASKED
from tests.unit.gateway.viewers import session

PERSON = {
    "userId": str(COLLEAGUE),
    "name": "鈴木 一郎",
    "email": "ichiro.suzuki@example.co.jp",
    "title": None,
    "role": "GENERAL_USER",
    "phoneNumber": "03-1234-5679",
    "mobilePhoneNumber": None,
    "status": "LOCKED",
    "secondFactor": "MAIL_OTP",
    "groups": [{"groupId": str(GROUP), "name": "営業部", "color": "green"}],
    "lastLoginAt": None,
    "mailLanguage": "en",
    "timezone": "Asia/Tokyo",
    "comment": None,
    "version": 4,
    "aMemberOfTomorrow": {"userId": 1},
}
GROUP_BODY = {
    "groupId": str(GROUP),
    "name": "営業部",
    "description": "",
    "builtIn": False,
    "members": 3,
    "permissions": [{"serviceName": "smart-pbx", "contractId": None, "actions": ["VIEW", "EDIT"]}],
    "version": 2,
}
POLICY = {
    "sessionIdleMinutes": 30,
    "sessionAbsoluteHours": 12,
    "allowedNetworks": [],
    "trustedBrowser": False,
    "secondFactors": ["TOTP"],
    "version": 0,
}


@dataclass
class Reply:
    body: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    positions: tuple[LogPosition, ...] = (POSITION,)


@dataclass
class Wire:
    """Notes calls and answers them all alike."""

    reply: Reply
    calls: list[tuple[str, str, Any, Sequence[str], Context, str | None]] = field(default_factory=list)
    within: list[float | None] = field(default_factory=list)
    """How long each answer to a question was to be waited for."""

    async def get(self, path: str, scopes: Sequence[str], context: Context, *, within: float | None = None) -> Reply:
        self.within.append(within)
        return self._note("GET", path, None, scopes, context)

    async def post(
        self,
        path: str,
        body: Any,
        scopes: Sequence[str],
        context: Context,
        *,
        if_match: str | None = None,
        within: float | None = None,
    ) -> Reply:
        self.within.append(within)
        return self._note("POST", path, body, scopes, context, if_match)

    async def put(
        self, path: str, body: Any, scopes: Sequence[str], context: Context, *, if_match: str | None = None
    ) -> Reply:
        return self._note("PUT", path, body, scopes, context, if_match)

    async def patch(
        self, path: str, body: Any, scopes: Sequence[str], context: Context, *, if_match: str | None = None
    ) -> Reply:
        return self._note("PATCH", path, body, scopes, context, if_match)

    async def delete(self, path: str, scopes: Sequence[str], context: Context, *, if_match: str | None = None) -> Reply:
        return self._note("DELETE", path, None, scopes, context, if_match)

    def _note(self, *call: Any) -> Reply:
        self.calls.append((*call, None)[:6] if len(call) == 5 else call)
        return self.reply


def users(**body: Any) -> tuple[Wire, UsersClient]:
    made = Wire(Reply(body))
    return made, UsersClient(cast("ServiceClient", made))


def credentials(**body: Any) -> tuple[Wire, CredentialsClient]:
    made = Wire(Reply(body))
    return made, CredentialsClient(cast("ServiceClient", made))


async def test_the_list_is_asked_for_with_what_was_chosen_and_nothing_else() -> None:
    made, client = users(items=[PERSON], nextCursor="opaque", total=51)
    page = await client.people(session(), PeopleWanted(q="鈴 木&", group=GROUP), 50, "c/1", ASKED)
    assert (page.total, page.next_cursor, page.items[0].status, page.items[0].role) == (
        51,
        "opaque",
        Status.LOCKED,
        Role.GENERAL_USER,
    )
    assert page.items[0].groups[0].name == "営業部"
    method, path, _, scopes, context, _ = made.calls[0]
    assert (method, scopes) == ("GET", ("users:read",))
    assert path == (f"/users?limit=50&cursor=c%2F1&q=%E9%88%B4+%E6%9C%A8%26&group={GROUP}&sort=name&order=asc")
    assert (context.actor, context.tenant_id, context.command_id) == (f"user:{USER}", TENANT, None)


async def test_changes_go_out_in_the_administrators_name_with_key_and_version() -> None:
    made, client = users(userId=str(COLLEAGUE), groupId=str(GROUP), version=5)
    one = session()
    done = await client.change_person(one, COLLEAGUE, {"title": None}, '"4"', ASKED)
    await client.add_person(one, {"name": "x"}, ASKED)
    await client.suspend(one, COLLEAGUE, '"4"', ASKED)
    await client.reinstate(one, COLLEAGUE, '"4"', ASKED)
    await client.delete_person(one, COLLEAGUE, '"4"', ASKED)
    await client.add_group(one, {"name": "x"}, ASKED)
    await client.change_group(one, GROUP, {"name": "y"}, None, ASKED)
    await client.permit(one, GROUP, [{"serviceName": "*", "actions": ["VIEW"]}], '"2"', ASKED)
    await client.add_members(one, GROUP, [COLLEAGUE], ASKED)
    await client.remove_member(one, GROUP, COLLEAGUE, ASKED)
    await client.delete_group(one, GROUP, '"4"', ASKED)
    await client.change_settings(one, POLICY, '"0"', ASKED)
    assert (done.body["version"], done.positions) == (5, (POSITION,))
    assert [(verb, path, if_match) for verb, path, _, _, _, if_match in made.calls] == [
        ("PATCH", f"/users/{COLLEAGUE}", '"4"'),
        ("POST", "/users", None),
        ("POST", f"/users/{COLLEAGUE}/suspension", '"4"'),
        ("DELETE", f"/users/{COLLEAGUE}/suspension", '"4"'),
        ("DELETE", f"/users/{COLLEAGUE}", '"4"'),
        ("POST", "/groups", None),
        ("PATCH", f"/groups/{GROUP}", None),
        ("PUT", f"/groups/{GROUP}/permissions", '"2"'),
        ("POST", f"/groups/{GROUP}/members", None),
        ("DELETE", f"/groups/{GROUP}/members/{COLLEAGUE}", None),
        ("DELETE", f"/groups/{GROUP}", '"4"'),
        ("PUT", "/policy", '"0"'),
    ]
    assert {(scopes, context.actor, context.tenant_id) for _, _, _, scopes, context, _ in made.calls} == {
        (("users:admin",), f"user:{USER}", TENANT)
    }
    assert len({context.command_id for _, _, _, _, context, _ in made.calls}) == 1
    assert made.calls[8][2] == {"userIds": [str(COLLEAGUE)]}


async def test_groups_and_settings_are_read() -> None:
    made, client = users(**GROUP_BODY, items=[GROUP_BODY], nextCursor="c", total=9)
    page = await client.groups(session(), 20, "a/b", ASKED)
    assert (page.items[0].members, page.next_cursor, page.total) == (3, "c", 9)
    assert [one.name for one in await client.group_names(session(), ASKED)] == [GROUP_BODY["name"]]
    group = await client.group(session(), GROUP, ASKED)
    assert group.permissions[0].actions == (Action.VIEW, Action.EDIT)
    _, policy = users(**POLICY)
    assert (await policy.settings(session(), ASKED)).version == 0
    assert [call[1] for call in made.calls] == ["/groups?limit=20&cursor=a%2Fb", "/groups/names", f"/groups/{GROUP}"]


async def test_asvs_8_3_3_ones_own_settings_are_changed_with_ones_own_right() -> None:
    made, client = users()
    await client.change_self(session(), {"timezone": "Asia/Tokyo"}, ASKED)
    assert made.calls[0][:4] == ("PATCH", f"/users/{USER}/preferences", {"timezone": "Asia/Tokyo"}, ("users:self",))


async def test_d17_a_history_is_read() -> None:
    entry = {
        "at": "2026-11-24T09:00:00Z",
        "by": "佐藤 花子",
        "actor": f"user:{USER}",
        "field": "role",
        "old": "GENERAL_USER",
        "new": "PORTAL_ADMIN",
        "cause": None,
        "correlationId": str(UUID(int=1)),
        "fact": "x/1",
        "address": "192.0.2.7",
        "agent": "Firefox",
    }
    told = [entry, entry | {"by": "service:identity", "actor": "service:identity", "address": None, "agent": None}]
    made, client = users(items=told, nextCursor="c2")
    page = await client.history(session(), HistoryOf(HistoryKind.USER, COLLEAGUE), 20, "c1", ASKED)
    assert made.calls[0][1] == f"/users/{COLLEAGUE}/history?limit=20&cursor=c1"
    assert page.next_cursor == "c2"
    assert [(one.client_ip, one.user_agent) for one in page.items] == [("192.0.2.7", "Firefox"), (None, None)]
    assert [(one.by, one.by_name, one.old, one.new) for one in page.items] == [
        (f"user:{USER}", "佐藤 花子", "GENERAL_USER", "PORTAL_ADMIN"),
        ("service:identity", None, "GENERAL_USER", "PORTAL_ADMIN"),
    ]


@pytest.mark.parametrize(
    ("of", "path"),
    [
        (HistoryOf(HistoryKind.GROUP, GROUP), f"/groups/{GROUP}/history?limit=5"),
        (HistoryOf(HistoryKind.SETTINGS), "/policy/history?limit=5"),
    ],
)
async def test_m10_every_history_has_its_address(of: HistoryOf, path: str) -> None:
    made, client = users(items=[], nextCursor=None)
    assert (await client.history(session(), of, 5, None, ASKED)).items == ()
    assert made.calls[0][1] == path
    assert made.calls[0][3] == ("users:read",)


async def test_m10_registrations_are_read() -> None:
    told = {
        "userId": str(COLLEAGUE),
        "name": "鈴木 一郎",
        "email": "ichiro.suzuki@example.co.jp",
        "role": "GENERAL_USER",
        "origin": "ADMINISTRATOR",
        "registeredAt": "2026-11-24T09:00:00Z",
        "by": "佐藤 花子",
        "actor": f"user:{USER}",
        "state": "WAITING",
        "linkSentAt": None,
        "linkExpiresAt": None,
        "activatedAt": None,
    }
    made, client = users(items=[told], nextCursor=None)
    (one,) = (await client.registrations(session(), LinkState.WAITING, 5, None, ASKED)).items
    assert made.calls[0][1] == "/registrations?limit=5&state=WAITING"
    assert (one.by, one.by_name, one.state) == (f"user:{USER}", "佐藤 花子", LinkState.WAITING)


@pytest.mark.parametrize("path", ["unlock", "activation", "second-factor-reset"])
async def test_ways_in_are_mended_with_the_administrators_scope(path: str) -> None:
    made, client = credentials()
    calls = {
        "unlock": client.unlock,
        "activation": client.resend_activation,
        "second-factor-reset": client.reset_second_factor,
    }
    await calls[path](session(), COLLEAGUE, ASKED)
    assert made.calls[0][:4] == ("POST", f"/credentials/{COLLEAGUE}/{path}", None, ("credentials:admin",))


async def test_a_credential_is_read() -> None:
    activation = {"state": "OPEN", "purpose": "ACTIVATION", "step": "TOTP", "expiresAt": "2026-11-27T09:00:00Z"}
    made, client = credentials(
        state="PENDING_ACTIVATION", secondFactor="TOTP", activation=activation, lockedAt=None, lastLoginAt=None
    )
    found = await client.credential(session(), COLLEAGUE, ASKED)
    assert found.activation is not None
    assert (found.state, found.activation.state) == ("PENDING_ACTIVATION", "OPEN")
    assert made.calls[0][3] == ("credentials:admin",)


async def test_what_is_ones_own_is_asked_for_with_ones_own_scope_and_id() -> None:
    rows = [
        {"sessionId": str(SESSION_ID), "startedAt": "2026-11-24T09:00:00Z", "method": "TOTP"},
        {"sessionId": str(OTHER_SESSION), "startedAt": "2026-11-24T08:00:00Z", "method": "TOTP", "clientIp": "::1"},
    ]
    made, client = credentials(items=rows, codes=["a", "b"])
    one = session()
    found = await client.sessions(one, ASKED)
    await client.end_one(one, OTHER_SESSION, ASKED)
    await client.end_others(one, ASKED)
    await client.change_password(
        one, "old", "new", not_of=NotOf("a@example.co.jp", "佐藤"), end_others=True, asked=ASKED
    )
    assert await client.issue_recovery_codes(one, "492039", ASKED) == ("a", "b")
    assert [(row.current, row.client_ip) for row in found] == [(True, None), (False, "::1")]
    assert {(call[1].rsplit("/", 1)[0].removesuffix("/sessions"), call[3]) for call in made.calls} == {
        (f"/credentials/{USER}", ("credentials:self",))
    }
    assert [call[2] for call in made.calls] == [
        None,
        {"sessionId": str(OTHER_SESSION)},
        {"others": True, "sessionId": str(SESSION_ID)},
        {
            "current": "old",
            "new": "new",
            "endOthers": True,
            "sessionId": str(SESSION_ID),
            "email": "a@example.co.jp",
            "name": "佐藤",
        },
        {"code": "492039"},
    ]


async def test_logins_are_read() -> None:
    _, client = credentials(items=[{"at": "2026-11-24T09:00:00Z", "outcome": "PASSED", "method": "TOTP"}])
    assert [one.outcome for one in (await client.logins(session(), 20, None, ASKED)).items] == ["PASSED"]


async def test_m10_logins_of_the_company_are_asked_for_as_wanted_with_the_administrators_scope() -> None:
    row = {"userId": str(COLLEAGUE), "at": "2026-11-24T09:00:00Z", "outcome": "CODE_WRONG", "clientIp": "::1"}
    made, client = credentials(items=[row], nextCursor="on")
    wanted = LoginsWanted(user_id=COLLEAGUE, result=LoginResult.REFUSED, since=NOW)
    page = await client.company_logins(session(), wanted, 20, "from", ASKED)
    await client.company_logins(session(), LoginsWanted(), 50, None, ASKED)
    (one,) = page.items
    assert (one.user_id, one.outcome, one.name, page.next_cursor) == (COLLEAGUE, "CODE_WRONG", None, "on")
    asked = f"limit=20&cursor=from&userId={COLLEAGUE}&result=REFUSED&since=2026-11-24T09%3A00%3A00Z"
    assert [call[1] for call in made.calls] == [f"/login-history?{asked}", "/login-history?limit=50"]
    assert {call[3] for call in made.calls} == {("credentials:admin",)}
