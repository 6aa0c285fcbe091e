"""From the application form to the mailed link: one mail, the right words, a link that nobody burns."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from deploy.stack import Stack
from tests.e2e.people import Person
from tests.e2e.portal import API, Portal, until

FORGED = (
    {"host": "evil.example"},
    {"x-forwarded-host": "evil.example"},
    {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"},
    {"forwarded": "host=evil.example;proto=https"},
    {"x-original-host": "evil.example"},
    {"x-host": "evil.example"},
    {"x-forwarded-server": "evil.example"},
    {"x-original-url": "http://evil.example/activate/x"},
    {"x-rewrite-url": "/evil"},
    {"origin": "http://evil.example"},
    {"referer": "http://evil.example/"},
)
SCANNER = {"user-agent": "Mozilla/5.0 (compatible; LinkScanner/1.0)"}
LINE_JA = re.compile(r"有効期限\uff1a(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) (\S+)")


async def test_s01_one_application_posted_five_times_gives_one_tenant_and_one_mail(portal: Portal) -> None:
    person = Person()
    office = portal.back_office
    answers = [await office.send("POST", "/applications", person.form()) for _ in range(2)]
    answers += await asyncio.gather(*(office.send("POST", "/applications", person.form()) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    assert len({answer.text for answer in answers}) == 1
    await portal.mailbox.wait(person.email)
    # A mail that follows every fact before it shows that no second one is on its way.
    other = Person()
    await portal.invited(other)
    assert len(await portal.mailbox.to(person.email)) == 1


async def test_s01_an_application_with_other_content_under_the_same_number_is_refused(portal: Portal) -> None:
    person = Person()
    await portal.back_office.apply(person)
    changed = person.form(customer={"companyName": "別の会社", "customerNumber": "C1"})
    answer = await portal.back_office.send("POST", "/applications", changed)
    assert (answer.status_code, answer.json()["code"]) == (409, "application-differs")


async def test_s01_an_idempotency_key_finds_the_first_answer_again(portal: Portal) -> None:
    person = Person()
    first = await portal.back_office.send("POST", "/applications", person.form(), key=person.mark)
    again = await portal.back_office.send("POST", "/applications", person.form(), key=person.mark)
    assert first.json() == again.json()
    other = await portal.back_office.send("POST", "/applications", Person().form(), key=person.mark)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


async def test_s02_the_mail_comes_from_the_portal_and_goes_to_the_person_alone(portal: Portal) -> None:
    person = Person()
    mail = await portal.invited(person)
    assert (mail.sender, mail.reply_to) == ("b-portal@ntt.com", "b-portal@ntt.com")
    assert mail.subject == "NTTコミュニケーションズ ビジネスポータル ユーザ登録受付メール"
    assert mail.to == (person.email,)


async def test_s03_the_mail_says_all_that_the_guide_asks_for(portal: Portal) -> None:
    text = (await portal.invited(Person())).text
    joined = re.sub(r"\s+", "", text)
    for wanted in (
        "自動で送信しています",
        "御社から申込頂いております",
        "ユーザ登録の完了をお知らせします",
        "パスワードを登録してください",
        "ビジネスポータルパスワード登録URL",
        "有効期限\uff1a",
        "パスワード再設定はこちら",
        "お問い合わせ",
        "送信専用",
    ):
        assert wanted in joined, wanted
    assert f"{portal.url}/activate/" in text
    assert f"{portal.url}/\n" in text
    assert f"{portal.url}/help/tutorial/firstlogin/" in text


async def test_s04_the_link_has_a_strong_secret_and_one_expiry_that_mail_and_api_agree_on(portal: Portal) -> None:
    mail = await portal.invited(Person())
    assert len(mail.token) >= 22  # 128 bits in base64url
    state = await portal.browser().done("/activation/state", {"token": mail.token})
    found = LINE_JA.search(mail.text)
    assert found
    printed = datetime.strptime(found[1], "%Y/%m/%d %H:%M:%S").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert found[2].startswith("JST")
    assert abs(printed - datetime.fromisoformat(state["expiresAt"])) < timedelta(seconds=1)


async def test_s30_s31_an_english_mail_tells_the_time_of_the_persons_own_zone(portal: Portal) -> None:
    person = Person(language="en", timezone="America/New_York")
    mail = await portal.invited(person)
    assert "your user registration" in mail.subject
    assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", mail.text + mail.subject)
    found = re.search(r"Valid until: (\S+ \S+) (E[SD]T) \(America/New_York\)", mail.text)
    assert found
    printed = datetime.strptime(found[1], "%Y/%m/%d %H:%M:%S").replace(tzinfo=ZoneInfo("America/New_York"))
    state = await portal.browser().done("/activation/state", {"token": mail.token})
    assert abs(printed - datetime.fromisoformat(state["expiresAt"])) < timedelta(seconds=1)


async def test_s30_the_browsers_language_never_decides_a_mails(portal: Portal) -> None:
    person = Person(language="ja", second_factor="MAIL_OTP")
    token = (await portal.invited(person)).token
    browser = portal.browser(language="en-GB,en;q=0.9")
    await browser.activate(person, token)
    await browser.first_step(person)
    assert "認証コード" in (await portal.mailbox.wait(person.email, 2))[-1].subject


async def test_s45_every_mail_says_that_replies_are_not_read(portal: Portal) -> None:
    english, japanese = Person(language="en", second_factor="MAIL_OTP"), Person(second_factor="MAIL_OTP")
    for person, words in ((english, "send-only address"), (japanese, "送信専用")):
        browser, _ = await portal.activated(person)
        await browser.first_step(person)
        await browser.done("/password-resets", person.identity())
        mails = await portal.mailbox.wait(person.email, 3)
        assert [words in mail.text for mail in mails] == [True] * 3


async def test_s46_no_mail_and_no_answer_mixes_both_spellings_of_user(portal: Portal) -> None:
    mail = await portal.invited(Person())
    page = await portal.browser().page(f"/activate/{mail.token}")
    # The subject and the first sentence are the guide's own words; what we write ourselves says ユーザー.
    assert "ユーザ" not in page.text.replace("ユーザー", "")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_d01_a_mail_scanner_uses_nothing_up(portal: Portal, method: str) -> None:
    person = Person(second_factor="MAIL_OTP")
    mail = await portal.invited(person)
    for _ in range(5):
        scanner = portal.browser()
        answer = await scanner.http.request(method, f"/activate/{mail.token}", headers=SCANNER, follow_redirects=True)
        assert answer.status_code < 500
    state = await portal.browser().done("/activation/state", {"token": mail.token})
    assert (state["state"], state["confirmTriesLeft"]) == ("CONFIRM", 5)
    await portal.browser().activate(person, mail.token)


async def test_s04_the_link_moves_out_of_the_address_before_anything_is_shown(portal: Portal) -> None:
    mail = await portal.invited(Person())
    answer = await portal.browser().http.get(f"/activate/{mail.token}")
    assert answer.is_redirect
    assert answer.headers["location"].endswith("/activation")
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = answer.headers["set-cookie"]
    assert re.match(r"__Host-\S+=", cookie)
    assert {"Secure", "HttpOnly"} <= {part.strip() for part in cookie.split(";")}


async def test_forged_host_headers_never_change_a_mailed_link(portal: Portal) -> None:
    person = Person()
    await portal.activated(person)
    taken = 0
    async with httpx.AsyncClient(base_url=portal.url) as attacker:
        for number, headers in enumerate(FORGED):
            answer = await attacker.post(f"{API}/password-resets", json=person.identity(), headers=headers)
            assert answer.status_code in {202, 403, 421}, (number, answer.text)
            taken += answer.status_code == 202
            # A link that the next one replaces before it is mailed is not mailed at all.
            mails = await portal.mailbox.wait(person.email, 1 + taken)
    assert taken >= 7
    assert {mail.origin for mail in mails} == {portal.url}
    assert not any("evil" in mail.text + mail.html + mail.subject for mail in mails)


@pytest.fixture
async def short_links(services: Stack) -> Any:
    """Have links expire after two seconds."""
    await asyncio.to_thread(lambda: services.restart("identity", PORTAL_LINK_HOURS=str(2 / 3600)))
    yield
    await asyncio.to_thread(services.restart, "identity")


@pytest.mark.usefixtures("short_links")
async def test_s05_an_expired_link_is_told_at_once_and_a_reset_brings_a_fresh_one(
    portal: Portal, services: Stack
) -> None:
    person = Person()
    await portal.back_office.apply(person)
    browser = portal.browser()
    mails = await portal.mailbox.wait(person.email)
    await asyncio.sleep(2)
    old = await browser.post("/activation/state", {"token": mails[0].token})
    assert (old.status_code, old.json()["code"]) == (410, "activation-expired")
    page = await browser.page(f"/activate/{mails[0].token}")
    assert page.status_code == 410
    assert "/password-reset" in page.text
    await asyncio.to_thread(services.restart, "identity")
    await browser.done("/password-resets", person.identity())
    fresh = (await portal.mailbox.wait(person.email, 2))[-1]
    state = await until(lambda: _state(portal, fresh.token))
    assert state["steps"][0] == "CONFIRM"
    dead = await browser.post("/activation/state", {"token": mails[0].token})
    assert dead.status_code == 410
    await browser.activate(person, fresh.token)


async def _state(portal: Portal, token: str) -> dict[str, Any] | None:
    answer = await portal.browser().post("/activation/state", {"token": token})
    told: dict[str, Any] | None = answer.json() if answer.is_success else None
    return told
