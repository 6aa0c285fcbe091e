"""The way in through the pages."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import AsyncMock

import pytest

from gateway.application import cookies
from gateway.application.steps import Method
from gateway.projections.tenant_policy import TenantPolicyRow
from gateway.sources.users import LoginPolicy
from kernel.domain.errors import Denied, Locked, TooManyTries, Unauthenticated, Unavailable
from tests.unit.gateway.fakes import NOW, SESSION_ID, TENANT, USER
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import MAIL, PASSWORD, enter, person, read, send
from tests.unit.gateway.world import World

POLICY = TenantPolicyRow(tenant_id=TENANT, session_idle_minutes=30, session_absolute_hours=12)

BANNER = "ログインの第2段階は認証アプリに変わります。"


class LoginExpired(Unauthenticated):
    code = "login-expired"


class CredentialLocked(Locked):
    code = "credential-locked"


async def test_s11_who_is_not_in_sees_the_login_at_the_root(world: World) -> None:
    async with person(world) as http:
        answer = await http.get("/")
    page = read(answer)
    assert answer.status_code == 200
    assert page.inputs["userId"]["autocomplete"] == "username"
    assert page.inputs["password"]["autocomplete"] == "current-password"
    assert ("/password-reset", "パスワード再設定はこちら") in page.links


async def test_s12_s16_the_password_leads_to_the_code_and_only_the_code_into_the_portal(world: World) -> None:
    async with person(world) as http:
        first = await send(http, "/", userId=MAIL, password=PASSWORD)
        assert first.headers["location"] == "/login/code"
        assert (await http.get("/dashboard")).headers["location"].startswith("/?to=")
        second = await send(http, "/login/code", code="\uff14\uff19\uff12 039")
        assert second.headers["location"] == "/dashboard"
        assert (await http.get("/")).headers["location"] == "/dashboard"
        assert http.cookies.get(cookies.LOGIN) is None


async def test_a_wrong_password_is_said_and_only_the_address_is_kept(world: World) -> None:
    async with person(world) as http:
        answer = await send(http, "/", userId=MAIL, password="wrong password 1")
    page = read(answer)
    assert answer.status_code == 401
    assert "メールアドレスまたはパスワードが違います。" in page.text
    assert page.inputs["userId"]["value"] == MAIL
    assert "wrong password 1" not in answer.text


async def test_an_empty_form_names_both_fields_and_links_to_them(world: World) -> None:
    async with person(world) as http:
        answer = await send(http, "/", userId="", password="")
    page = read(answer)
    assert answer.status_code == 422
    assert {"#userId", "#password"} <= {href for href, _ in page.links}
    assert page.inputs["userId"]["aria-invalid"] == "true"
    assert "userId-error" in (page.inputs["userId"]["aria-describedby"] or "")


async def test_while_identity_is_down_the_form_is_kept_and_says_so(world: World) -> None:
    world.identity.down = True
    async with person(world) as http:
        answer = await send(http, "/", userId=MAIL, password=PASSWORD)
    assert answer.status_code == 503
    assert MAIL in answer.text


async def test_too_many_tries_say_how_long_to_wait(world: World) -> None:
    world.identity.begin_login = AsyncMock(side_effect=TooManyTries(retry_after=42))
    async with person(world) as http:
        answer = await send(http, "/", userId=MAIL, password=PASSWORD)
    assert answer.status_code == 429
    assert "42秒ほど待って" in answer.text


@pytest.mark.parametrize("fields", [{}, {"csrfToken": "made-up"}])
async def test_a_form_that_is_not_ours_changes_nothing(world: World, fields: dict[str, str]) -> None:
    async with person(world) as http:
        answer = await http.post("/", data={"userId": MAIL, "password": PASSWORD} | fields)
    assert answer.status_code == 403
    assert not world.identity.asked


async def test_pressed_twice_carries_the_same_key(world: World) -> None:
    async with person(world) as http:
        fields = read(await http.get("/")).form("/") | {"userId": MAIL, "password": PASSWORD}
        await http.post("/", data=fields)
        await http.post("/", data=fields)
    assert len(world.identity.asked) == 2
    assert {asked.key for asked in world.identity.asked} == {fields["idempotencyKey"]}


async def test_s13_a_wrong_code_says_how_many_tries_are_left(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        page = read(await http.get("/login/code"))
        assert "認証アプリに表示されている" in page.text
        assert page.inputs["code"]["autocomplete"] == "one-time-code"
        assert page.inputs["code"]["inputmode"] == "numeric"
        answer = await send(http, "/login/code", code="000000")
    assert answer.status_code == 401
    assert "コードが違います。あと4回入力できます。" in answer.text


async def test_the_code_page_without_a_login_leads_back(world: World) -> None:
    async with person(world) as http:
        answer = await http.get("/login/code")
    assert answer.status_code == 401
    assert ("/", "ログインへ進む") in read(answer).links


async def test_the_code_that_locks_says_so_and_leads_to_the_reset(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        fields = read(await http.get("/login/code")).form("/login/code")
        world.identity.finish_login = AsyncMock(side_effect=CredentialLocked())
        world.identity.login_state = AsyncMock(side_effect=LoginExpired())
        answer = await http.post("/login/code", data=fields | {"code": "000000"})
    assert answer.status_code == 423
    assert "パスワード再設定で解除できます" in answer.text
    assert "/password-reset" in {href for href, _ in read(answer).links}


async def test_s14_a_mailed_code_may_be_sent_again(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        fields = read(await http.get("/login/code")).form("/login/code")
        answer = await http.post("/login/resend", data=fields)
        assert answer.headers["location"] == "/login/code?sent=1"
        assert "新しい認証コードを送りました" in (await http.get("/login/code?sent=1")).text
    assert world.identity.resent == 1


async def test_who_was_led_to_the_login_comes_back_to_where_they_wanted(world: World) -> None:
    async with person(world) as http:
        led = (await http.get("/services?serviceStatus=ABNORMAL")).headers["location"]
        assert led == "/?to=%2Fservices%3FserviceStatus%3DABNORMAL&notice=expired"
        first = await http.post("/", data=read(await http.get(led)).form("/") | {"userId": MAIL, "password": PASSWORD})
        to = read(await http.get(first.headers["location"])).form("/login/code")
        done = await http.post("/login/code", data=to | {"code": "492039"})
    assert done.headers["location"] == "/services?serviceStatus=ABNORMAL"


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_no_form_leads_to_another_site(world: World, elsewhere: str) -> None:
    async with person(world) as http:
        page = read(await http.get("/", params={"to": elsewhere}))
        assert page.form("/")["to"] == ""
        await send(http, "/", userId=MAIL, password=PASSWORD)
        done = await send(http, "/login/code", code="492039", to=elsewhere)
        assert done.headers["location"] == "/dashboard"
        chosen = await send(http, "/settings", "/appearance", theme="dark", to=elsewhere)
    assert chosen.headers["location"].startswith("/settings")


async def test_logging_out_ends_the_session_and_says_so(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/dashboard", "/logout")
        assert answer.headers["location"] == "/?notice=left"
        assert "ログアウトしました。" in (await http.get("/?notice=left")).text
        assert (await http.get("/dashboard")).status_code == 303
    assert not world.sessions.kept
    assert [reason for _, reason in world.identity.ended] == ["LOGOUT"]


async def test_while_sessions_cannot_be_looked_up_the_page_says_what_to_do(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        world.sessions.down = True
        answer = await http.get("/dashboard")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert ("/status", "稼働状況を見る") in read(answer).links


async def test_an_unavailable_step_keeps_the_login(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        world.identity.finish_login = AsyncMock(side_effect=Unavailable())
        answer = await send(http, "/login/code", code="492039")
        assert answer.status_code == 503
        assert read(answer).form("/login/code")["csrfToken"]


async def test_sh2_a_recovery_code_may_be_given_and_is_never_the_first_question(world: World) -> None:
    world.identity.code = "7K2M-QXRT-4HNB"
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        first = read(await http.get("/login/code?to=%2Fservices"))
        way = "/login/code?recovery=1&to=/services"
        assert (way, "リカバリーコードを使う") in first.links
        assert first.inputs["code"]["inputmode"] == "numeric"
        asked = read(await http.get(way))
        assert "inputmode" not in asked.inputs["code"]
        wrong = await http.post("/login/code", data=asked.form("/login/code") | {"code": "0000-0000-0000"})
        assert "recovery" in read(wrong).form("/login/code")
        answer = await http.post("/login/code", data=asked.form("/login/code") | {"code": "7K2M-QXRT-4HNB"})
    assert answer.headers["location"] == "/services"


async def test_who_gets_codes_by_mail_is_not_asked_for_a_recovery_code(world: World) -> None:
    world.identity.method = Method.MAIL_OTP
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        text = (await http.get("/login/code?recovery=1")).text
    assert "リカバリーコード" not in text


async def test_n03_a_browser_that_is_trusted_goes_straight_in_and_is_trusted_ten_more_days(world: World) -> None:
    world.identity.may_trust = True
    world.boards.policies[TENANT] = replace(POLICY, trusted_browser=True)
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        page = await http.get("/login/code")
        assert "このブラウザーでは10日間、認証コードを求めない" in page.text
        answer = await send(http, "/login/code", code="492039", trust="1")
        assert any(
            line.startswith("__Host-portal-trusted=a-trusted-browser; Max-Age=864000")
            for line in answer.headers.get_list("set-cookie")
        )
        await send(http, "/dashboard", "/logout")
        again = await send(http, "/", userId=MAIL, password=PASSWORD)
    assert again.headers["location"] == "/dashboard"
    assert any("__Host-portal-trusted" in line for line in again.headers.get_list("set-cookie"))


async def test_n03_without_the_companys_wish_nothing_is_offered_and_nothing_kept(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        assert "10日間" not in (await http.get("/login/code")).text
        answer = await send(http, "/login/code", code="492039", trust="1")
    assert "__Host-portal-trusted" not in str(answer.headers)


async def test_m13_trust_that_the_company_has_ended_lets_nobody_in_from_that_moment_on(world: World) -> None:
    world.identity.trusted = "a-trusted-browser"
    world.boards.policies[TENANT] = POLICY
    async with person(world) as http:
        http.cookies.set(cookies.TRUSTED, "a-trusted-browser", domain="portal.example.co.jp")
        answer = await send(http, "/", userId=MAIL, password=PASSWORD)
    assert answer.status_code == 401
    assert "このブラウザーの信頼が終了しました。" in answer.text
    assert any(line.startswith("__Host-portal-trusted=; Max-Age=0") for line in answer.headers.get_list("set-cookie"))
    assert world.identity.ended == [(SESSION_ID, "LOGOUT")]
    assert world.sessions.kept == {}


@pytest.mark.parametrize(
    ("factor", "role", "told"),
    [("MAIL_OTP", "GENERAL_USER", True), ("TOTP", "PORTAL_ADMIN", True), ("TOTP", "GENERAL_USER", False)],
)
async def test_s17_the_banner_stands_on_login_and_dashboard_inside_the_window(
    world: World, factor: str, role: str, told: bool
) -> None:
    day = timedelta(days=1)
    change = LoginPolicy(effective_from=NOW + day, legacy_until=NOW + 2 * day)
    world.boards.policies[TENANT] = replace(POLICY, login_policy=change)
    world.boards.persons[USER] = registered(second_factor=factor, role=role)
    seen = []
    async with person(world) as http:
        for _ in range(3):
            world.identity.ends_at = change.legacy_until if factor == "MAIL_OTP" and len(seen) == 1 else None
            await send(http, "/", userId=MAIL, password=PASSWORD)
            on_code = BANNER in (await http.get("/login/code")).text
            await send(http, "/login/code", code="492039")
            seen.append((on_code, BANNER in (await http.get("/dashboard")).text))
            await send(http, "/dashboard", "/logout")
            world.clock.forward(day)
    assert seen == [(False, False), (told and factor == "MAIL_OTP", told), (False, False)]


async def test_s17_whose_method_has_ended_reads_where_the_way_goes_on(world: World) -> None:
    ended = type("Ended", (Denied,), {"code": "login-method-ended"})
    world.identity.begin_login = AsyncMock(side_effect=ended())
    async with person(world) as http:
        answer = await send(http, "/", userId=MAIL, password=PASSWORD)
    assert answer.status_code == 403
    assert "認証アプリを設定するためのリンクをメールで送りました。" in answer.text


async def test_sh03_a_passkey_is_offered_beside_the_code_and_lets_in(world: World) -> None:
    world.identity.passkeys = True
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        page = await http.get("/login/code")
        assert "passkey." in page.text
        assert 'data-question="{&#34;allowCredentials&#34;' in page.text
        fields = read(page).form("/login/passkey")
        for wrong in ("", "nonsense", "[]", '{"id": "AAAA"}'):
            answer = await http.post("/login/passkey", data=fields | {"credential": wrong})
            assert (answer.status_code, "パスキーを確認できませんでした。" in answer.text) == (401, True)
        answer = await http.post("/login/passkey", data=fields | {"credential": '{"id": "BBBB"}'})
    assert answer.headers["location"] == "/dashboard"


async def test_who_has_no_passkey_sees_none_of_it(world: World) -> None:
    async with person(world) as http:
        await send(http, "/", userId=MAIL, password=PASSWORD)
        assert "passkey" not in (await http.get("/login/code")).text
