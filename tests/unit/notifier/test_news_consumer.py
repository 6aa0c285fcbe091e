"""Which facts of contracts are news, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.testing import StillClock
from services.notifier.consumers.contracts import (
    ApplicationPlaced,
    ApplicationReceived,
    ApplicationStateChanged,
    IncidentContractFound,
    IncidentOpened,
    IncidentUpdated,
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceRescheduled,
    News,
    OrderedContract,
)
from services.notifier.domain.kinds import Kind
from services.notifier.domain.story import Concerned, Telling
from tests.unit.notifier.mails import NOW
from tests.unit.notifier.test_mails_consumer import ABOUT

STORY = UUID(int=70)
HOUR = timedelta(hours=1)
MINE = Concerned(
    contract_id=UUID(int=80), contract_number="N000000001", service_name="smart-pbx", tenant_id=UUID(int=90)
)
OPENED = IncidentOpened(
    incident_id=STORY,
    incident_number="T-1",
    title="故障",
    category="SERVICE",
    contracts=(MINE,),
    status="OPENED",
    text="",
    clears_at=None,
    at=NOW,
)
UPDATED = IncidentUpdated(incident_id=STORY, status="REPAIRING", text="", clears_at=None, at=NOW + HOUR)
PLANNED = MaintenanceAnnounced(
    maintenance_id=STORY,
    maintenance_number="M-1",
    name="工事",
    text="",
    contracts=(MINE,),
    starts_at=NOW + HOUR,
    ends_at=NOW + 2 * HOUR,
    at=NOW,
)
ORDERED = OrderedContract(contract_id=UUID(int=81), contract_number="N000000002", service_name="smart-pbx")
PLACED = ApplicationPlaced(
    application_id=STORY,
    application_number="A-1",
    order_type="CHANGE",
    contracts=(ORDERED,),
    about=(MINE,),
    offer_plan_on=None,
    at=NOW,
)


@dataclass
class Desk:
    """A newsroom in memory, and a consumer that writes to it."""

    clock: StillClock = field(default_factory=lambda: StillClock(NOW))
    stories: dict[UUID, Telling] = field(default_factory=dict)
    concerned: list[Concerned] = field(default_factory=list)
    told: list[tuple[Telling, UUID | None]] = field(default_factory=list)

    async def last(self, _transaction: Any, story_id: UUID) -> Telling | None:
        return self.stories.get(story_id)

    async def begin(self, transaction: Any, telling: Telling, concerned: Sequence[Concerned]) -> None:
        await self.go_on(transaction, telling)
        await self.concern(transaction, telling.story_id, concerned)

    async def go_on(self, _transaction: Any, telling: Telling) -> None:
        self.stories[telling.story_id] = telling

    async def concern(self, _transaction: Any, _story_id: UUID, concerned: Sequence[Concerned]) -> None:
        self.concerned += concerned

    async def tell(self, _transaction: Any, telling: Telling, _about: Incoming, only: UUID | None) -> None:
        self.told.append((telling, only))

    async def comes(self, *facts: Any) -> "Desk":
        """Have facts come."""
        for fact in facts:
            await News(self, self.clock)(fact, ABOUT, None)
        return self

    @property
    def words(self) -> list[str]:
        """Return where what was told stood."""
        return [telling.word for telling, _ in self.told]


async def test_an_incident_and_each_news_of_it_are_told() -> None:
    desk = await Desk().comes(OPENED, UPDATED)
    assert desk.words == ["OPENED", "REPAIRING"]
    assert (desk.told[1][0].kind, desk.told[1][0].number, desk.told[1][0].title) == (Kind.FAULT, "T-1", "故障")


async def test_what_came_in_late_only_completes_the_story() -> None:
    desk = await Desk().comes(OPENED, UPDATED, replace(UPDATED, status="ANALYZING", at=NOW + HOUR / 2))
    assert desk.words == ["OPENED", "REPAIRING"]
    assert desk.stories[STORY].word == "REPAIRING"


async def test_an_incident_of_the_portal_itself_is_mailed_to_nobody() -> None:
    desk = await Desk().comes(replace(OPENED, category="PORTAL", contracts=()), UPDATED)
    assert not desk.told


async def test_a_contract_that_is_found_later_is_told_alone_and_not_of_what_is_over() -> None:
    found = IncidentContractFound(incident_id=STORY, contract=replace(MINE, contract_id=UUID(int=82)))
    desk = await Desk().comes(OPENED, found)
    assert [only for _, only in desk.told] == [None, UUID(int=82)]
    desk = await Desk().comes(OPENED, replace(UPDATED, status="RESOLVED"), found)
    assert desk.words == ["OPENED", "RESOLVED"]
    assert len(desk.concerned) == 2


async def test_last_months_fault_is_no_news_today() -> None:
    old = Desk()
    old.clock.at = NOW + timedelta(days=1)
    assert (await old.comes(OPENED)).words == []
    assert STORY in old.stories


async def test_work_that_ended_is_not_announced_but_its_end_may_be_told() -> None:
    late = Desk()
    late.clock.at = NOW + 2 * HOUR
    await late.comes(PLANNED, MaintenanceCancelled(maintenance_id=STORY, reason="", at=NOW + HOUR))
    assert late.words == ["CANCELLED"]


async def test_s41_work_that_is_moved_is_told_with_its_new_time() -> None:
    moved = MaintenanceRescheduled(
        maintenance_id=STORY, starts_at=NOW + 3 * HOUR, ends_at=NOW + 4 * HOUR, reason="準備", at=NOW
    )
    desk = await Desk().comes(PLANNED, moved)
    telling, _ = desk.told[-1]
    assert (telling.word, telling.starts_at, telling.text) == ("RESCHEDULED", NOW + 3 * HOUR, "準備")


async def test_s42_each_change_of_an_application_is_told_but_not_the_first_ones_receipt() -> None:
    first = ApplicationReceived(application_id=STORY, application_number="A-0", contracts=(ORDERED,), at=NOW)
    changed = ApplicationStateChanged(
        application_id=STORY, state="IN_PROGRESS", order_status=2, note="調査済", offer_plan_on=None, at=NOW
    )
    assert (await Desk().comes(first, changed)).words == ["IN_PROGRESS"]
    desk = await Desk().comes(PLACED, changed)
    assert desk.words == ["ACKNOWLEDGED", "IN_PROGRESS"]
    assert [(one.contract_number, one.tenant_id) for one in desk.concerned] == [
        ("N000000002", ABOUT.tenant_id),
        ("N000000001", UUID(int=90)),
    ]
