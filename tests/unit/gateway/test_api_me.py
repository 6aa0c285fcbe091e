"""What callers do about themselves, over the public API."""

import pytest

from gateway.application.credentials import OwnSession
from tests.unit.gateway.browser import browser, log_in
from tests.unit.gateway.fakes import SESSION_ID
from tests.unit.gateway.fakes_second_step import BROWSER
from tests.unit.gateway.samples_people import OTHER_SESSION
from tests.unit.gateway.test_api_people import enter
from tests.unit.gateway.world import World


async def test_language_of_mails_and_zone_are_ones_own(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.patch("/api/v1/me", json={"timezone": "Europe/London"})
        bad = await http.patch("/api/v1/me", json={"timezone": "London", "mailLanguage": "fr", "role": "PORTAL_ADMIN"})
    assert answer.json() == {"mailLanguage": "ja", "timezone": "Europe/London"}
    assert {one["pointer"] for one in bad.json()["errors"]} == {"/timezone", "/mailLanguage", "/role"}
    assert [(name, what) for name, what, _ in world.directory.calls] == [("change_self", {"timezone": "Europe/London"})]


async def test_asvs_6_2_3_the_password_is_changed_with_the_present_one(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        wrong = await http.post("/api/v1/me/password", json={"current": "guess", "new": "another long one"})
        right = await http.post(
            "/api/v1/me/password",
            json={"current": "correct horse battery", "new": "another long one", "endOthers": False},
        )
    assert (wrong.status_code, wrong.json()["code"]) == (403, "current-password-wrong")
    assert right.status_code == 204
    assert world.credentials.password == "another long one"
    assert [what for _, what, _ in world.credentials.calls] == [True, False]


async def test_asvs_6_1_1_guesses_of_the_present_password_are_counted(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        world.limits.refused.add("login")
        answer = await http.post("/api/v1/me/password", json={"current": "guess", "new": "another long one"})
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-tries")
    assert world.credentials.calls == []


async def test_asvs_7_5_2_a_person_sees_and_ends_their_sessions(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        seen = (await http.get("/api/v1/me/sessions")).json()["items"]
        one = await http.delete(f"/api/v1/me/sessions/{OTHER_SESSION}")
        again = await http.delete(f"/api/v1/me/sessions/{OTHER_SESSION}")
        world.credentials.own.append(OwnSession(session_id=OTHER_SESSION, started_at=world.clock(), method="TOTP"))
        others = await http.delete("/api/v1/me/sessions")
    assert [(row["sessionId"], row["current"]) for row in seen] == [
        (str(SESSION_ID), True),
        (str(OTHER_SESSION), False),
    ]
    assert (one.status_code, again.status_code, others.status_code) == (204, 404, 204)
    assert again.json()["code"] == "session-unknown"
    assert [row.session_id for row in world.credentials.own] == [SESSION_ID]


async def test_n1_everybody_sees_their_own_logins(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        items = (await http.get("/api/v1/me/logins")).json()["items"]
    assert [(one["outcome"], one["method"], one["clientIp"]) for one in items] == [("PASSED", "TOTP", "192.0.2.7")]


@pytest.mark.parametrize(("code", "status"), [("492039", 200), ("000000", 403)])
async def test_recovery_codes_are_shown_once_and_for_a_code(world: World, code: str, status: int) -> None:
    async with browser(world) as http:
        await enter(http)
        answer = await http.post("/api/v1/me/recovery-codes", json={"code": code})
    assert answer.status_code == status
    if status == 200:
        assert len(set(answer.json()["codes"])) == 10
    assert answer.headers["cache-control"] == "no-store"


async def test_n03_trusted_browsers_over_the_api(world: World) -> None:
    async with browser(world) as http:
        await log_in(http)
        found = (await http.get("/api/v1/me/trusted-browsers")).json()
        assert (found["allowed"], [one["browserId"] for one in found["items"]]) == (True, [str(BROWSER)])
        assert (await http.delete(f"/api/v1/me/trusted-browsers/{BROWSER}")).json()["code"] == "csrf-refused"
    async with browser(world) as http:
        await enter(http)
        assert (await http.delete(f"/api/v1/me/trusted-browsers/{OTHER_SESSION}")).status_code == 404
        assert len(world.second_step.browsers) == 1
        assert (await http.delete(f"/api/v1/me/trusted-browsers/{BROWSER}")).status_code == 204
        assert (await http.get("/api/v1/me/trusted-browsers")).json()["items"] == []


async def test_n03_another_app_over_the_api(world: World) -> None:
    async with browser(world) as http:
        await enter(http)
        assert (await http.get("/api/v1/me/step-up")).json()["code"] == "step-up-needed"
        assert (await http.post("/api/v1/me/authenticator")).json()["code"] == "step-up-needed"
        begun = await http.post("/api/v1/me/step-up", json={"password": "correct horse battery"})
        assert (begun.json()["method"], begun.json()["proven"]) == ("TOTP", False)
        wrong = await http.post("/api/v1/me/step-up/code", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["triesLeft"]) == (403, "code-wrong", 4)
        assert (await http.post("/api/v1/me/step-up/code", json={"code": "492039"})).json()["proven"] is True
        setup = (await http.post("/api/v1/me/authenticator")).json()
        assert setup["qrCode"].startswith("data:image/svg+xml")
        done = await http.post("/api/v1/me/authenticator/confirmation", json={"code": "492039"})
    assert done.status_code == 204
    assert world.second_step.calls[-1] == ("confirm_authenticator", True)
