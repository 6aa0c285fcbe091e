"""Who is not logged in, half logged in, or somebody else: every operation that the API describes."""

import asyncio
import re
from base64 import b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

import httpx
import pytest

from tests.e2e.administrator import at_work
from tests.e2e.belongings import Belongings, founded, stepped_up
from tests.e2e.people import Person
from tests.e2e.portal import API, Portal, until

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

OPEN = {
    "token",
    "health",
    "activationState",
    "confirmIdentity",
    "setPassword",
    "chooseSecondFactor",
    "setUpTotp",
    "confirmTotp",
    "askForPasswordReset",
    "beginLogin",
}
"""The operations that need no session; each has its own proof and its own limits."""


HALF_WAY = {"finishLogin", "resendCode", "passkeyQuestion", "finishLoginByPasskey"}
"""What only half a login can ask for."""


async def operations(portal: Portal) -> dict[str, tuple[str, str]]:
    """Return method and path of every operation, with ids filled in that belong to nobody."""
    described = (await portal.browser().http.get("/api/v1/openapi.json")).raise_for_status().json()
    assert described["openapi"].startswith("3.1")
    found = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            filled = path
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    filled = filled.replace("{" + parameter["name"] + "}", _sample(parameter["schema"], described))
            found[operation["operationId"]] = (method.upper(), filled)
    return found


def _sample(schema: dict[str, Any], described: dict[str, Any]) -> str:
    """Return an id that is nobody's, or the first of the words that may stand there."""
    if (named := schema.get("$ref")) is not None:
        schema = described["components"]["schemas"][named.rpartition("/")[2]]
    return str(schema.get("enum", [uuid4()])[0])


async def test_what_is_open_is_named_here_and_exists(portal: Portal) -> None:
    assert set(await operations(portal)) >= OPEN


