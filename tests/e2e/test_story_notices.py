"""What the operator reports is in the mailbox of who may see the contract, in their language and zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.administrator import Administrator, at_work
from tests.e2e.mailbox import Mail
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until


@dataclass
class Office:
    """A company whose representative reads Japanese and a colleague English, and one who may see nothing."""

    portal: Portal
    administrator: Administrator
    head: Person
    english: Person
    blind: Person
    english_id: str = ""

    @property
    def contract(self) -> str:
        """Return the number of the company's first contract."""
        return str(self.head.form()["contracts"][0]["contractNumber"])

    async def reports(self, path: str, body: dict[str, Any]) -> None:
        """Have the operator report something."""
        answer = await self.portal.back_office.send("POST", path, body)
        assert answer.is_success, answer.text

    async def about(self, person: Person, word: str, count: int = 1) -> Sequence[Mail]:
        """Return a person's mails whose text holds a word, once there are so many."""

        async def found() -> list[Mail] | None:
            mails = [mail for mail in await self.portal.mailbox.to(person.email) if word in mail.text]
            return mails if len(mails) >= count else None

        return await until(found)


@pytest.fixture
async def office(portal: Portal) -> Office:
    """Give the company, its people at work."""
    head = Person(second_factor="MAIL_OTP")
    administrator = await at_work(portal, head)
    english = Person(second_factor="MAIL_OTP", language="en", timezone="UTC")
    blind = Person(second_factor="MAIL_OTP")
    ids = [await administrator.add(one) for one in (english, blind)]
    for one in (english, blind):
        await portal.browser().activate(one, (await portal.mailbox.wait(one.email))[0].token)
    group = (await administrator.done("POST", "/groups", {"name": "運用部"}))["groupId"]
    permissions = [{"serviceName": "smart-pbx", "actions": ["VIEW"]}]
    await administrator.done("PUT", f"/groups/{group}/permissions", {"permissions": permissions})
    await administrator.done("POST", f"/groups/{group}/members", {"userIds": ids[:1]})
    return Office(portal, administrator, head, english, blind, ids[0])


def number(letter: str) -> str:
    return f"{letter}{uuid4().int % 10**9:09d}"


async def test_s30_n11_m11_an_incident_is_mailed_to_who_may_see_the_contract_in_their_language(office: Office) -> None:
    incident = number("T")
    report = {"incidentNumber": incident, "title": "音声品質低下", "contractNumbers": [office.contract]}
    await office.reports("/operator/incidents", report)
    (japanese,) = await office.about(office.head, incident)
    (english,) = await office.about(office.english, incident)
    assert japanese.subject == "NTTコミュニケーションズ ビジネスポータル 故障のお知らせ（音声品質低下）"  # noqa: RUF001
    assert english.subject == "NTT Communications Business Portal: fault (音声品質低下)"
    assert "Status: Opened" in english.text
    assert office.contract in japanese.text
    assert incident in english.html
    # The same report again is the same fact, and no second mail.
    await office.reports("/operator/incidents", report)
    other = {**report, "incidentNumber": number("T")}
    await office.reports("/operator/incidents", other)
    (listed,) = (await office.administrator.call("GET", f"/users/{office.english_id}/messages?limit=1")).json()["items"]
    assert (listed["kind"], listed["cause"]["type"]) == ("FAULT", "portal.incident.opened.v1")
    assert len(await office.about(office.english, incident)) == 1
    assert all(incident not in mail.text for mail in await office.portal.mailbox.to(office.blind.email))


async def test_s31_s41_one_maintenance_is_told_to_each_in_the_hours_of_their_own_zone(office: Office) -> None:
    work = number("M")
    starts = (datetime.now(UTC) + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
    plan = {
        "maintenanceNumber": work,
        "name": "設備更改工事",
        "contractNumbers": [office.contract],
        "startsAt": starts.isoformat(),
        "endsAt": (starts + timedelta(hours=4)).isoformat(),
    }
    await office.reports("/operator/maintenances", plan)
    (japanese,) = await office.about(office.head, work)
    (english,) = await office.about(office.english, work)
    assert f"{starts:%Y/%m/%d} 09:00:00 JST (Asia/Tokyo) から" in japanese.text
    assert f"{starts:%Y/%m/%d} 00:00:00 UTC to" in english.text


async def test_s42_the_work_on_an_application_is_mailed_and_who_refuses_it_gets_none(office: Office) -> None:
    path = f"/users/{office.english_id}/notifications"
    chosen = await office.administrator.call("PUT", path, {"refused": ["ORDER_STATUS"]})
    assert chosen.is_success, chosen.text
    application = office.head.form()["applicationNumber"]
    await office.reports(f"/operator/applications/{application}/progress", {"orderStatus": 2})
    (mail,) = await office.about(office.head, application)
    assert mail.subject.startswith("NTTコミュニケーションズ ビジネスポータル 申込状況更新通知メール")
    assert "進み具合：現地調査完了" in mail.text  # noqa: RUF001
    assert all(application not in mail.text for mail in await office.portal.mailbox.to(office.english.email))
