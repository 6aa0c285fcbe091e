"""What people read about contracts: their words, their zone, and that several news came together."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.application.ports import Recipient
from services.notifier.domain.events import Template
from tests.unit.notifier.mails import HANAKO, JANE, NASTY, text, told
from tests.unit.notifier.notices import FAULT, INCIDENT, ORDER, TELLING, WORK, bulletin, item


@pytest.mark.parametrize("template", TELLING)
def test_s30_s31_d04_one_cause_is_told_to_each_in_their_own_language_and_zone(template: Template) -> None:
    of = bulletin(item(TELLING[template], title="", text=""))
    japanese, english = told(template, of), told(template, of, JANE)
    assert (japanese["Content-Language"], english["Content-Language"]) == ("ja", "en")
    times = [re.findall(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [A-Z]+", text(mail)) for mail in (japanese, english)]
    assert all(time.endswith("JST") for time in times[0])
    assert all(time.endswith("UTC") for time in times[1])
    assert len(times[0]) == len(times[1]) > 0
    for kind in ("plain", "html"):
        assert re.search("[ぁ-ん]", text(japanese, kind))
        assert not re.search("[ぁ-んァ-ヶ一-龠]", text(english, kind))


@pytest.mark.parametrize("title", NASTY)
@pytest.mark.parametrize("person", [HANAKO, JANE])
def test_a_title_or_number_can_add_neither_a_header_nor_a_body(title: str, person: Recipient) -> None:
    plain = told(Template.FAULT, bulletin(item(FAULT)), person)
    for of in (item(FAULT, title=title), item(FAULT, title="", number=title), item(FAULT, text=title)):
        mail = told(Template.FAULT, bulletin(of), person)
        assert sorted(mail.keys()) == sorted(plain.keys())
        assert "\n" not in mail["Subject"]
        assert [to.addr_spec for to in mail["To"].addresses] == [person.email]


@settings(deadline=None)
@given(title=st.text(alphabet='=?utf-8qQbBtT_0ADd:;,.()<>@"\\\r\n\t 佐é', max_size=60))
def test_whatever_the_title_the_mail_can_be_written_and_has_the_same_headers(title: str) -> None:
    plain = told(Template.FAULT, bulletin(item(FAULT)))
    assert sorted(told(Template.FAULT, bulletin(item(FAULT, title=title))).keys()) == sorted(plain.keys())


def test_s31_one_maintenance_is_nine_in_tokyo_and_midnight_in_utc() -> None:
    of = bulletin(item(WORK))
    assert "2026/12/01 09:00:00 JST (Asia/Tokyo) から" in text(told(Template.MAINTENANCE, of))
    assert "Takes place: 2026/12/01 00:00:00 UTC to" in text(told(Template.MAINTENANCE, of, JANE))


def test_s42_the_mail_about_an_application_is_called_as_the_guide_calls_it() -> None:
    mail = told(Template.ORDER_STATUS, bulletin(item(ORDER)))
    assert mail["Subject"] == "NTTコミュニケーションズ ビジネスポータル 申込状況更新通知メール（A-2026-7）"  # noqa: RUF001
    for line in ("申込番号：A-2026-7", "種別：変更", "状況：手続き中", "進み具合：現地調査完了"):  # noqa: RUF001
        assert line in text(mail).splitlines()


def test_a_fault_names_its_ticket_state_contracts_and_page() -> None:
    lines = text(told(Template.FAULT, bulletin(item(FAULT, "N000000001", "N000000002")))).splitlines()
    for line in ("受付番号：T-1001", "状況：復旧作業中", "対象の契約：N000000001、N000000002"):  # noqa: RUF001
        assert line in lines
    assert "内容：部品を交換しています。" in lines  # noqa: RUF001
    assert "終わり次第お知らせします。" in lines
    assert f"https://portal.example.jp/incidents/{INCIDENT}" in lines
    assert any(line.startswith("回復見込み") for line in lines)


def test_n7_the_lines_of_what_the_operator_tells_stay_apart_in_both_forms_of_the_mail() -> None:
    mail = told(Template.FAULT, bulletin(item(FAULT, text="部品を交換しています。\n終わり次第お知らせします。")))
    assert "部品を交換しています。\n終わり次第お知らせします。" in text(mail)
    assert "部品を交換しています。<br>終わり次第お知らせします。" in text(mail, "html")


def test_of_what_is_over_nothing_is_expected_any_more() -> None:
    assert "回復見込み" not in text(told(Template.FAULT, bulletin(item(FAULT, word="RESOLVED"))))


def test_several_news_in_one_mail_are_said_to_be_several_and_why() -> None:
    mail = told(Template.FAULT, bulletin(item(), item(), total=10_000))
    assert mail["Subject"].endswith("故障のお知らせ（10000件）")  # noqa: RUF001
    said = text(mail).replace("\n", "")
    assert "お知らせ10000件を、1通にまとめました" in said
    assert "1分から5分に1通まで" in said
    assert "ほかに9998件あります" in said
    english = " ".join(text(told(Template.FAULT, bulletin(item(), item()), JANE)).split())
    assert "2 pieces of news" in english
    assert "at most one mail in 1 minute, later in 5 minutes" in english


def test_one_piece_of_news_says_nothing_of_being_put_together() -> None:
    assert "まとめ" not in text(told(Template.FAULT, bulletin()))


def test_an_operators_words_become_lines_and_never_markup_headers_or_steering() -> None:
    nasty = item(FAULT, title="x\r\nBcc: y@example.com", text='<script>alert(1)</script>\\\n\u202e"quoted"\\')
    mail = told(Template.FAULT, bulletin(nasty))
    assert mail["Bcc"] is None
    assert "<script>" not in text(mail, "html")
    assert "\u202e" not in text(mail)
    assert "<script>alert(1)</script>\\" in text(mail)


def test_n11_the_mail_leads_to_the_choice_of_mails_and_mail_programs_find_it() -> None:
    mail = told(Template.MAINTENANCE, bulletin(item(WORK)))
    assert mail["List-Unsubscribe"] == "<https://portal.example.jp/settings/notifications>"
    assert "https://portal.example.jp/settings/notifications" in text(mail).splitlines()


def test_mails_about_the_same_incident_are_shown_together_by_mail_programs() -> None:
    first, second = (told(Template.FAULT, bulletin(item(FAULT, word=word))) for word in ("OPENED", "RESOLVED"))
    other = told(Template.FAULT, bulletin(item(FAULT, story_id=WORK.story_id)))
    assert first["References"] == second["References"] == f"<{INCIDENT}@ntt.com>"
    assert other["References"] != first["References"]
    assert told(Template.FAULT, bulletin(item(), item(WORK)))["References"] is None


def test_every_state_has_its_words_in_both_languages() -> None:
    states = {
        Template.FAULT: "OPENED ANALYZING ON_HOLD REPAIRING RESOLVED CLOSED",
        Template.MAINTENANCE: "ANNOUNCED RESCHEDULED CANCELLED COMPLETED",
        Template.ORDER_STATUS: "ACKNOWLEDGED PENDING HELD IN_PROGRESS COMPLETED PARTIAL REJECTED CANCELLED FAILED",
    }
    for template, words in states.items():
        for word in words.split():
            for to in (HANAKO, JANE):
                assert word not in text(told(template, bulletin(item(TELLING[template], word=word)), to))
