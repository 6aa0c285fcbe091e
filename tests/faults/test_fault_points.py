"""Every service is killed at every point where that can hurt, while people travel; then the auditor looks."""

import asyncio

import pytest

from tests.faults.campaign import AT_ONCE, Campaign
from tests.faults.points import POINTS, pairs
from tests.faults.reaper import Reaper, cut_append

NTH = {"C11": 1, "C12": 1}
"""At which pass to die; elsewhere at the second, so that each life gets something done."""


@pytest.mark.timeout(400)
async def test_f1_killed_at_every_point_nothing_is_lost_doubled_or_told_wrong(fire: Campaign) -> None:
    reaper = Reaper(fire.stack)
    fire.mails_may_repeat = True
    writers = [service for service, points in POINTS.items() if "C1" in points]
    async with fire.traffic():
        for service in writers:
            await cut_append(fire.stack, service)
        await reaper.reap(
            {service: [(point, NTH.get(point, 2)) for point in points] for service, points in POINTS.items()}
        )
    died = {(death.service, death.point) for death in reaper.deaths} | {(service, "C2") for service in writers}
    assert died == set(pairs())
    assert await fire.settled() == []
    assert fire.journal.finished >= AT_ONCE


@pytest.mark.timeout(120)
async def test_v03_without_a_killed_mailer_no_mail_comes_twice(fire: Campaign) -> None:
    known = {mail.message_id for mail in await fire.portal.mailbox.everything()}
    async with fire.traffic(2):
        reaper = Reaper(fire.stack)
        await reaper.reap({"notifier": [("C9", 1)], "identity": [("C3", 1)], "users": [("C8", 1)]})
    assert await fire.settled(rebuild=False) == []
    new = [mail.message_id for mail in await fire.portal.mailbox.everything() if mail.message_id not in known]
    assert len(new) == len(set(new))


async def test_the_auditor_is_not_blind_on_this_very_evidence(fire: Campaign) -> None:
    await asyncio.sleep(0)
    assert fire.earlier is not None
    assert len(fire.earlier.acknowledged) >= 20
    assert len(fire.earlier.mails) >= 10
    assert all(log.facts for log in fire.earlier.logs.values())
    assert all(records for records in fire.earlier.topics.values())
