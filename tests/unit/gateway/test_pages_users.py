"""The users of a company: list, form, detail, deeds."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from gateway.application.credentials import ActivationSent, CredentialState
from gateway.application.directory import GroupName, HistoryEntry, Status
from gateway.application.errors import AccessPending
from gateway.application.viewer import Role
from gateway.web.zones import COMMON
from kernel.domain.errors import Invalid, Refused
from tests.unit.gateway.fakes import GROUP, NOW, TENANT, USER
from tests.unit.gateway.fakes_boards import person as registered
from tests.unit.gateway.fakes_people import LastAdministrator
from tests.unit.gateway.reading import Page, enter, person, read, send
from tests.unit.gateway.samples_people import COLLEAGUE, NEW, STRANGER, some_group, somebody
from tests.unit.gateway.world import World

ONE = f"/users/{COLLEAGUE}"
FIELDS = {
    "name": "高橋 次郎",
    "email": "jiro.takahashi@example.co.jp",
    "title": "主任",
    "phoneNumber": "03-1234-5680",
    "mobilePhoneNumber": "090-1234-5680",
    "mailLanguage": "en",
    "timezone": "Europe/London",
    "secondFactor": "MAIL_OTP",
    "role": "PORTAL_ADMIN",
    "comment": "4月から",
}
NAME_LABEL = "ユーザー名（氏名）"  # noqa: RUF001 - as the guide writes it
OF_ADMINISTRATORS = ("/users", "/users/new", ONE, f"{ONE}/edit", f"{ONE}/suspension", f"{ONE}/deletion")


class EmailTaken(Refused):
    """As users says it."""

    code = "email-taken"


class NotOneself(Refused):
    """As users says it."""

    code = "not-oneself"


@pytest.mark.parametrize("path", OF_ADMINISTRATORS)
async def test_n1_only_an_administrator_comes_to_the_users(world: World, path: str) -> None:
    world.boards.persons[USER] = registered(role="GENERAL_USER")
    async with person(world) as http:
        await enter(http)
        answer = await http.get(path)
    assert answer.status_code == 403
    assert "この操作をする権限がありません。" in answer.text
    assert "鈴木" not in answer.text


@pytest.mark.parametrize("path", ["", "/edit", "/suspension", "/deletion", "/second-factor-reset"])
async def test_another_companys_user_is_not_there(world: World, path: str) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await http.get(f"/users/{STRANGER}{path}")
        malformed = await http.get(f"/users/nobody{path}")
    assert (answer.status_code, malformed.status_code) == (404, 404)
    assert "よその" not in answer.text


async def test_s24_the_form_has_the_fields_of_the_guide_with_cancel_and_save(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/users/new"))
    for words in (
        f"{NAME_LABEL} 必須",
        "メールアドレス 必須",
        "役職 任意",
        "電話番号 必須",
        "携帯電話番号 任意",
        "メール言語 必須",
        "タイムゾーン 必須",
        "第2段階認証方式 必須",
        "ユーザー権限 必須",
        "ユーザーグループ 任意",
        "コメント 任意",
        "保存",
    ):
        assert words in " ".join(page.text.split()), words
    assert ("/users", "キャンセル") in page.links


async def test_s24_to_s35_saving_sends_every_field_and_leads_to_the_user(world: World) -> None:
    world.directory.kept[TENANT][NEW] = somebody(NEW, FIELDS["name"], status=Status.PENDING_ACTIVATION)
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/users/new", groupIds=str(GROUP), **FIELDS)
        assert answer.headers["location"] == f"/users/{NEW}?notice=added"
        assert "ユーザーを追加し、案内メールを送りました。" in (await http.get(answer.headers["location"])).text
    _, fields, _ = next(call for call in world.directory.calls if call[0] == "add_person")
    assert fields == FIELDS | {"groupIds": [str(GROUP)]}


async def test_s35_lines_of_a_comment_are_sent_as_typed_and_count_as_the_form_counts_them(world: World) -> None:
    kept = "\n".join(["九" * 99] * 10) + "。"
    comment = kept.replace("\n", "\r\n")
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"{ONE}/edit"))
        assert (await edited(http, page, comment=comment)).status_code == 303
        assert f">\n{kept}</textarea>" in (await http.get(f"{ONE}/edit")).text
        await edited(http, comment=comment)
    assert [fields for _, fields, _ in changes(world)] == [{"comment": kept}]


async def test_s24_cancelling_asks_for_nothing(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        await http.get("/users/new")
        await http.get("/users")
    assert not [call for call in world.directory.calls if call[0] == "add_person"]


async def test_s24_all_missing_fields_are_named_at_once_at_their_places(world: World) -> None:
    empty = dict.fromkeys(FIELDS, "") | {"title": "主任"}
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/users/new", **empty)
    page = read(answer)
    assert answer.status_code == 422
    required = ("name", "email", "phoneNumber", "mailLanguage", "timezone", "secondFactor", "role")
    assert {f"#{name}" for name in required} <= {href for href, _ in page.links}
    assert {f"{name}-error" for name in required} <= set(page.ids)
    assert page.inputs["title"]["value"] == "主任"
    assert f"{NAME_LABEL}を入力してください。" in page.text
    assert not [call for call in world.directory.calls if call[0] == "add_person"]


async def test_s26_a_mail_address_that_is_taken_is_said_at_its_field_and_nothing_typed_is_lost(world: World) -> None:
    world.directory.refusal = EmailTaken()
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/users/new", groupIds=str(GROUP), **FIELDS)
    page = read(answer)
    assert answer.status_code == 409
    assert ("#email", "このメールアドレスのユーザーはすでにいます。") in page.links
    assert page.inputs["email"]["aria-invalid"] == "true"
    for name in ("name", "email", "title", "phoneNumber", "mobilePhoneNumber"):
        assert page.inputs[name]["value"] == FIELDS[name]
    assert "4月から" in page.text
    assert '<option value="Europe/London" selected>' in answer.text
    assert answer.text.count(" checked") == 4


@pytest.mark.parametrize(
    ("pointer", "code", "field", "words"),
    [
        ("/email", "malformed", "email", "メールアドレスの形式を確認してください。"),
        ("/phoneNumber", "malformed", "phoneNumber", "電話番号を確認してください。"),
        ("/timezone", "unknown-value", "timezone", "タイムゾーンは一覧から選択してください。"),
        ("/groupIds/0", "unknown-group", "groupIds", "ユーザーグループを確認してください。"),
        ("/name", "too-long", "name", f"{NAME_LABEL}が長すぎます。"),
    ],
)
async def test_what_the_service_refuses_is_said_at_its_field(
    world: World, pointer: str, code: str, field: str, words: str
) -> None:
    world.directory.refusal = Invalid(errors=[{"pointer": pointer, "code": code, "detail": "No"}])
    async with person(world) as http:
        await enter(http)
        answer = await send(http, "/users/new", **FIELDS)
    assert answer.status_code == 422
    assert f'id="{field}-error">{words}' in answer.text


async def test_a_user_whose_access_does_not_apply_yet_is_saved_again_under_the_same_key(world: World) -> None:
    world.directory.refusal = AccessPending(retry_after=1)
    async with person(world) as http:
        await enter(http)
        page = read(await http.get("/users/new"))
        fields = page.form("/users/new") | FIELDS
        answer = await http.post("/users/new", data=fields)
    assert answer.status_code == 503
    assert read(answer).form("/users/new")["idempotencyKey"] == fields["idempotencyKey"]


async def test_s31_zones_stand_by_region_with_the_common_ones_first(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/users/new")).text
    assert text.index('label="よく使うタイムゾーン"') < text.index('value="Asia/Tokyo" selected') < text.index("アジア")
    assert "Asia/Tokyo 東京" in text
    assert all(f'value="{zone}"' in text for zone in COMMON)
    assert len(text.encode()) < 100_000


async def test_a_method_that_the_company_forbids_is_not_offered(world: World) -> None:
    world.directory.policy = replace(world.directory.policy, second_factors=world.directory.policy.second_factors[:1])
    async with person(world) as http:
        await enter(http)
        text = (await http.get("/users/new")).text
    assert 'value="TOTP"' in text
    assert 'value="MAIL_OTP"' not in text


async def test_a_user_is_changed_only_in_what_was_changed(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        answer = await edited(http, title="部長")
        assert answer.headers["location"] == f"{ONE}?notice=saved"
    assert changes(world) == [(COLLEAGUE, {"title": "部長"}, '"2"')]


async def test_n03_m13_for_one_user_browsers_are_allowed_or_forbidden_to_be_trusted(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert "会社の設定に従う" in read(await http.get(ONE)).text
        await edited(http, browserTrust="FORBIDDEN")
    assert changes(world) == [(COLLEAGUE, {"browserTrust": "FORBIDDEN"}, '"2"')]


async def test_an_emptied_field_is_taken_away_and_all_groups_can_be(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        await edited(http, title="", groupIds=[])
    assert changes(world) == [(COLLEAGUE, {"title": None, "groupIds": []}, '"2"')]


async def test_saving_what_nobody_changed_asks_for_nothing(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert (await edited(http)).headers["location"] == ONE
    assert changes(world) == []


async def test_m07_a_stale_form_shows_what_others_changed_and_keeps_what_was_typed(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"{ONE}/edit"))
        people = world.directory.kept[TENANT]
        people[COLLEAGUE] = replace(people[COLLEAGUE], role=Role.PORTAL_ADMIN, title="次長", version=3)
        answer = await edited(http, page, title="部長")
        again = read(answer)
        assert answer.status_code == 412
        assert "ほかの人が先にこの内容を変更しました" in again.text
        words = "".join(again.text.split())
        assert "役職課長次長" in words
        assert "ユーザー権限一般ユーザーポータル管理者" in words
        assert again.inputs["title"]["value"] == "部長"
        saved = await edited(http, again, title="部長", role="PORTAL_ADMIN")
        assert saved.status_code == 303
    assert changes(world)[-1] == (COLLEAGUE, {"title": "部長"}, '"3"')


async def test_the_detail_shows_every_field_and_the_history_old_and_new(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], comment="4月から\n大阪", mobile_phone_number="090-0000-0000")
    world.directory.entries = [
        HistoryEntry(
            at=NOW, by=f"user:{USER}", by_name="佐藤 花子", field="role", old="GENERAL_USER", new="PORTAL_ADMIN"
        ),
        HistoryEntry(at=NOW, by="service:identity", field="status", new="LOCKED"),
        HistoryEntry(at=NOW, by=f"user:{USER}", field="comment", old="大阪", new="4月から\n大阪"),
    ]
    async with person(world) as http:
        await enter(http)
        answer = await http.get(ONE)
        page = read(answer)
    for value in ("鈴木 一郎", "課長", "090-0000-0000", "日本語", "Asia/Tokyo", "TOTP", "営業部", "大阪"):
        assert value in page.text
    assert '<dd class="lines" dir="auto">4月から\n大阪</dd>' in answer.text
    assert '<span class="change lines"><del><bdi>大阪</bdi></del>' in answer.text
    assert "<ins><bdi>4月から\n大阪</bdi></ins>" in answer.text
    words = "".join(page.text.split())
    assert "佐藤花子―ユーザー権限一般ユーザー→からポータル管理者" in words
    assert "システム―ステータスロック中" in words


@pytest.mark.parametrize(
    ("state", "hours", "words"),
    [
        ("OPEN", 72, "有効期限 2026年11月27日(金) 18:00 JST"),
        ("OPEN", -1, "有効期限切れ"),
        ("EXPIRED", -1, "有効期限切れ"),
        ("FROZEN", 72, "本人確認の失敗が続いたため使えません"),
        ("SOMETHING", 72, "いまは確認できません"),
    ],
)
async def test_m02_the_activation_link_shows_its_state_and_expiry(
    world: World, state: str, hours: int, words: str
) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], status=Status.PENDING_ACTIVATION)
    sent = ActivationSent(state=state, expires_at=NOW + timedelta(hours=hours))
    world.credentials.known[COLLEAGUE] = CredentialState(
        state="PENDING_ACTIVATION", second_factor="TOTP", activation=sent
    )
    async with person(world) as http:
        await enter(http)
        assert words in read(await http.get(ONE)).text
        answer = await send(http, ONE, f"{ONE}/activation")
    assert answer.headers["location"] == f"{ONE}?notice=resent"
    assert done(world) == [("resend_activation", COLLEAGUE)]


async def test_a_locked_user_says_since_when_and_is_unlocked(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], status=Status.LOCKED)
    world.credentials.known[COLLEAGUE] = CredentialState(state="LOCKED", second_factor="TOTP", locked_at=NOW)
    async with person(world) as http:
        await enter(http)
        assert "2026年11月24日(火) 18:00 JST からロックされています。" in read(await http.get(ONE)).text
        answer = await send(http, ONE, f"{ONE}/unlock")
    assert answer.headers["location"] == f"{ONE}?notice=unlocked"
    assert done(world) == [("unlock", COLLEAGUE)]


@pytest.mark.parametrize(
    ("deed", "call", "words", "to"),
    [
        ("suspension", "suspend", "鈴木 一郎 さんの利用を停止しますか", f"{ONE}?notice=suspended"),
        ("deletion", "delete_person", "鈴木 一郎 さんを削除しますか", "/users?notice=deleted"),
        ("second-factor-reset", "reset_second_factor", "第2段階認証を初期化しますか", f"{ONE}?notice=reset"),
    ],
)
async def test_what_hurts_is_asked_once_more(world: World, deed: str, call: str, words: str, to: str) -> None:
    async with person(world) as http:
        await enter(http)
        assert f"{ONE}/{deed}" in dict(read(await http.get(ONE)).links)
        asked = read(await http.get(f"{ONE}/{deed}"))
        assert words in asked.text
        assert (ONE, "キャンセル") in asked.links
        assert not done(world)
        answer = await send(http, f"{ONE}/{deed}")
        assert answer.headers["location"] == to
        assert (await http.get(to)).status_code == 200
    assert done(world) == [(call, COLLEAGUE)]


async def test_a_suspended_user_is_reinstated(world: World) -> None:
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], status=Status.SUSPENDED)
    async with person(world) as http:
        await enter(http)
        answer = await send(http, ONE, f"{ONE}/reinstatement")
        assert "利用を再開しました。" in (await http.get(answer.headers["location"])).text
    assert done(world) == [("reinstate", COLLEAGUE)]


async def test_m14_the_last_administrator_stays_and_the_page_says_why(world: World) -> None:
    world.directory.refusal = LastAdministrator()
    async with person(world) as http:
        await enter(http)
        answer = await send(http, f"{ONE}/suspension")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "鈴木 一郎 さんの利用を停止しますか" in answer.text


async def test_one_is_not_offered_to_suspend_or_delete_oneself(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        page = read(await http.get(f"/users/{USER}"))
    assert "自分自身の利用の停止と削除はできません。" in page.text
    assert not {f"/users/{USER}/suspension", f"/users/{USER}/deletion"} & {href for href, _ in page.links}


async def test_a_deed_that_does_not_exist_is_not_found(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        assert (await http.get(f"{ONE}/promotion")).status_code == 404
        assert (await http.get(f"{ONE}/unlock")).status_code == 404
        assert (await send(http, f"{ONE}/suspension", None)).status_code == 303
        token = read(await http.get(f"{ONE}/suspension")).form(f"{ONE}/suspension")
        assert (await http.post(f"{ONE}/promotion", data=token)).status_code == 404


async def test_no_deed_without_the_forms_token(world: World) -> None:
    async with person(world) as http:
        await enter(http)
        for path in ("/users/new", f"{ONE}/edit", f"{ONE}/suspension", f"{ONE}/unlock"):
            assert (await http.post(path, data=FIELDS)).status_code == 403
    assert not [call for call in world.directory.calls if call[0] in ("add_person", "change_person", "suspend")]


async def edited(http: httpx.AsyncClient, page: Page | None = None, **fields: str | list[str]) -> httpx.Response:
    """Send the edit form as a browser would, with *fields* changed."""
    page = page or read(await http.get(f"{ONE}/edit"))
    typed: dict[str, str | list[str]] = {
        name: page.inputs[name].get("value") or "" for name in ("name", "title", "phoneNumber", "mobilePhoneNumber")
    }
    typed |= {
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "secondFactor": "TOTP",
        "role": "GENERAL_USER",
        "comment": "",
        "groupIds": [str(GROUP)],
    }
    return await http.post(f"{ONE}/edit", data=page.form(f"{ONE}/edit") | typed | fields)


def changes(world: World) -> list[object]:
    """Return the changes of users that were asked for."""
    return [what for name, what, _ in world.directory.calls if name == "change_person"]


def done(world: World) -> list[tuple[str, object]]:
    """Return the deeds that were asked for."""
    deeds = {"suspend", "reinstate", "delete_person", "unlock", "resend_activation", "reset_second_factor"}
    return [(name, what) for name, what, _ in [*world.directory.calls, *world.credentials.calls] if name in deeds]


async def test_s34_of_very_many_groups_a_form_offers_the_first_and_all_that_are_chosen(world: World) -> None:
    groups = world.directory.kept_groups[TENANT]
    groups |= {UUID(int=number): some_group(UUID(int=number), f"班 {number:03}") for number in range(1, 300)}
    last = GroupName(group_id=UUID(int=299), name="班 299")
    people = world.directory.kept[TENANT]
    people[COLLEAGUE] = replace(people[COLLEAGUE], groups=(last,))
    async with person(world) as http:
        await enter(http)
        new, edit = [(await http.get(path)).text for path in ("/users/new", f"/users/{COLLEAGUE}/edit")]
    assert (new.count('name="groupIds"'), edit.count('name="groupIds"')) == (150, 151)
    assert f'value="{last.group_id}" checked' in edit
    assert "ほかの151グループ" in new
    assert len(new.encode()) < 100_000
