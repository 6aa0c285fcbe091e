"""Who is told of a round, at once or once a day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notifier.application.bulletin import Bulletin
from services.notifier.application.notices import Addressed, Addressing, Day, DayMail, Listener, Round
from services.notifier.application.rounds import Rounds
from services.notifier.domain.events import Template
from services.notifier.domain.kinds import Kind
from services.notifier.domain.sight import Sight, sight_of
from tests.unit.notifier.mails import LATER, NOW, TENANT
from tests.unit.notifier.notices import CAUSE, WORK, bulletin, item

ALL, PBX = Sight(everything=True), sight_of([("smart-pbx", None)])
BLIND = sight_of([])
NIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)
"""An hour before the morning in Tokyo."""
ROUND = Round(round_id=UUID(int=50), tenant_id=TENANT, kind=Kind.FAULT, opened_at=NOW)
DAY = Day(user_id=UUID(int=1), tenant_id=TENANT, due_at=NOW, round_ids=[UUID(int=50), UUID(int=51)])


@dataclass
class Here:
    """Everything that rounds need."""

    shown: dict[Sight, Bulletin] = field(default_factory=lambda: {ALL: bulletin()})
    asked: list[Sight] = field(default_factory=list)
    may_see: Sight = field(default_factory=lambda: ALL)

    async def seen(
        self, rounds: Sequence[UUID], sight: Sight, *, most: int, alive_at: datetime | None
    ) -> Bulletin | None:
        assert rounds
        assert most
        assert alive_at in {NOW, None}
        self.asked.append(sight)
        return self.shown.get(sight)

    async def sight(self, user_id: UUID) -> Sight:
        assert user_id
        return self.may_see

    async def rounds_of(self, digest_id: UUID, refused: Collection[str]) -> Sequence[UUID]:
        raise NotImplementedError

    async def open(self) -> bool:
        raise NotImplementedError

    async def go_on(self, addressing: Addressing) -> bool:
        raise NotImplementedError

    async def digest(self, make: DayMail) -> bool:
        raise NotImplementedError

    @property
    def rounds(self) -> Rounds:
        return Rounds(self, self, lambda: UUID(int=99), lambda: NOW)

    async def addressed(self, *people: Listener) -> Addressed:
        return await self.rounds.address(ROUND, people)


def person(number: int, sight: Sight = ALL, refused: Collection[str] = (), daily: Collection[str] = ()) -> Listener:
    return Listener(user_id=UUID(int=number), sight=sight, refused=refused, daily=daily, timezone="Asia/Tokyo")


async def test_who_sees_a_contract_gets_a_mail_and_who_does_not_gets_none() -> None:
    done = await Here().addressed(person(1), person(2, PBX), person(3, BLIND))
    assert [(mail.user_id, mail.template, mail.secret_id) for mail in done.mails] == [
        (UUID(int=1), Template.FAULT, ROUND.round_id)
    ]
    assert not done.kept


async def test_m11_the_mail_names_the_fact_that_came_first_as_its_cause() -> None:
    (mail,) = (await Here().addressed(person(1))).mails
    assert (mail.cause_id, mail.cause_type) == (CAUSE.cause_id, "portal.incident.opened.v1")
    assert mail.not_after == LATER


async def test_n11_who_refused_the_kind_gets_none_and_who_wants_it_daily_waits_for_eight() -> None:
    done = await Here().addressed(
        person(1, refused=["FAULT"]), person(2, daily=["FAULT"]), person(3, daily=["MAINTENANCE"])
    )
    assert [mail.user_id for mail in done.mails] == [UUID(int=3)]
    assert done.kept == [(UUID(int=2), datetime(2026, 11, 23, 23, tzinfo=UTC))]


async def test_n11_work_that_is_over_by_the_morning_does_not_wait_for_the_mail_of_the_day() -> None:
    in_the_night = replace(bulletin(), not_after=NIGHT, whole_until=NIGHT)
    done = await Here(shown={ALL: in_the_night}).addressed(person(2, daily=["FAULT"]))
    assert (len(done.mails), done.kept) == (1, [])


async def test_n11_work_in_the_night_does_not_wait_because_work_of_next_week_was_told_with_it() -> None:
    tonight, next_week = item(WORK, ends_at=NIGHT), item(WORK, story_id=UUID(int=73))
    told = replace(bulletin(tonight, next_week, whole_until=NIGHT), not_after=NOW + timedelta(days=3))
    done = await Here(shown={ALL: told}).addressed(person(2, daily=["FAULT"]))
    assert (len(done.mails), done.kept) == (1, [])


async def test_people_who_see_the_same_are_looked_up_once() -> None:
    here = Here()
    await here.addressed(*(person(number) for number in range(1, 100)), person(100, PBX))
    assert here.asked == [ALL, PBX]


async def test_one_cause_makes_one_mail_a_person_however_many_people_there_are() -> None:
    done = await Here().addressed(person(1), person(2))
    assert len({mail.dedupe_key for mail in done.mails}) == 2
    assert {mail.dedupe_key for mail in (await Here().addressed(person(1), person(2))).mails} == {
        mail.dedupe_key for mail in done.mails
    }


async def test_n11_the_mail_of_the_day_is_one_for_all_and_is_over_in_the_evening() -> None:
    mail = await Here().rounds.digest(DAY, UUID(int=60))
    assert mail is not None
    assert (mail.template, mail.secret_id, mail.not_after) == (
        Template.DIGEST,
        UUID(int=60),
        NOW + timedelta(hours=12),
    )


async def test_who_sees_nothing_of_it_any_more_gets_no_mail_of_the_day() -> None:
    assert await Here(may_see=BLIND).rounds.digest(DAY, UUID(int=60)) is None
    assert await Here(shown={}).rounds.digest(DAY, UUID(int=60)) is None


async def test_a_permission_for_every_service_says_so_and_one_for_a_contract_names_it() -> None:
    contract = UUID(int=7)
    assert sight_of([("*", None), ("smart-pbx", None)]) == ALL
    assert sight_of([("smart-pbx", contract)]).contracts == {("smart-pbx", contract)}
    assert not BLIND