@pytest.mark.parametrize("who", ["nobody", "half a login", "an ended session", "a forged session"])
async def test_s16_every_other_operation_answers_401(portal: Portal, who: str) -> None:
    browser = portal.browser()
    if who != "nobody":
        person = Person(second_factor="MAIL_OTP")
        browser, _ = await portal.activated(person)
        if who == "half a login":
            await browser.first_step(person)
        else:
            await browser.log_in(person, None)
            kept = dict(browser.cookies)
            await browser.log_out()
            for name, value in kept.items():
                forged = value if who == "an ended session" else value[:-2] + "xx"
                browser.cookies[name] = forged
    found = await operations(portal)
    tested = 0
    for name, (method, path) in found.items():
        if name in OPEN or (who == "half a login" and name in HALF_WAY):
            continue
        answer = await browser.http.request(method, path, json={}, headers={"idempotency-key": "k"})
        assert answer.status_code == 401, (name, answer.status_code, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
        tested += 1
    assert tested >= 10


async def test_every_verb_that_is_not_described_is_refused_everywhere(portal: Portal) -> None:
    found = await operations(portal)
    allowed: dict[str, set[str]] = {}
    for method, path in found.values():
        allowed.setdefault(path, set()).add(method)
    browser = portal.browser()
    for path, methods in allowed.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - methods:
            answer = await browser.http.request(method, path)
            assert answer.status_code in {401, 404, 405}, (method, path, answer.status_code)


BODIES: dict[str, Any] = {
    "changeUser": {"title": "部長"},
    "changeGroup": {"description": "x"},
    "permitGroup": {"permissions": [{"serviceName": "*", "actions": ["VIEW"]}]},
    "changeMemo": {"memo": "x"},
    "changeUserNotifications": {"refused": []},
}
"""What a change says; of another company's things it must make no difference."""

LISTS_AT_LEAST = 15
"""As many lists as there were when this was written: a description without parameters would prove nothing."""


@pytest.fixture
async def theirs(portal: Portal) -> Belongings:
    """Give another company that has two of everything."""
    return await founded(portal)


async def test_s44_a7_every_operation_with_an_id_answers_another_company_as_if_there_were_none(
    portal: Portal, theirs: Belongings
) -> None:
    person = Person(second_factor="MAIL_OTP", contracts=1)
    me = await at_work(portal, person)
    # What asks for both proofs anew is to look whose the thing is, too.
    await stepped_up(portal, me, person)
    described = (await me.call("GET", "/openapi.json")).json()
    tested, named = set(), set()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if "{" not in path or "/operator/" in path or "/ops/" in path:
                continue
            name = operation["operationId"]
            named |= {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            body = BODIES.get(name, {"userIds": [theirs.ids["userId"]]} if name == "addMembers" else None)
            answers = []
            for ids in (theirs.ids, {one: str(uuid4()) for one in theirs.ids}):
                answer = await me.call(method.upper(), path.removeprefix(API).format(**ids), body)
                assert answer.status_code == 404, (name, answer.status_code, answer.text)
                answers.append(_learnt(answer))
            assert answers[0] == answers[1]
            tested.add(name)
    assert named == theirs.ids.keys()
    assert tested >= {
        "contract",
        "user",
        "changeUser",
        "deleteUser",
        "suspendUser",
        "group",
        "permitGroup",
        "userHistory",
        "removePasskey",
        "forgetBrowser",
        "endOwnSession",
    }
    for path, name in (("passkeys", "passkeyId"), ("trusted-browsers", "browserId"), ("sessions", "sessionId")):
        still = (await theirs.administrator.call("GET", f"/me/{path}")).json()["items"]
        assert theirs.ids[name] in {one[name] for one in still}, "and nothing of theirs is gone"


async def test_a7_no_list_goes_on_from_another_companys_cursor_to_anything_of_theirs(
    portal: Portal, theirs: Belongings
) -> None:
    me = await at_work(portal, Person(second_factor="MAIL_OTP", contracts=1))
    session = (await me.call("GET", "/session")).json()
    mine = {
        "userId": session["userId"],
        "groupId": str(uuid5(UUID(session["tenantId"]), "all-permissions")),
        "contractId": (await me.call("GET", "/contracts")).json()["items"][0]["contractId"],
    }
    described = (await me.call("GET", "/openapi.json")).json()
    lists = {
        operation["get"]["operationId"]: path.removeprefix(API)
        for path, operation in described["paths"].items()
        if "/operator/" not in path and "/ops/" not in path
        if "cursor" in {one["name"] for one in operation.get("get", {}).get("parameters", ())}
    }
    assert len(lists) >= LISTS_AT_LEAST
    for name, path in lists.items():

        async def given(path: str = path, name: str = name) -> str | None:
            answer = await theirs.administrator.call("GET", f"{path.format(**theirs.ids)}?limit=1")
            assert answer.status_code == 200, (name, answer.text)
            cursor: str | None = answer.json()["nextCursor"]
            return cursor

        cursor, answers = await until(given), []
        for one in (cursor, _made_up(cursor)):
            answer = await me.call("GET", f"{path.format(**mine)}?limit=1&cursor={quote(one)}")
            assert not [word for kind, word in theirs.ids.items() if kind != "serviceName" and word in answer.text], (
                name
            )
            assert "よその" not in answer.text, name
            told = (answer.status_code, answer.json().get("code"))
            assert told in {(200, None), (422, "cursor-unreadable")}, (name, answer.text)
            answers.append(_learnt(answer))
        assert answers[0] == answers[1], name


def _learnt(answer: httpx.Response) -> tuple[int, str]:
    """Return an answer as it was written, but for the number of the request's own trace."""
    told = answer.json()
    return answer.status_code, answer.text.replace(str(told.get("traceId") or "-"), "")


def _made_up(cursor: str) -> str:
    """Return a cursor of the same form that nobody was given: at the same place of a row that never was."""
    text = b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_").decode(errors="replace")
    made = UUIDS.sub(lambda found: str(UUID(int=UUID(found[0]).int ^ 1)), text)
    if made == text or "\ufffd" in text:
        return cursor[:-8] + cursor[-8:][::-1]
    return urlsafe_b64encode(made.encode()).decode().rstrip("=")


@pytest.mark.parametrize("token", ["-", "x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.", "session"])
async def test_the_back_offices_operations_take_no_other_proof(portal: Portal, token: str) -> None:
    browser = portal.browser()
    if token == "session":
        browser, _ = await portal.entered(Person(second_factor="MAIL_OTP"))
        token = browser.cookies["__Host-portal-session"]
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "k"}
    answers: list[httpx.Response] = [
        await browser.http.post("/api/v1/applications", json=Person().form(), headers=headers),
        await browser.http.delete(f"/api/v1/operator/contracts/{uuid4()}", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401, 401]


async def test_a_token_for_one_thing_does_not_do_for_another(portal: Portal) -> None:
    token = await portal.back_office.token("applications:write")
    headers = {"authorization": f"Bearer {token}"}
    answer = await portal.browser().http.delete(f"/api/v1/operator/contracts/{uuid4()}", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b'{"userId": 1, "password": []}',
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
    ids=["empty", "open", "list", "text", "null", "types", "octets", "deep", "big"],
)
async def test_bad_input_is_a_problem_and_never_an_error_of_ours(portal: Portal, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = await portal.browser().http.post("/api/v1/login", content=body, headers=headers)
    assert answer.status_code in {400, 413, 422}, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["code"]
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_every_bad_field_is_named_at_once(portal: Portal) -> None:
    form = Person().form()
    form["administrator"] = {"secondFactor": "FAX", "mailLanguage": "fr", "email": "nowhere"}
    answer = await portal.back_office.send("POST", "/applications", form)
    assert answer.status_code == 422
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers >= {
        f"/administrator/{name}" for name in ("secondFactor", "mailLanguage", "name", "phoneNumber", "timezone")
    }


async def test_m07_one_address_posted_in_thirty_forms_at_once_is_registered_once(portal: Portal) -> None:
    person = Person()
    forms = []
    for number in range(30):
        form = Person().form()
        form["administrator"]["email"] = person.email.upper() if number % 2 else person.email
        forms.append(form)
    answers = await asyncio.gather(*(portal.back_office.send("POST", "/applications", form) for form in forms))
    assert {answer.status_code for answer in answers} == {201}
    await portal.mailbox.wait(person.email)
    after = Person()
    await portal.invited(after)
    assert len(await portal.mailbox.to(person.email)) == 1
