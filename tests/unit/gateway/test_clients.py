"""The services' commands: what is sent, and how the answers are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from gateway.application.asked import Asked
from gateway.application.identity_ports import WhoIAm
from gateway.application.steps import Method, Step
from gateway.clients.contracts import ContractsClient
from gateway.clients.identity import IdentityClient
from gateway.clients.users import UsersClient
from kernel.adapters.http.client import ServiceClient
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import Unavailable
from kernel.domain.recorded import LogPosition
from tests.unit.gateway.fakes import CONTRACT, SESSION_ID, START, TENANT, USER
from tests.unit.gateway.viewers import session

ASKED = Asked(key="one-click", correlation_id=UUID(int=9), client_ip="192.0.2.7", user_agent="test")
STATE = {
    "purpose": "ACTIVATION",
    "state": "PASSWORD",
    "steps": ["CONFIRM", "PASSWORD", "TOTP"],
    "secondFactor": "TOTP",
    "expiresAt": "2026-11-27T09:00:00Z",
    "confirmTriesLeft": 5,
    "aMemberOfTomorrow": True,
}
PENDING = {"login": "opaque", "method": "MAIL_OTP", "expiresAt": "2026-11-24T09:10:00Z", "triesLeft": 5}


@dataclass
class Reply:
    """What a service answers."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    position: LogPosition | None = None


@dataclass
class Wire:
    """Notes calls and answers them all alike."""

    reply: Reply
    calls: list[tuple[str, str, Any, Sequence[str], Context]] = field(default_factory=list)

    async def post(self, path: str, body: Any, scopes: Sequence[str], context: Context) -> Reply:
        self.calls.append(("POST", path, body, scopes, context))
        return self.reply

    async def put(self, path: str, body: Any, scopes: Sequence[str], context: Context) -> Reply:
        self.calls.append(("PUT", path, body, scopes, context))
        return self.reply

    async def delete(self, path: str, scopes: Sequence[str], context: Context) -> Reply:
        self.calls.append(("DELETE", path, None, scopes, context))
        return self.reply


def wire(**reply: Any) -> tuple[Wire, ServiceClient]:
    made = Wire(Reply(**reply))
    return made, cast("ServiceClient", made)


async def test_an_activation_state_is_read_and_what_is_new_in_it_ignored() -> None:
    made, http = wire(body=STATE)
    state = await IdentityClient(http).activation_state("link", ASKED)
    assert (state.state, state.second_factor, state.steps[2]) == (Step.PASSWORD, Method.TOTP, Step.TOTP)
    assert [(call[0], call[1], call[2], call[3]) for call in made.calls] == [
        ("POST", "/activations/state", {"token": "link"}, ("login",))
    ]


async def test_each_step_of_the_activation_has_its_own_path() -> None:
    made, http = wire(body=STATE)
    identity = IdentityClient(http)
    await identity.confirm("link", WhoIAm("a@example.co.jp", "佐藤", "03"), ASKED)
    await identity.set_password("link", "long enough", ASKED)
    await identity.confirm_totp("link", "123456", ASKED)
    assert [(path, body) for _, path, body, _, _ in made.calls] == [
        (
            "/activations/confirmation",
            {"token": "link", "email": "a@example.co.jp", "name": "佐藤", "contactPhoneNumber": "03"},
        ),
        ("/activations/password", {"token": "link", "password": "long enough"}),
        ("/activations/totp-confirmation", {"token": "link", "code": "123456"}),
    ]


async def test_a_login_tells_identity_from_where_it_comes() -> None:
    made, http = wire(body=PENDING)
    pending = await IdentityClient(http).begin_login("a@example.co.jp", "secret", ASKED)
    assert (pending.login, pending.method) == ("opaque", Method.MAIL_OTP)
    assert made.calls[0][2]["client"] == {"ip": "192.0.2.7", "userAgent": "test"}


async def test_the_state_of_a_login_keeps_the_login_it_was_asked_for() -> None:
    _, http = wire(body={name: value for name, value in PENDING.items() if name != "login"})
    assert (await IdentityClient(http).login_state("mine", ASKED)).login == "mine"


async def test_a_passed_login_says_where_the_fact_stands() -> None:
    body = {
        "sessionId": str(SESSION_ID),
        "userId": str(USER),
        "tenantId": str(TENANT),
        "method": "TOTP",
        "startedAt": "2026-11-24T09:00:00Z",
    }
    _, http = wire(body=body, position=START)
    passed = await IdentityClient(http).finish_login("mine", "123456", ASKED)
    assert (passed.session_id, passed.tenant_id, passed.position) == (SESSION_ID, TENANT, START)


async def test_a12_an_answer_of_another_shape_is_trouble_and_its_content_goes_nowhere() -> None:
    _, http = wire(body={"otpauthUri": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"})
    with pytest.raises(Unavailable) as trouble:
        await IdentityClient(http).totp_setup("link", ASKED)
    assert "JBSWY3DPEHPK3PXP" not in f"{trouble.value!r} {trouble.value.__cause__!r}"


async def test_a_session_ends_in_the_name_of_its_person() -> None:
    made, http = wire(position=START)
    assert await IdentityClient(http).end_session(session(), "LOGOUT", ASKED) == START
    _, path, body, _, context = made.calls[0]
    assert (path, body) == (f"/sessions/{SESSION_ID}/end", {"userId": str(USER), "reason": "LOGOUT"})
    assert (context.actor, context.tenant_id) == (f"user:{USER}", TENANT)


async def test_a_language_is_chosen_by_the_person() -> None:
    made, http = wire(position=START)
    assert await UsersClient(http).choose_language(session(), "en", ASKED) == START
    method, path, body, scopes, context = made.calls[0]
    assert (method, path, body) == ("PUT", f"/users/{USER}/screen-language", {"screenLanguage": "en"})
    assert (scopes, context.actor) == (("users:self",), f"user:{USER}")


async def test_the_back_office_is_passed_on_with_its_own_name_and_the_same_key() -> None:
    made, http = wire(status=201, body={"applicationId": "x"}, position=START)
    contracts = ContractsClient(http)
    done = await contracts.receive_application({"applicationNumber": "A"}, "operator", ASKED)
    await contracts.change_contract(CONTRACT, {"site": "大阪"}, "operator", ASKED)
    await contracts.change_service_status(CONTRACT, "WARNING", "operator", ASKED)
    await contracts.terminate(CONTRACT, "operator", ASKED)
    assert (done.status, done.body, done.position) == (201, {"applicationId": "x"}, START)
    assert [(method, path, scopes) for method, path, _, scopes, _ in made.calls] == [
        ("POST", "/applications", ("applications:write",)),
        ("PUT", f"/contracts/{CONTRACT}", ("contracts:write",)),
        ("PUT", f"/contracts/{CONTRACT}/service-status", ("contracts:write",)),
        ("DELETE", f"/contracts/{CONTRACT}", ("contracts:write",)),
    ]
    assert {(call[4].actor, call[4].tenant_id) for call in made.calls} == {("operator:operator", NOBODY)}
    assert len({call[4].command_id for call in made.calls}) == 1


def test_m7_the_same_key_is_the_same_command_whatever_its_form() -> None:
    plain = UUID("019abcde-0000-7000-8000-0000000000aa")
    assert Asked(key=str(plain), correlation_id=plain, client_ip="", user_agent="").context().command_id == plain
    first, second, other = (
        Asked(key=key, correlation_id=plain, client_ip="", user_agent="").context().command_id
        for key in ("one-click", "one-click", "another")
    )
    assert first == second != other
