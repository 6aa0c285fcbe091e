"""The mailbox over real SMTP and HTTP: it answers as Mailpit does."""

from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiohttp import ClientSession

from deploy.servers.mailbox import Mailbox
from deploy.stack import Stack

pytestmark = pytest.mark.embedded("It is about the mailbox that `make up` starts, not about Mailpit")
MESSAGE_ID = "<one@example.jp>"


def mail(to: str, subject: str = "Hello", text: str = "See http://localhost:8080/x") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Portal <portal@example.jp>"
    made["To"] = to
    made["Subject"] = subject
    made["Message-ID"] = MESSAGE_ID
    made.set_content(text)
    return made


async def send(box: Mailbox, message: EmailMessage) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=box.smtp, start_tls=False)


async def get(box: Mailbox, path: str) -> Any:
    async with ClientSession(box.url) as client, client.get(path) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_a_mail_that_was_sent_is_listed_newest_first(mailbox: Mailbox) -> None:
    await send(mailbox, mail("taro@example.jp", "First"))
    await send(mailbox, mail("花子 <hanako@example.jp>", "ご登録のご案内"))
    said = await get(mailbox, "/api/v1/messages")
    assert (said["total"], said["unread"], said["messages_count"]) == (2, 2, 2)
    newest = said["messages"][0]
    assert newest["Subject"] == "ご登録のご案内"
    assert newest["To"] == [{"Name": "花子", "Address": "hanako@example.jp"}]
    assert newest["From"] == {"Name": "Portal", "Address": "portal@example.jp"}
    assert newest["Snippet"].startswith("See http")


async def test_a_mail_is_shown_whole_and_then_counts_as_read(mailbox: Mailbox) -> None:
    await send(mailbox, mail("taro@example.jp", text="本文です。"))
    listed = (await get(mailbox, "/api/v1/messages"))["messages"][0]
    whole = await get(mailbox, f"/api/v1/message/{listed['ID']}")
    assert whole["Text"].strip() == "本文です。"
    assert whole["MessageID"] == "one@example.jp"
    headers = await get(mailbox, f"/api/v1/message/{listed['ID']}/headers")
    assert headers["Subject"] == ["Hello"]
    assert (await get(mailbox, "/api/v1/messages"))["unread"] == 0


async def test_mails_are_found_by_their_recipient(mailbox: Mailbox) -> None:
    for to in ("taro@example.jp", "hanako@example.jp"):
        await send(mailbox, mail(to, f"For {to}"))
    found = await get(mailbox, "/api/v1/search?query=to:hanako@example.jp")
    assert [one["Subject"] for one in found["messages"]] == ["For hanako@example.jp"]
    assert found["messages_count"] == 1
    none = await get(mailbox, '/api/v1/search?query=to:hanako@example.jp subject:"For taro"')
    assert none["messages"] == []


async def test_named_mails_are_deleted_and_without_names_all(mailbox: Mailbox) -> None:
    for subject in ("a", "b", "c"):
        await send(mailbox, mail("taro@example.jp", subject))
    first = (await get(mailbox, "/api/v1/messages"))["messages"][0]
    async with ClientSession(mailbox.url) as client:
        await client.delete("/api/v1/messages", json={"IDs": [first["ID"]]})
        assert [m["Subject"] for m in (await get(mailbox, "/api/v1/messages"))["messages"]] == ["b", "a"]
        await client.delete("/api/v1/messages")
    assert (await get(mailbox, "/api/v1/messages"))["total"] == 0


async def test_an_address_beyond_ascii_arrives(mailbox: Mailbox) -> None:
    await send(mailbox, mail("太郎@例え.jp"))
    assert (await get(mailbox, "/api/v1/search?query=to:太郎@例え.jp"))["messages_count"] == 1


async def test_deliveries_are_refused_when_that_is_asked_for(mailbox: Mailbox) -> None:
    async with ClientSession(mailbox.url) as client:
        await client.put("/api/v1/chaos", json={"Recipient": {"ErrorCode": 550, "Probability": 100}})
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await send(mailbox, mail("taro@example.jp"))
        await client.put("/api/v1/chaos", json={})
    assert refused.value.recipients[0].code == 550
    await send(mailbox, mail("taro@example.jp"))
    assert (await get(mailbox, "/api/v1/messages"))["total"] == 1


async def test_no_mail_is_lost_when_the_mailbox_is_killed(mailbox: Mailbox, stack: Stack) -> None:
    await send(mailbox, mail("taro@example.jp", "Kept"))
    stack.kill("mailbox")
    stack.restart("mailbox")
    assert [one["Subject"] for one in (await get(mailbox, "/api/v1/messages"))["messages"]] == ["Kept"]


async def test_a_web_page_under_another_name_reads_no_mail(mailbox: Mailbox) -> None:
    async with ClientSession(mailbox.url) as client:
        answer = await client.get("/api/v1/messages", headers={"Host": "evil.example:8025"})
    assert answer.status == 421


async def test_the_page_shows_a_mail_with_its_link_and_without_its_markup(mailbox: Mailbox) -> None:
    await send(mailbox, mail("taro@example.jp", "<b>x</b>", "<script>1</script> http://localhost:8080/activate/t"))
    listed = (await get(mailbox, "/api/v1/messages"))["messages"][0]
    async with ClientSession(mailbox.url) as client:
        index = await (await client.get("/")).text()
        page = await (await client.get(f"/view/{listed['ID']}")).text()
    assert "&lt;b&gt;x&lt;/b&gt;" in index
    assert '<a href="http://localhost:8080/activate/t"' in page
    assert "<script>" not in page


async def test_a_mail_with_broken_headers_is_listed_too(mailbox: Mailbox) -> None:
    raw = b"From: <\r\nTo: ,,@\r\nMessage-ID: <b>x</b>@\r\nDate: soon\r\nSubject: =?utf-8?q?=ff?=\r\n\r\nText\r\n"
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=mailbox.smtp, start_tls=False) as client:
        await client.sendmail("a@example.jp", ["b@example.jp"], raw)
    listed = (await get(mailbox, "/api/v1/messages"))["messages"][0]
    assert listed["Bcc"] == [{"Name": "", "Address": "b@example.jp"}]
    assert (await get(mailbox, f"/api/v1/message/{listed['ID']}"))["Text"].strip() == "Text"
