"""One's own settings, and those of the company."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.application.credentials import LoginRecord, OwnSession
from gateway.application.steps import Method
from gateway.sources.users import LoginPolicy
from kernel.domain.errors import Invalid, Refused
from tests.unit.gateway.fakes import NOW, USER
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.reading import PASSWORD, enter, person, read, send
from tests.unit.gateway.samples_people import OTHER_SESSION
from tests.unit.gateway.world import World

COMPANY = "/settings/company"
OWN = (
    "/settings",
    "/settings/password",
    "/settings/second-step",
    "/settings/sessions",
    "/settings/recovery-codes",
    "/settings/notifications",
)
NEW = "another long password"
CURRENT_WRONG = "いまのパスワードが違います。"
POLICY = {"sessionIdleMinutes": "60", "sessionAbsoluteHours": "8", "secondFactors": ["TOTP", "MAIL_OTP"]}


class NetworkExcludesYou(Refused):
    """As users says it."""

    code = "network-excludes-you"


class PasswordRefused(Invalid):
    """As identity says it."""

    code = "password-refused"


@pytest.mark.parametrize("path", [*OWN, COMPANY])
async def test_who_is_not_in_is_led_to_the_login(world: World, path: str) -> None:
    async with person(world) as http:
        answer = await http.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/?to=")


@pytest.mark.parametrize("path", OWN)
async def test_everybody_has_own_settings_with_the_way_between_them(world: World, path: str) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    async with person(world) as http:
        await enter(http)
        answer = await http.get(path)
    assert answer.status_code == 200
    assert set(OWN) <= {href for href, _ in read(answer).links}
    assert f'<a href="{path}" aria-current="page">' in answer.text


async def test_n1_only_administrators_are_led_to_users_groups_and_company_settings(world: World) -> None:
    ways = {"/users", "/groups", COMPANY, "/settings/mail"}
    async with person(world) as http:
        await enter(http)
        assert ways <= {href for href, _ in read(await http.get("/settings")).links}
        world.boards.persons[USER] = registered(role="GENERAL_USER")
        assert not ways & {href for href, _ in read(await http.get("/settings")).links}
        assert (await http.get(COMPANY)).status_code == 403


async def test_s30_s31_mail_language_and_zone_are_ones_own_choice(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/settings", mailLanguage="en", timezone="Europe/London")
        assert answer.headers["location"] == "/settings?saved=1"
        world.directory.refusal = Invalid(errors=[{"pointer": "/timezone", "code": "unknown-value", "detail": "No"}])
        refused = await send(http, "/settings", mailLanguage="ja", timezone="Mars/Olympus")
    assert next(what for name, what, _ in world.directory.calls if name == "change_self") == {
        "mailLanguage": "en",
        "timezone": "Europe/London",
    }
    assert refused.status_code == 422
    assert ("#timezone", "タイムゾーンは一覧から選択してください。") in read(refused).links


async def test_the_password_changes_with_the_current_one_as_proof(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(
            http, "/settings/password", current=PASSWORD, password=NEW, passwordAgain=NEW, endOthers="1"
        )
        assert "パスワードを変更しました。" in (await http.get(answer.headers["location"])).text
    assert world.credentials.password == NEW
    assert world.credentials.calls[0][:2] == ("change_password", True)


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"current": "", "password": NEW, "passwordAgain": NEW}, "current", "いまのパスワードを入力してください。"),
        (
            {"current": PASSWORD, "password": "", "passwordAgain": ""},
            "password",
            "新しいパスワードを入力してください。",
        ),
        ({"current": PASSWORD, "password": NEW, "passwordAgain": "x"}, "passwordAgain", "パスワードが一致しません。"),
        ({"current": "wrong", "password": NEW, "passwordAgain": NEW}, "current", "いまのパスワードが違います。"),
    ],
)
async def test_what_is_wrong_with_a_password_is_said_at_its_field_and_none_comes_back(
    world: World, fields: dict[str, str], field: str, words: str
) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/settings/password", **fields)
    page = read(answer)
    assert answer.status_code in (403, 422)
    assert any(href == f"#{field}" and words in said for href, said in page.links)
    assert NEW not in answer.text
    assert "checked" not in answer.text
    assert world.credentials.password == PASSWORD


async def test_a_password_that_identity_refuses_names_the_rule(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise PasswordRefused(errors=[{"pointer": "/new", "code": "common", "detail": "No"}])

    monkeypatch.setattr(world.credentials, "change_password", refuse)
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/settings/password", current=PASSWORD, password=NEW, passwordAgain=NEW)
    assert answer.status_code == 422
    assert "よく使われるパスワードのため使えません。" in answer.text


async def test_sessions_are_shown_and_one_or_all_others_end(world: World) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
    world.credentials.own.append(
        OwnSession(session_id=USER, started_at=NOW, method="MAIL_OTP", client_ip="203.0.113.7", user_agent=agent)
    )
    world.credentials.records = [
        LoginRecord(at=NOW, outcome="PASSED", method="TOTP", client_ip="192.0.2.7", user_agent="curl/8"),
        LoginRecord(at=NOW, outcome="REFUSED"),
    ]
    async with person(world) as http:
        await enter(http)
        text = " ".join(read(await http.get("/settings/sessions")).text.split())
        one = await send(http, "/settings/sessions", "/settings/sessions/end", sessionId=str(OTHER_SESSION))
        others = await send(http, "/settings/sessions", "/settings/sessions/end", sessionId="")
    assert "ログイン中の端末 3件" in text
    for words in ("この画面", "203.0.113.7", "Chrome, Windows", "メールで受け取る", "成功", "失敗", "curl/8"):
        assert words in text
    assert one.headers["location"] == others.headers["location"] == "/settings/sessions?notice=ended"
    assert [name for name, _, _ in world.credentials.calls] == ["end_one", "end_others"]
    assert all(one.current for one in world.credentials.own)


async def test_a_session_that_is_not_ones_own_is_told_as_unknown(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        other = await send(http, "/settings/sessions", "/settings/sessions/end", sessionId=str(USER))
        malformed = await send(http, "/settings/sessions", "/settings/sessions/end", sessionId="nonsense")
    assert other.status_code == malformed.status_code == 404
    assert 'role="alert"' in other.text
    assert not world.credentials.calls


async def test_sh2_recovery_codes_are_shown_once_for_a_code_of_the_app(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        wrong = await send(http, "/settings/recovery-codes", code="000000")
        shown = await send(http, "/settings/recovery-codes", code="４９２ 039")  # noqa: RUF001 - as it is typed
        again = await http.get("/settings/recovery-codes")
    assert wrong.status_code == 403
    assert ("#code", "コードが違います。あと4回入力できます。") in read(wrong).links
    assert all(f"code-{n:02}" in shown.text for n in range(10))
    assert "no-store" in shown.headers["cache-control"]
    assert "code-00" not in again.text


async def test_who_gets_codes_by_mail_needs_no_recovery_codes(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        world.boards.persons[USER] = registered(second_factor="MAIL_OTP")
        page = read(await http.get("/settings/recovery-codes"))
    assert "リカバリーコードは必要ありません。" in page.text
    assert "/settings/recovery-codes" not in [action for action, _ in page.forms]


async def test_m13_the_companys_settings_are_shown_and_saved_whole(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(COMPANY))
        assert page.inputs["sessionIdleMinutes"]["value"] == "30"
        assert "いまのあなたの接続元: 127.0.0.1" in page.text
        networks = "127.0.0.0/8\r\n\r\n 203.0.113.9 \r\n2001:DB8:0::/32\r\n127.0.0.0/8"
        fields = page.form(COMPANY) | POLICY | {"sessionIdleMinutes": "６０", "allowedNetworks": networks}  # noqa: RUF001
        answer = await http.post(COMPANY, data=fields)
        assert "会社の設定を保存しました。" in (await http.get(answer.headers["location"])).text
    fields_sent, if_match = next(what for name, what, _ in world.directory.calls if name == "change_settings")
    assert if_match == '"1"'
    assert fields_sent["sessionIdleMinutes"] == 60
    assert fields_sent["allowedNetworks"] == ["127.0.0.0/8", "203.0.113.9/32", "2001:db8::/32"]
    assert fields_sent["callerAddress"] == "127.0.0.1"
    assert fields_sent["trustedBrowser"] is False


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"sessionIdleMinutes": "4"}, "sessionIdleMinutes", "5から1440までの数字で入力してください。"),
        ({"sessionAbsoluteHours": "x"}, "sessionAbsoluteHours", "1から168までの数字で入力してください。"),
        ({"sessionIdleMinutes": "600"}, "sessionAbsoluteHours", "操作がないときの期限より長くしてください。"),
        ({"allowedNetworks": "10.0.0.0/8\n10.0.0.300"}, "allowedNetworks", "2行目「10.0.0.300」"),
        ({"allowedNetworks": "10.0.0.0/8\n203.0.113.9/8"}, "allowedNetworks", "2行目「203.0.113.9/8」"),
        ({"allowedNetworks": "\n".join(f"10.0.{n}.0/24" for n in range(101))}, "allowedNetworks", "100個まで"),
        ({"secondFactors": []}, "secondFactors", "方式を1つ以上選択してください。"),
    ],
)
async def test_m13_what_cannot_be_is_said_at_its_field(
    world: World, changed: dict[str, str | list[str]], field: str, words: str
) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(COMPANY))
        answer = await http.post(COMPANY, data=page.form(COMPANY) | {"allowedNetworks": ""} | POLICY | changed)
    assert answer.status_code == 422
    assert any(href == f"#{field}" and words in said for href, said in read(answer).links)
    assert not [call for call in world.directory.calls if call[0] == "change_settings"]


async def test_d15_networks_that_shut_out_who_saves_them_are_refused_and_kept_in_the_form(world: World) -> None:
    world.directory.refusal = NetworkExcludesYou()
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(COMPANY))
        answer = await http.post(COMPANY, data=page.form(COMPANY) | POLICY | {"allowedNetworks": "198.51.100.0/24"})
    assert answer.status_code == 409
    assert any(href == "#allowedNetworks" and "127.0.0.1" in said for href, said in read(answer).links)
    assert "198.51.100.0/24</textarea>" in answer.text


async def test_m07_stale_company_settings_show_what_others_changed(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(COMPANY))
        world.directory.policy = replace(
            world.directory.policy, session_absolute_hours=4, second_factors=(Method.TOTP,), version=2
        )
        typed = {"sessionIdleMinutes": "45", "sessionAbsoluteHours": "12", "allowedNetworks": ""}
        answer = await http.post(COMPANY, data=page.form(COMPANY) | POLICY | typed)
    again = read(answer)
    assert answer.status_code == 412
    words = "".join(again.text.split())
    assert "（時間）124" in words  # noqa: RUF001 - the label ends so
    assert again.inputs["sessionIdleMinutes"]["value"] == "45"
    assert again.inputs["sessionAbsoluteHours"]["value"] == "4"
    assert again.form(COMPANY)["version"] == "2"


async def test_n03_trusted_browsers_are_listed_and_forgotten(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = await http.get("/settings/second-step")
        assert "Chrome, Windows" in page.text
        fields = read(page).form("/settings/second-step/forget")
        answer = await http.post("/settings/second-step/forget", data=fields)
        assert answer.headers["location"] == "/settings/second-step?notice=forgotten"
        assert world.second_step.browsers == []
        assert "信頼するブラウザーはありません" in (await http.get("/settings/second-step")).text
        world.second_step.allowed = False
        assert "信頼するブラウザー" not in (await http.get("/settings/second-step")).text


@pytest.mark.parametrize("ticked", [True, False])
async def test_m13_an_administrator_lets_browsers_be_trusted_or_not(world: World, ticked: bool) -> None:
    async with person(world) as http:
        await enter(http)
        await send(http, COMPANY, **POLICY, **({"trustedBrowser": "1"} if ticked else {}))
    assert world.directory.policy.trusted_browser is ticked


async def test_n03_another_app_is_set_up_after_password_and_code(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = "/settings/second-step/proof?for=app"
        assert (await http.get("/settings/second-step/app")).headers["location"] == page
        action = "/settings/second-step/proof"
        wrong = await send(http, page, action, current="guess")
        assert (wrong.status_code, ("#current", CURRENT_WRONG) in read(wrong).links) == (403, True)
        answer = await send(http, page, action, current=PASSWORD)
        assert answer.headers["location"] == "/settings/second-step/proof/code?for=app"
        wrong = await send(http, "/settings/second-step/proof/code?for=app", f"{action}/code", code="000000")
        assert (wrong.status_code, "コードが違います" in wrong.text) == (403, True)
        answer = await send(http, "/settings/second-step/proof/code?for=app", f"{action}/code", code="492039")
        assert answer.headers["location"] == "/settings/second-step/app"
        shown = await http.get("/settings/second-step/app")
        assert "<svg" in shown.text
        assert "JBSW Y3DP EHPK 3PXP" in shown.text
        assert (await send(http, "/settings/second-step/app", code="000000")).status_code == 403
        done = await send(http, "/settings/second-step/app", code="492039", endOthers="1")
        assert done.headers["location"] == "/settings/second-step?notice=app"
        assert "リカバリーコードは作り直してください" in (await http.get("/settings/second-step?notice=app")).text
    assert ("confirm_authenticator", True) in world.second_step.calls


async def test_a_code_without_its_password_begins_at_the_password(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await http.get("/settings/second-step/proof/code?for=app")
        assert answer.headers["location"] == "/settings/second-step/proof?for=app"
        elsewhere = await http.get("/settings/second-step/proof?for=https://example.org/")
        assert elsewhere.status_code == 200
        world.second_step.shown = world.second_step.proven = True
        answer = await http.get("/settings/second-step/proof/code?for=https://example.org/")
        assert answer.headers["location"] == "/settings/second-step"


FROM_UNTIL = {"effectiveFrom": "2026-12-01T09:00", "legacyUntil": "2027-01-20T18:00"}


async def test_s17_an_administrator_sets_both_moments_in_their_own_zone(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, COMPANY, **POLICY, **FROM_UNTIL)
        assert answer.headers["location"] == f"{COMPANY}?notice=saved"
        page = read(await http.get(COMPANY))
        taken_back = await send(http, COMPANY, **POLICY, effectiveFrom="", legacyUntil="")
    said = [what[0]["loginPolicy"] for name, what, _ in world.directory.calls if name == "change_settings"]
    assert said == [{"effectiveFrom": "2026-12-01T00:00:00Z", "legacyUntil": "2027-01-20T09:00:00Z"}, None]
    assert page.inputs["legacyUntil"]["value"] == "2027-01-20T18:00"
    assert taken_back.status_code == 303


async def test_s17_saving_something_else_leaves_both_moments_where_they_are(world: World) -> None:
    world.boards.persons[USER] = registered(timezone="America/New_York")
    # The second 01:30 of the night in which New York sets its clocks back.
    kept = LoginPolicy(
        effective_from=datetime(2026, 10, 1, 4, 0, 30, 250_000, tzinfo=UTC),
        legacy_until=datetime(2026, 11, 1, 6, 30, 30, tzinfo=UTC),
    )
    world.directory.policy = replace(world.directory.policy, login_policy=kept)
    async with person(world) as http:
        await enter(http)
        shown = {name: read(await http.get(COMPANY)).inputs[name]["value"] or "" for name in FROM_UNTIL}
        await send(http, COMPANY, **POLICY, **shown)
        assert world.directory.policy.login_policy == kept
        await send(http, COMPANY, **POLICY, **shown | {"legacyUntil": "2026-11-02T01:30"})
    assert shown == {"effectiveFrom": "2026-10-01T00:00", "legacyUntil": "2026-11-01T01:30"}
    moved = replace(kept, legacy_until=datetime(2026, 11, 2, 6, 30, tzinfo=UTC))
    assert world.directory.policy.login_policy == moved


async def test_s17_two_moments_of_one_minute_are_kept_in_their_order(world: World) -> None:
    since = datetime(2026, 12, 1, 0, 0, 10, tzinfo=UTC)
    kept = LoginPolicy(effective_from=since, legacy_until=since + timedelta(seconds=30))
    world.directory.policy = replace(world.directory.policy, login_policy=kept)
    async with person(world) as http:
        await enter(http)
        same = {"effectiveFrom": "2026-12-01T09:00", "legacyUntil": "2026-12-01T09:00"}
        assert (await send(http, COMPANY, **POLICY, **same)).status_code == 303
    assert world.directory.policy.login_policy == kept


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"effectiveFrom": "2026-12-01T09:00"}, "legacyUntil"),
        ({"effectiveFrom": "tomorrow", "legacyUntil": "2027-01-20T18:00"}, "effectiveFrom"),
        ({"effectiveFrom": "0001-01-01T00:00", "legacyUntil": "2027-01-20T18:00"}, "effectiveFrom"),
        ({"effectiveFrom": "2026-12-01T09:00", "legacyUntil": "9999-12-31T23:59"}, "legacyUntil"),
        ({"effectiveFrom": "2026-12-01T09:00", "legacyUntil": "2026-12-01T09:00"}, "legacyUntil"),
        ({**FROM_UNTIL, "secondFactors": "MAIL_OTP"}, "effectiveFrom"),
    ],
)
async def test_s17_moments_that_make_no_sense_are_told_at_their_field(
    world: World, typed: dict[str, str], field: str
) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await send(http, COMPANY, **{**POLICY, **typed})
    assert answer.status_code == 422
    assert f"#{field}" in {href for href, _ in read(answer).links}
    assert not [name for name, _, _ in world.directory.calls if name == "change_settings"]


async def test_sh03_passkeys_are_listed_added_and_removed_after_both_proofs(world: World) -> None:
    page, where = "/settings/second-step", "/settings/second-step/passkey"
    async with person(world) as http:
        await enter(http)
        shown = await http.get(page)
        assert "青い鍵" in shown.text
        remove = read(shown).form(f"{where}/remove")
        assert (await http.post(f"{where}/remove", data=remove)).headers["location"] == f"{page}/proof?for=list"
        assert (await http.get(where)).headers["location"] == f"{page}/proof?for=passkey"
        await send(http, f"{page}/proof?for=passkey", f"{page}/proof", current=PASSWORD)
        code = await http.get(f"{page}/proof/code?for=passkey")
        fields = read(code).form(f"{page}/proof/passkey")
        wrong = await http.post(f"{page}/proof/passkey", data=fields | {"credential": "{}"})
        assert (wrong.status_code, "パスキーを確認できませんでした。" in wrong.text) == (403, True)
        right = await http.post(f"{page}/proof/passkey", data=fields | {"credential": '{"id": "BBBB"}'})
        assert right.headers["location"] == where
        form = read(await http.get(where)).form(where)
        for bad, status in (({"name": ""}, 422), ({"name": "x" * 61}, 422), ({"name": "鍵", "credential": ""}, 422)):
            assert (await http.post(where, data=form | {"credential": '{"id": "BBBB"}'} | bad)).status_code == status
        done = await http.post(where, data=form | {"name": "白い鍵", "credential": '{"id": "BBBB"}'})
        assert done.headers["location"] == f"{page}?notice=passkey"
        assert "白い鍵" in (await http.get(f"{page}?notice=passkey")).text
        done = await http.post(f"{where}/remove", data=remove)
        assert done.headers["location"] == f"{page}?notice=removed"
        assert "青い鍵" not in (await http.get(page)).text


async def test_a_code_by_mail_is_not_asked_for_beside_a_passkey(world: World) -> None:
    world.second_step.method, world.second_step.shown = Method.MAIL_OTP, True
    async with person(world) as http:
        await enter(http)
        page = await http.get("/settings/second-step/proof/code?for=app")
        assert "/settings/second-step/proof/code" not in [action for action, _ in read(page).forms]
        world.second_step.keys = []
        page = await http.get("/settings/second-step/proof/code?for=app")
        assert "/settings/second-step/proof/code" in [action for action, _ in read(page).forms]
