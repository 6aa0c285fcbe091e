"""What people read: every sentence that the requirements name, in their language and zone, and nothing else."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.adapters.plain_text import local_time
from services.notifier.application.ports import MailRefused, Recipient
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import KIND_OF, Kind
from tests.unit.notifier.mails import HANAKO, JANE, LATER, MESSAGE, NASTY, text, write

WIDEST = 70
SECURITY = [template for template in Template if KIND_OF[template] is Kind.SECURITY]
ALL = [(template, person) for template in SECURITY for person in (HANAKO, JANE)]


def test_s02_the_activation_mail_has_the_headers_of_the_original() -> None:
    mail = write()
    assert mail["From"] == "b-portal@ntt.com"
    assert mail["Reply-To"] == "b-portal@ntt.com"
    assert mail["Subject"] == "NTTコミュニケーションズ ビジネスポータル ユーザ登録受付メール"
    assert [to.addr_spec for to in mail["To"].addresses] == ["hanako.sato@example.co.jp"]
    assert mail["To"].addresses[0].display_name == "佐藤 花子"
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "expected",
    [
        r"自動で送信しています",
        r"御社から申込頂いております.*ユーザ登録の完了をお知らせします",
        r"ご利用いただく前に.*パスワードを登録してください",
        r"ビジネスポータルパスワード登録URL\nhttps://portal\.example\.jp/activate/tok3n-_x\n",
        r"有効期限：2026/11/24 10:46:36 JST \(Asia/Tokyo\)",  # noqa: RUF001 - the label's own colon
        r'有効期限を過ぎたときは.*"パスワード再設定はこちら".*新しいURL',
        r"ビジネスポータルログイン画面\nhttps://portal\.example\.jp/\n",
        r"https://portal\.example\.jp/help/tutorial/firstlogin/\n",
        r"お困りのときは.*弊社窓口までお問い合わせください",
        r"■本メールは送信専用のメールアドレスから送信しています",
    ],
)
def test_s03_the_japanese_activation_mail_says(expected: str) -> None:
    assert re.search(expected, text(write()), re.DOTALL)


@pytest.mark.parametrize(
    "expected",
    [
        r"sent automatically",
        r"user registration is complete",
        r"Register a password before you use the portal",
        r"password registration URL\nhttps://portal\.example\.jp/activate/tok3n-_x\n",
        r"Valid until: 2026/11/24 01:46:36 UTC\n",
        r"After that time, \"Reset your password here\".*new address",
        r"login page\nhttps://portal\.example\.jp/\n",
        r"https://portal\.example\.jp/help/tutorial/firstlogin/\n",
        r"ask the NTT Communications contact",
        r"send-only address",
    ],
)
def test_s03_the_english_activation_mail_says(expected: str) -> None:
    assert re.search(expected, text(write(JANE)), re.DOTALL)


def test_s14_the_code_mail_has_the_code_its_validity_and_what_to_do_if_it_was_not_you() -> None:
    japanese = text(write(template=Template.MAIL_CODE, secret="042917"))
    assert re.search(r"認証コード\n042917\n有効期限.2026/11/24 10:46:36 JST", japanese)
    assert re.search(r"ご自身でない場合は.*誰にも教えず.*変更してください", japanese, re.DOTALL)
    english = text(write(JANE, template=Template.MAIL_CODE, secret="042917"))
    assert re.search(r"Login code\n042917\nValid until: 2026/11/24 01:46:36 UTC", english)
    assert "If it was not you" in english


def test_a_code_stands_neither_in_a_header_nor_in_a_link() -> None:
    mail = write(template=Template.MAIL_CODE, secret="042917")
    assert not any("042917" in value for value in mail.values())
    assert "activate" not in text(mail)


def test_s43_the_reset_mail_has_its_own_words_and_the_link() -> None:
    mail = write(template=Template.PASSWORD_RESET)
    assert "パスワード再設定" in mail["Subject"]
    assert "ビジネスポータルパスワード再設定URL\nhttps://portal.example.jp/activate/tok3n-_x\n" in text(mail)
    assert "お申し出に心当たりがない場合は" in text(mail)


@pytest.mark.parametrize(("language", "words"), [("ja", "有効期限"), ("en", "Valid until"), ("fr", "Valid until")])
def test_s30_japanese_gets_japanese_and_any_other_language_english(language: str, words: str) -> None:
    mail = write(replace(HANAKO, language=language))
    assert words in text(mail)
    assert mail["Content-Language"] == ("ja" if language == "ja" else "en")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Tokyo", "2026/11/24 10:46:36 JST (Asia/Tokyo)"),
        ("UTC", "2026/11/24 01:46:36 UTC"),
        ("America/New_York", "2026/11/23 20:46:36 EST (America/New_York)"),
        ("Asia/Kathmandu", "2026/11/24 07:31:36 +0545 (Asia/Kathmandu)"),
        ("Mars/Olympus", "2026/11/24 01:46:36 UTC"),
        ("../../etc/passwd", "2026/11/24 01:46:36 UTC"),
    ],
)
def test_s31_times_are_in_the_persons_zone_and_name_it(zone: str, expected: str) -> None:
    assert local_time(LATER, zone) == expected
    assert expected in text(write(replace(HANAKO, timezone=zone)))


@pytest.mark.parametrize(("template", "person"), ALL)
def test_s45_each_mail_says_that_nobody_reads_replies_and_machines_need_not_answer(
    template: Template, person: Recipient
) -> None:
    mail = write(person, template=template)
    assert ("送信専用" if person is HANAKO else "send-only") in text(mail)
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("template", "person"), ALL)
def test_no_line_is_wider_than_70_columns(template: Template, person: Recipient) -> None:
    for line in text(write(person, template=template)).splitlines():
        assert sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line) <= WIDEST, line


@pytest.mark.parametrize(("template", "person"), ALL)
def test_links_lead_to_the_portal_only_and_html_has_the_same_ones_and_no_picture(
    template: Template, person: Recipient
) -> None:
    mail = write(person, template=template)
    plain, page = text(mail), text(mail, "html")
    links = re.findall(r"https?://\S+", plain)
    assert links
    assert all(link.startswith("https://portal.example.jp/") for link in links)
    assert re.findall(r'href="([^"]+)"', page) == links
    assert not re.search(r"<img|<script|url\(|\\$", page, re.MULTILINE)
    assert f'<html lang="{mail["Content-Language"]}">' in page


@pytest.mark.parametrize(("template", "person"), ALL)
def test_the_html_says_what_the_text_says(template: Template, person: Recipient) -> None:
    mail = write(person, template=template)
    seen = re.sub(r"<[^>]+>|\s", "", text(mail, "html").partition("<body")[2].partition(">")[2]).replace("&#34;", '"')
    assert seen == re.sub(r"\s", "", text(mail))


def test_d05_every_try_of_a_mail_has_the_same_message_id() -> None:
    assert write()["Message-ID"] == write(secret="another")["Message-ID"] == f"<{MESSAGE}@ntt.com>"


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize(("template", "person"), ALL)
def test_a_name_can_neither_add_a_header_nor_a_recipient_nor_markup_to_any_mail(
    template: Template, person: Recipient, name: str
) -> None:
    mail, plain = write(replace(person, name=name), template=template), write(person, template=template)
    assert sorted(mail.keys()) == sorted(plain.keys())
    assert mail["Subject"] == plain["Subject"]
    assert [to.addr_spec for to in mail["To"].addresses] == [person.email]
    assert "<script" not in text(mail, "html")
    assert re.findall(r'href="([^"]+)"', text(mail, "html")) == re.findall(r'href="([^"]+)"', text(plain, "html"))
    assert len(text(mail).splitlines()) == len(text(plain).splitlines())
    assert not any(unicodedata.category(char) in {"Cc", "Cf"} for char in text(mail).replace("\n", ""))


@pytest.mark.parametrize("template", SECURITY)
def test_s30_s31_d04_one_cause_is_told_to_each_in_their_own_language_and_zone(template: Template) -> None:
    japanese, english = write(HANAKO, template=template), write(JANE, template=template)
    assert (japanese["Content-Language"], english["Content-Language"]) == ("ja", "en")
    assert japanese["Subject"] != english["Subject"]
    times = [re.findall(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [A-Z]+", text(mail)) for mail in (japanese, english)]
    assert all(time.endswith("JST") for time in times[0])
    assert all(time.endswith("UTC") for time in times[1])
    assert len(times[0]) == len(times[1]) == 1
    for kind in ("plain", "html"):
        assert re.search("[ぁ-ん]", text(japanese, kind))
        assert not re.search("[ぁ-んァ-ヶ一-龠]", text(english, kind))


@settings(deadline=None)
@given(name=st.text(max_size=60) | st.text(alphabet='=?utf-8qQbB_0ADd:;,.()<>@"\\\r\n\t 佐é', max_size=60))
def test_whatever_the_name_the_mail_has_one_recipient_and_the_same_headers(name: str) -> None:
    mail = write(replace(HANAKO, name=name))
    assert [to.addr_spec for to in mail["To"].addresses] == ["hanako.sato@example.co.jp"]
    assert len(mail.keys()) == len(write().keys())


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: x@example.com", "a@b, c@d", "<a@b>"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MailRefused):
        write(replace(HANAKO, email=address))
