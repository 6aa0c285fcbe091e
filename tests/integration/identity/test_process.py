"""The service as a process: from a registration on Kafka to sessions, with contracts and users beside it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest

from deploy.stack import Stack
from tests.integration.contracts.portal import Portal, form
from tests.integration.kernel.flow import until

PASSWORD = "correct horse battery"


@pytest.fixture
async def portal(stack: Stack, postgres_url: str, kafka_bootstrap: str) -> AsyncIterator[Portal]:
    """Give contracts, users and identity as processes."""
    _ = postgres_url, kafka_bootstrap
    await asyncio.to_thread(stack.start_services, ("contracts", "users", "identity"))
    async with httpx.AsyncClient(timeout=30) as http:
        yield Portal(stack, http)


async def _identity(portal: Portal, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
    notifier = path.endswith(("/link", "/code")) and body is None
    return await portal.call(
        "POST",
        path,
        body,
        service="identity",
        issuer="notifier" if notifier else "gateway",
        subject="anonymous",
        scopes=("links:fetch" if notifier else "login",),
        key=key,
    )


async def _issued(portal: Portal, user_id: str, kind: str, count: int = 1) -> list[dict[str, Any]]:
    """Return the facts of a person of this kind as soon as there are so many."""
    wire = f"portal.{kind}.v1"
    facts = await portal.published("identity", lambda f: f.type == wire and user_id.encode() in f.data, count)
    return [httpx.Response(200, content=fact.data).json() for fact in facts]


async def _link(portal: Portal, user_id: str, count: int = 1) -> str:
    newest = (await _issued(portal, user_id, "credential.activation-issued", count))[-1]
    answer = await _identity(portal, f"/activations/{newest['activationId']}/link")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def _ok(portal: Portal, path: str, body: Any) -> dict[str, Any]:
    answer = await _identity(portal, path, body)
    assert answer.status_code in {200, 202}, answer.text
    read: dict[str, Any] = answer.json() or {}
    return read


async def _registered(portal: Portal, factor: str) -> tuple[str, dict[str, str]]:
    sent = form(secondFactor=factor)
    ids = (await portal.post(sent)).json()
    admin = sent["administrator"]
    said = {name: admin[name] for name in ("email", "name")} | {"contactPhoneNumber": admin["phoneNumber"]}
    return ids["administratorId"], said


async def test_s04_to_s16_a_registration_becomes_a_session_with_an_authenticator(portal: Portal) -> None:
    user_id, said = await _registered(portal, "TOTP")
    token = await _link(portal, user_id)
    await _ok(portal, "/activations/confirmation", {"token": token, **said})
    await _ok(portal, "/activations/password", {"token": token, "password": PASSWORD})
    app = pyotp.TOTP((await _ok(portal, "/activations/totp", {"token": token}))["secret"])
    done = await _ok(portal, "/activations/totp-confirmation", {"token": token, "code": app.now()})
    assert done["state"] == "DONE"
    used = {app.now()}
    pending = await _ok(portal, "/logins", {"email": said["email"], "password": PASSWORD, "client": {}})

    async def next_step() -> bool:
        return app.now() not in used

    await until(next_step, 40)
    passed = await _ok(portal, "/logins/code", {"login": pending["login"], "code": app.now()})
    assert passed["userId"] == user_id
    (started,) = await _issued(portal, user_id, "session.started")
    assert (started["sessionId"], started["method"]) == (passed["sessionId"], "TOTP")
    ended = {"userId": user_id, "reason": "LOGOUT"}
    assert (await _identity(portal, f"/sessions/{passed['sessionId']}/end", ended)).status_code == 200
    await _issued(portal, user_id, "session.ended")


async def test_s14_s43_mail_codes_and_a_reset_on_a_running_service(portal: Portal) -> None:
    user_id, said = await _registered(portal, "MAIL_OTP")
    token = await _link(portal, user_id)
    await _ok(portal, "/activations/confirmation", {"token": token, **said})
    assert (await _ok(portal, "/activations/password", {"token": token, "password": PASSWORD}))["state"] == "DONE"
    await _ok(portal, "/password-resets", said)
    token = await _link(portal, user_id, 2)
    await _ok(portal, "/activations/password", {"token": token, "password": "another long secret"})
    old = await _identity(portal, "/logins", {"email": said["email"], "password": PASSWORD})
    assert (old.status_code, old.json()["code"]) == (401, "credentials-wrong")
    pending = await _ok(portal, "/logins", {"email": said["email"], "password": "another long secret"})
    issued = (await _issued(portal, user_id, "challenge.mail-code-issued"))[0]
    code = (await _identity(portal, f"/challenges/{issued['challengeId']}/code")).json()["code"]
    passed = await _ok(portal, "/logins/code", {"login": pending["login"], "code": code})
    assert UUID(passed["sessionId"])


async def test_d08_counters_survive_a_kill_of_the_service(portal: Portal) -> None:
    user_id, said = await _registered(portal, "MAIL_OTP")
    token = await _link(portal, user_id)
    await _ok(portal, "/activations/confirmation", {"token": token, **said})
    await _ok(portal, "/activations/password", {"token": token, "password": PASSWORD})
    pending = await _ok(portal, "/logins", {"email": said["email"], "password": PASSWORD})
    issued = (await _issued(portal, user_id, "challenge.mail-code-issued"))[0]
    right = (await _identity(portal, f"/challenges/{issued['challengeId']}/code")).json()["code"]
    wrong = {"login": pending["login"], "code": "000000" if right != "000000" else "111111"}
    assert [(await _identity(portal, "/logins/code", wrong)).json()["triesLeft"] for _ in range(3)] == [4, 3, 2]
    await asyncio.to_thread(portal.stack.kill, "identity")
    await asyncio.to_thread(portal.stack.restart, "identity")
    state = await _ok(portal, "/logins/state", {"login": pending["login"]})
    assert state["triesLeft"] == 2


async def test_a12_no_secret_is_in_a_fact_or_in_what_the_service_says(portal: Portal) -> None:
    user_id, said = await _registered(portal, "MAIL_OTP")
    token = await _link(portal, user_id)
    await _ok(portal, "/activations/confirmation", {"token": token, **said})
    await _ok(portal, "/activations/password", {"token": token, "password": PASSWORD})
    pending = await _ok(portal, "/logins", {"email": said["email"], "password": PASSWORD})
    issued = (await _issued(portal, user_id, "challenge.mail-code-issued"))[0]
    code = (await _identity(portal, f"/challenges/{issued['challengeId']}/code")).json()["code"]
    await _ok(portal, "/logins/code", {"login": pending["login"], "code": code})
    everything = b"".join(fact.data for fact in await portal.records("identity")).decode()
    told = portal.stack.log("identity")
    for secret in (token, PASSWORD, pending["login"], said["email"], said["name"]):
        assert secret not in everything
        assert secret not in told
    assert f'"{code}"' not in everything


async def test_asvs_7_4_2_m07_who_is_suspended_changed_or_deleted_in_users_is_so_here(portal: Portal) -> None:
    sent = form()
    ids = (await portal.post(sent)).json()
    await _issued(portal, ids["administratorId"], "credential.activation-issued")

    async def users(method: str, path: str, body: Any = None) -> httpx.Response:
        answer = await portal.call(
            method,
            f"/users{path}",
            body,
            service="users",
            issuer="gateway",
            subject=f"user:{ids['administratorId']}",
            scopes=("users:admin",),
            tenant=UUID(ids["tenantId"]),
        )
        assert answer.is_success, answer.text
        return answer

    person = {
        "email": f"taro.{UUID(ids['tenantId']).int}@example.co.jp",
        "name": "山田 太郎",
        "phoneNumber": "03-1111-2222",
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "secondFactor": "MAIL_OTP",
        "role": "GENERAL_USER",
        "groupIds": [],
    }
    user_id = (await users("POST", "", person)).json()["userId"]
    await _link(portal, user_id)
    await users("PATCH", f"/{user_id}", {"name": "山田 次郎"})
    await users("POST", f"/{user_id}/suspension")
    await _issued(portal, user_id, "credential.disabled")
    await users("DELETE", f"/{user_id}/suspension")
    token = await _link(portal, user_id, 2)
    said = {"email": person["email"], "name": "山田 次郎", "contactPhoneNumber": person["phoneNumber"]}
    await _ok(portal, "/activations/confirmation", {"token": token, **said})
    await _ok(portal, "/activations/password", {"token": token, "password": PASSWORD})
    await users("DELETE", f"/{user_id}")
    again = (await users("POST", "", person)).json()["userId"]
    await _link(portal, again)
    answer = await _identity(portal, "/logins", {"email": person["email"], "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials-wrong")
