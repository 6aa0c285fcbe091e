"""What is long over is forgotten, and nothing that may still be needed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from kernel.adapters.clock import new_id, utc_now
from kernel.application.consume import Incoming
from services.notifier.adapters import old_news
from services.notifier.adapters.intake import PostgresIntake
from services.notifier.adapters.mail_desk import PostgresMailDesk
from services.notifier.adapters.old_news import COUNTED_FOR, LATE_FOR, OldNews
from services.notifier.consumers.identity import Mails, PasswordChanged
from services.notifier.consumers.sight import CredentialActivated, JoinedGroup, UserDeleted
from services.notifier.domain.message import KEPT_FOR
from tests.integration.kernel.flow import until
from tests.integration.notifier.newsdesk import Desk
from tests.integration.notifier.world import World

HANAKO = "hanako.sato@example.co.jp"
TABLES = ("news", "kept", "round", "story", "concerned")
NOTHING = dict.fromkeys(TABLES, 0)


@pytest.fixture
async def desk(world: World) -> Desk:
    """Give a company with one person."""
    desk = Desk(world)
    await desk.viewer(HANAKO)
    return desk


async def left(desk: Desk) -> dict[str, int]:
    return {table: await desk.world.pool.fetchval(f"SELECT count(*) FROM notice.{table}") for table in TABLES}  # noqa: S608 - names of ours


async def forgotten(desk: Desk, after: timedelta) -> dict[str, int]:
    """Return what is left when so much time has passed."""
    await OldNews(desk.world.pool, lambda: utc_now() + after).forget()
    return await left(desk)


async def closed(desk: Desk, number: str = "T-1") -> None:
    """Have an incident come and go, each told in a round."""
    incident_id = await desk.incident(desk.contract(), number=number)
    await desk.round()
    await desk.update(incident_id, "CLOSED")
    await desk.round()


async def test_what_ended_is_forgotten_after_a_month_whole_and_not_before(desk: Desk) -> None:
    await closed(desk)
    before = await left(desk)
    assert before == {"news": 2, "kept": 0, "round": 2, "story": 1, "concerned": 1}
    assert await forgotten(desk, timedelta(days=31)) == before
    assert await forgotten(desk, timedelta(days=33)) == NOTHING


async def test_much_of_it_is_forgotten_in_small_bites(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OWNERS_AT_ONCE", "ROWS_AT_ONCE"):
        monkeypatch.setattr(old_news, name, 2)
    for number in range(5):
        await closed(desk, f"T-{number}")
    assert await forgotten(desk, timedelta(days=33)) == NOTHING


async def test_n11_the_mail_of_the_day_and_what_it_was_made_of_go_together(desk: Desk) -> None:
    (person,) = await desk.world.pool.fetch("SELECT user_id FROM notice.person")
    await desk.chooses(person["user_id"], daily=["FAULT"])
    await closed(desk)
    await desk.morning()
    end = datetime.now(UTC) + timedelta(days=10)
    await desk.world.pool.execute("UPDATE mail.queue SET not_after = $1", end)
    kept = await forgotten(desk, timedelta(days=33))
    assert (kept["news"], kept["kept"], kept["story"]) == (2, 2, 1)
    assert await forgotten(desk, timedelta(days=43)) == NOTHING


async def test_what_was_sent_again_keeps_what_it_says(desk: Desk) -> None:
    await closed(desk)
    end = datetime.now(UTC) + timedelta(days=10)
    first = "(SELECT message_id FROM mail.queue ORDER BY message_id LIMIT 1)"
    await desk.world.pool.execute(f"UPDATE mail.queue SET not_after = $1 WHERE message_id = {first}", end)  # noqa: S608
    kept = await forgotten(desk, timedelta(days=33))
    assert (kept["news"], kept["round"], kept["story"], kept["concerned"]) == (1, 1, 1, 1)


@pytest.mark.parametrize("status", ["REPAIRING", "RESOLVED"])
async def test_an_incident_of_which_more_may_come_is_remembered_without_its_old_news(desk: Desk, status: str) -> None:
    incident_id = await desk.incident(desk.contract())
    await desk.update(incident_id, status)
    await desk.round()
    assert await forgotten(desk, timedelta(days=300)) == {**NOTHING, "story": 1, "concerned": 1}


async def test_counts_of_mails_go_when_the_last_day_is_behind_them(desk: Desk) -> None:
    await desk.world.pool.execute(
        "INSERT INTO mail.tally SELECT now() - n * interval '1 hour', 'FAULT', 'message.sent', 1"
        " FROM generate_series(0, 99) n"
    )
    counted = (await PostgresMailDesk(desk.world.pool).now()).outcomes
    await forgotten(desk, timedelta(0))
    assert (await PostgresMailDesk(desk.world.pool).now()).outcomes == counted
    oldest = await desk.world.pool.fetchval("SELECT min(hour) FROM mail.tally")
    assert timedelta(days=1) < utc_now() - oldest < COUNTED_FOR
    await forgotten(desk, COUNTED_FOR)
    assert await desk.world.pool.fetchval("SELECT count(*) FROM mail.tally") == 0


async def queued_again(world: World, user_id: UUID, about: Incoming) -> None:
    """Have the fact come that a person changed the password, whose mail a notice is."""
    fact = PasswordChanged(user_id=user_id, password_id=user_id, at=about.recorded_at)
    await world.told(Mails(PostgresIntake(), new_id), fact, about)


async def mails_left(world: World, after: timedelta) -> tuple[int, int]:
    """Return how many mails are queued and shown when so much time has passed."""
    await OldNews(world.pool, lambda: utc_now() + after).forget()
    tables = [await world.pool.fetchval(f"SELECT count(*) FROM mail.{table}") for table in ("queue", "board")]  # noqa: S608 - names of ours
    return int(tables[0]), int(tables[1])


async def test_m11_a_mail_is_shown_for_more_than_a_year_after_its_end_and_forgotten_then(world: World) -> None:
    user_id = await world.person(HANAKO)
    about = world.about("identity", user_id)
    await queued_again(world, user_id, about)
    async with world.sending():
        await until(world.ended)
    await shown(world, user_id)
    await world.activation(user_id)
    assert await mails_left(world, KEPT_FOR - timedelta(hours=1)) == (2, 2)
    assert await mails_left(world, KEPT_FOR + timedelta(hours=1)) == (1, 1), "what still waits stays"
    for days in (0, 300):
        # Its topic is published again: the fact is as old as it was.
        again = replace(about, recorded_at=utc_now() - KEPT_FOR - timedelta(days=days))
        with capture_logs() as said:
            await queued_again(world, user_id, again)
        assert [line["event"] for line in said] == ["mail.cause_too_old"]
    assert await mails_left(world, timedelta(0)) == (1, 1), "nothing is mailed or shown a second time"
    async with world.sending():
        await until(world.ended)
    assert len(await world.mails(HANAKO)) == 2


async def test_m11_much_mail_is_forgotten_in_small_bites(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_news, "ROWS_AT_ONCE", 2)
    user_id = await world.person(HANAKO)
    for _ in range(5):
        await queued_again(world, user_id, world.about("identity", user_id))
    async with world.sending():
        await until(lambda: world.ended(5))
    await shown(world, user_id, 5)
    assert await mails_left(world, KEPT_FOR + timedelta(hours=1)) == (0, 0)


async def test_m8_a_board_that_is_built_anew_forgets_again_what_was_forgotten(world: World) -> None:
    user_id = await world.person(HANAKO)
    await queued_again(world, user_id, world.about("identity", user_id))
    async with world.sending():
        await until(world.ended)
    await shown(world, user_id)
    assert await mails_left(world, KEPT_FOR + timedelta(hours=1)) == (0, 0)
    await world.forgotten_place("notifier.board")
    await shown(world, user_id)
    assert await mails_left(world, KEPT_FOR + timedelta(hours=1)) == (0, 0)


async def shown(world: World, user_id: UUID, mails: int = 1) -> None:
    """See that so many mails are shown as sent."""
    items = (await world.listed(user_id)).json()["items"]
    assert [one["state"] for one in items] == ["completed"] * mails


async def deleted(desk: Desk) -> UUID:
    """Have a person be deleted."""
    (person,) = await desk.world.pool.fetch("SELECT user_id FROM notice.person")
    await desk.told(UserDeleted(user_id=person["user_id"]))
    return UUID(str(person["user_id"]))


async def known(desk: Desk) -> int:
    """Return how many deleted people are remembered."""
    return int(await desk.world.pool.fetchval("SELECT count(*) FROM notice.forgotten"))


async def test_that_somebody_was_deleted_is_remembered_while_facts_of_them_may_come_late(desk: Desk) -> None:
    user_id = await deleted(desk)
    await forgotten(desk, LATE_FOR - timedelta(hours=1))
    await desk.told(CredentialActivated(user_id=user_id))
    assert await desk.world.pool.fetchval("SELECT count(*) FROM notice.person") == 0
    await forgotten(desk, LATE_FOR + timedelta(hours=1))
    assert await known(desk) == 0


async def test_whoever_hears_again_that_somebody_was_deleted_remembers_it_anew(desk: Desk) -> None:
    user_id = await deleted(desk)
    await desk.world.pool.execute("UPDATE notice.forgotten SET forgotten_at = now() - interval '1 year'")
    await desk.told(UserDeleted(user_id=user_id))
    await forgotten(desk, timedelta(0))
    assert await known(desk) == 1


async def test_that_somebody_was_deleted_is_remembered_while_facts_of_them_are_parked(desk: Desk) -> None:
    user_id = await deleted(desk)
    await desk.world.pool.execute(
        "INSERT INTO inbox.parked_stream (consumer, stream_id, topic, part, reason)"
        " VALUES ('sight', $1, 'identity', 0, '')",
        user_id,
    )
    await forgotten(desk, timedelta(days=999))
    assert await known(desk) == 1
    await desk.world.pool.execute("DELETE FROM inbox.parked_stream")
    await forgotten(desk, timedelta(days=999))
    assert await known(desk) == 0


async def test_what_is_told_of_somebody_after_even_that_mails_nobody(desk: Desk) -> None:
    user_id = await deleted(desk)
    await forgotten(desk, LATE_FOR + timedelta(days=1))
    await desk.told(CredentialActivated(user_id=user_id))
    await desk.told(JoinedGroup(user_id=user_id, group_id=desk.group_id))
    await desk.incident(desk.contract())
    await desk.round()
    assert await desk.waiting() == 0
