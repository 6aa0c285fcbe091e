"""News of contracts through the real tables, the real queue and a real mail server."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from gateway.application.access import access_of
from kernel.adapters.clock import new_id
from services.notifier.adapters import rounds
from services.notifier.adapters.notice_board import PostgresNoticeBoard
from services.notifier.adapters.queue import PostgresQueue
from services.notifier.application.notices import Addressed, Listener, Round
from services.notifier.consumers.sight import (
    CredentialActivated,
    JoinedGroup,
    UserDeleted,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)
from services.notifier.domain.events import Template
from services.notifier.domain.pace import Pace
from services.notifier.domain.sight import Grant, sight_of
from tests.integration.notifier.newsdesk import Desk
from tests.integration.notifier.world import World

HANAKO, JANE, TARO = "hanako.sato@example.co.jp", "jane@example.com", "taro@example.co.jp"
AN_HOUR = Pace(settle=timedelta(0), gap=timedelta(hours=1), longest=timedelta(hours=1))


@pytest.fixture
def desk(world: World) -> Desk:
    """Give what is reported of contracts."""
    return Desk(world)


async def test_s30_one_incident_is_one_mail_for_each_viewer_in_their_language_and_none_for_others(desk: Desk) -> None:
    contract = desk.contract()
    for email, language, sees in ((HANAKO, "ja", True), (JANE, "en", True), (TARO, "ja", False)):
        await desk.viewer(email, language=language, sees=sees)
    await desk.incident(contract, times=5)
    await desk.round()
    await desk.round()
    await desk.sent(2)
    (japanese,), (english,) = await desk.world.mails(HANAKO), await desk.world.mails(JANE)
    assert japanese["Subject"] == "NTTコミュニケーションズ ビジネスポータル 故障のお知らせ（交換機の故障）"  # noqa: RUF001
    assert english["Subject"].startswith("NTT Communications Business Portal: fault")
    assert contract.contract_number in japanese["Text"]
    assert japanese["HTML"]
    assert await desk.world.mails(TARO) == []


async def test_a_round_that_is_gone_through_again_sends_nothing_twice(desk: Desk) -> None:
    await desk.viewer(HANAKO)
    await desk.incident(desk.contract())
    await desk.round()
    await desk.world.pool.execute("UPDATE notice.round SET done = false, reached = $1", UUID(int=0))
    await desk.round()
    assert await desk.waiting() == 1


async def test_what_a_person_may_not_see_is_in_no_mail_though_it_is_in_the_same_round(desk: Desk) -> None:
    shown, hidden, theirs = desk.contract(), desk.contract(), desk.contract(tenant_id=new_id())
    user_id = await desk.viewer(HANAKO, sees=False)
    await desk.permit(desk.group_id, "smart-pbx", shown.contract_id)
    await desk.told(JoinedGroup(user_id=user_id, group_id=desk.group_id))
    await desk.incident(hidden, number="T-8")
    await desk.incident(shown, hidden, theirs, number="T-9")
    await desk.round()
    await desk.sent(1)
    (mail,) = await desk.world.mails(HANAKO)
    assert shown.contract_number in mail["Text"]
    for other in (hidden.contract_number, theirs.contract_number, "T-8"):
        assert other not in mail["Text"]


async def test_who_loses_sight_between_the_cause_and_the_sending_gets_none(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO)
    await desk.incident(desk.contract())
    await desk.round()
    await desk.leaves(user_id)
    await desk.sent(1)
    assert await desk.world.mails(HANAKO) == []
    assert await desk.world.reasons() == ["NOT_SEEN"]


async def test_who_is_suspended_or_deleted_or_never_came_in_gets_none(desk: Desk) -> None:
    suspended, deleted = await desk.viewer(HANAKO), await desk.viewer(JANE)
    await desk.viewer(TARO, confirmed=False)
    await desk.told(UserSuspended(user_id=suspended))
    await desk.told(UserDeleted(user_id=deleted))
    await desk.incident(desk.contract())
    await desk.round()
    assert await desk.waiting() == 0
    await desk.told(UserReinstated(user_id=suspended))
    await desk.incident(desk.contract(), number="T-2")
    await desk.round()
    assert await desk.waiting() == 1


async def test_the_representative_is_told_before_they_came_in_for_the_first_time(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO, confirmed=False)
    await desk.told(UserRegistered(user_id=user_id, origin="APPLICATION_FORM"))
    await desk.incident(desk.contract())
    await desk.round()
    assert await desk.waiting() == 1


async def test_what_identity_tells_of_a_person_may_come_before_their_registration(desk: Desk) -> None:
    user_id = new_id()
    await desk.told(CredentialActivated(user_id=user_id))
    await desk.permit(desk.group_id, "smart-pbx")
    await desk.told(JoinedGroup(user_id=user_id, group_id=desk.group_id))
    await desk.incident(desk.contract())
    await desk.round()
    assert await desk.waiting() == 0
    await desk.told(UserRegistered(user_id=user_id, origin="ADMINISTRATOR"))
    await desk.incident(desk.contract(), number="T-2")
    await desk.round()
    assert await desk.waiting() == 1


async def test_who_is_suspended_while_the_mail_waits_gets_none(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO)
    await desk.incident(desk.contract())
    await desk.round()
    await desk.told(UserSuspended(user_id=user_id))
    await desk.sent(1)
    assert await desk.world.reasons() == ["NOT_SEEN"]


async def test_what_expired_before_its_round_is_never_sent(desk: Desk) -> None:
    await desk.viewer(HANAKO)
    await desk.incident(desk.contract(), at=datetime.now(UTC) - timedelta(hours=23))
    await desk.world.pool.execute("UPDATE notice.news SET not_after = now()")
    await desk.round()
    assert await desk.waiting() == 0


async def test_news_that_follow_each_other_closely_are_one_mail_that_says_so(desk: Desk) -> None:
    await desk.viewer(HANAKO)
    contract = desk.contract()
    incident_id = await desk.incident(contract)
    await desk.round(AN_HOUR)
    for number in range(25):
        await desk.incident(contract, number=f"T-{number + 2}")
    await desk.update(incident_id, "REPAIRING")
    await desk.round(AN_HOUR)
    assert await desk.waiting() == 1
    await desk.world.pool.execute("UPDATE notice.gate SET last_at = last_at - interval '1 hour'")
    await desk.round(AN_HOUR)
    assert await desk.waiting() == 2
    await desk.sent(2)
    (many,) = [mail for mail in await desk.world.mails(HANAKO) if "26件" in mail["Subject"]]
    assert "お知らせ26件を、1通にまとめました" in many["Text"].replace("\r\n", "")
    assert "ほかに6件あります" in many["Text"]


async def test_another_company_is_not_kept_waiting_by_a_storm(desk: Desk) -> None:
    await desk.viewer(HANAKO)
    await desk.incident(desk.contract())
    await desk.round(AN_HOUR)
    neighbour = Desk(replace(desk.world, tenant_id=new_id()))
    await neighbour.viewer(JANE)
    await neighbour.incident(neighbour.contract())
    await neighbour.round(AN_HOUR)
    assert await desk.waiting() == 2


async def test_a_storm_of_ten_thousand_incidents_is_one_mail_a_person(desk: Desk) -> None:
    for email in (HANAKO, JANE, TARO):
        await desk.viewer(email)
    contract = desk.contract()
    await desk.incident(contract)
    await desk.world.pool.execute(
        """
        INSERT INTO notice.news (news_id, cause_id, cause_type, tenant_id, kind, story_id, telling, correlation_id,
                                 caused_at, not_after)
        SELECT gen_random_uuid(), 'storm/' || n, cause_type, tenant_id, kind, story_id, telling, correlation_id,
               caused_at, not_after FROM notice.news, generate_series(2, 10000) n
        """
    )
    await desk.round()
    assert await desk.waiting() == 3
    await desk.sent(3)
    (mail,) = await desk.world.mails(HANAKO)
    assert "10000件" in mail["Subject"]


async def test_n11_what_is_wanted_daily_comes_as_one_mail_in_the_morning(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO)
    await desk.chooses(user_id, daily=["FAULT"])
    await desk.incident(desk.contract())
    await desk.round()
    await desk.incident(desk.contract(), number="T-2")
    await desk.round()
    assert await desk.waiting() == 0
    await desk.morning()
    await desk.morning()
    assert await desk.waiting() == 1
    await desk.sent(1)
    (mail,) = await desk.world.mails(HANAKO)
    assert mail["Subject"].endswith("本日のお知らせ（2件）")  # noqa: RUF001
    assert "T-1" in mail["Text"]
    assert "T-2" in mail["Text"]


async def test_n11_who_refuses_the_kind_before_the_morning_gets_none(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO)
    await desk.chooses(user_id, daily=["FAULT"])
    await desk.incident(desk.contract())
    await desk.round()
    await desk.chooses(user_id, refused=["FAULT"])
    await desk.morning()
    await desk.sent(1)
    assert await desk.world.mails(HANAKO) == []


async def test_m11_the_mail_is_in_the_list_with_its_cause(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO)
    incident_id = await desk.incident(desk.contract())
    await desk.round()
    (listed,) = (await desk.world.listed(user_id)).json()["items"]
    assert (listed["template"], listed["kind"]) == ("FAULT", "FAULT")
    assert listed["causeType"] == "portal.incident.opened.v1"
    assert listed["causeId"].startswith(str(incident_id))


async def test_a_code_overtakes_notices_that_were_there_before(desk: Desk) -> None:
    user_id = await desk.viewer(HANAKO)
    for email in (JANE, TARO):
        await desk.viewer(email)
    await desk.incident(desk.contract())
    await desk.round()
    await desk.world.code(user_id)
    (first, *others) = await PostgresQueue(desk.world.pool).lease(2, timedelta(seconds=5))
    assert first.template is Template.MAIL_CODE
    assert [one.template for one in others] == [Template.FAULT]


async def test_a_company_is_gone_through_in_parts_and_who_dies_between_two_of_them_skips_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "CHUNK", 2)
    for number in range(5):
        await desk.viewer(f"user{number}@example.co.jp")
    await desk.incident(desk.contract())
    working = desk.rounds()
    assert await working.book.open()
    assert await working.book.go_on(working.address)

    async def dies(this: Round, people: Sequence[Listener]) -> Addressed:
        await working.address(this, people)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await working.book.go_on(dies)
    assert await desk.waiting() == 2
    await desk.round()
    found = await desk.world.pool.fetch("SELECT DISTINCT user_id FROM mail.queue")
    assert (len(found), await desk.waiting()) == (5, 5)


async def test_two_processes_make_no_mail_twice(desk: Desk) -> None:
    for number in range(5):
        await desk.viewer(f"user{number}@example.co.jp")
    for number in range(10):
        await desk.incident(desk.contract(), number=f"T-{number}")
    await asyncio.gather(*(desk.round() for _ in range(4)))
    await desk.round()
    found = await desk.world.pool.fetch("SELECT user_id, count(*) FROM mail.queue GROUP BY user_id")
    rounds = await desk.world.pool.fetchval("SELECT count(*) FROM notice.round")
    assert {row["count"] for row in found} == {rounds}
    assert await desk.world.pool.fetchval("SELECT count(*) FROM notice.news WHERE round_id IS NULL") == 0


SERVICES = ("smart-pbx", "vpn", "*")


async def test_a_mail_shows_exactly_the_contracts_that_the_portal_shows(desk: Desk) -> None:
    contracts = [desk.contract(service) for service in SERVICES[:2] for _ in range(3)]
    await desk.incident(*contracts)
    await desk.round()
    round_id = await desk.world.pool.fetchval("SELECT round_id FROM notice.round")
    board = PostgresNoticeBoard(desk.world.pool)
    every: list[Grant] = [(service, None) for service in SERVICES]
    every += [(service, one.contract_id) for service in SERVICES for one in contracts]
    choose = Random(35)  # noqa: S311 - the same cases in every run
    for _ in range(80):
        grants = choose.sample(every, choose.randint(0, 4))
        on_pages = access_of((service, contract, "VIEW") for service, contract in grants)
        expected = sorted(one.contract_number for one in contracts if on_pages.sees(one.service_name, one.contract_id))
        told = await board.seen([round_id], sight_of(grants), most=1, alive_at=None)
        assert (list(told.items[0].contract_numbers) if told else []) == expected, grants
