"""Planned work: a window that makes sense, moved, called off, done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kernel.domain.errors import Invalid
from kernel.testing import given
from services.contracts.api.fact_schemas import MaintenancePlan
from services.contracts.domain.errors import (
    EndsBeforeItBegins,
    MaintenanceDiffers,
    MaintenanceNotBegun,
    MaintenanceOver,
    MaintenanceUnknown,
    WindowPast,
)
from services.contracts.domain.events import (
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceRescheduled,
)
from services.contracts.domain.maintenance import (
    AnnounceMaintenance,
    CancelMaintenance,
    CompleteMaintenance,
    RescheduleMaintenance,
    maintenance,
)
from tests.unit.contracts.samples import AT
from tests.unit.contracts.test_incident import CONTRACT
from tests.unit.contracts.world import World, by, form

ID, HOUR = UUID(int=8), timedelta(hours=1)
START, END = AT + 24 * HOUR, AT + 28 * HOUR
PLAN = AnnounceMaintenance(
    maintenance_id=ID,
    maintenance_number="M000000001",
    name="設備更改",
    text="",
    contracts=(CONTRACT,),
    waiting=(),
    starts_at=START,
    ends_at=END,
    at=AT,
)
PLANNED = MaintenanceAnnounced(
    maintenance_id=ID,
    maintenance_number="M000000001",
    name="設備更改",
    text="",
    contracts=(CONTRACT,),
    waiting=(),
    starts_at=START,
    ends_at=END,
    at=AT,
)
MOVE = RescheduleMaintenance(maintenance_id=ID, starts_at=START + HOUR, ends_at=END + HOUR, reason="天候", at=AT)
MOVED = MaintenanceRescheduled(maintenance_id=ID, starts_at=START + HOUR, ends_at=END + HOUR, reason="天候", at=AT)
CANCEL = CancelMaintenance(maintenance_id=ID, reason="見直し", at=AT)
CANCELLED = MaintenanceCancelled(maintenance_id=ID, reason="見直し", at=AT)
COMPLETE = CompleteMaintenance(maintenance_id=ID, at=END)
COMPLETED = MaintenanceCompleted(maintenance_id=ID, at=END)


def test_n8_work_is_announced_moved_and_done() -> None:
    given(maintenance).when(PLAN).then(PLANNED)
    given(maintenance, PLANNED).when(MOVE).then(MOVED)
    given(maintenance, PLANNED, MOVED).when(COMPLETE).then(COMPLETED)


def test_n8_the_same_again_changes_nothing() -> None:
    given(maintenance, PLANNED).when(replace(PLAN, at=AT + HOUR)).then_nothing()
    given(maintenance, PLANNED, MOVED).when(PLAN).then_nothing()
    given(maintenance, PLANNED, MOVED).when(MOVE).then_nothing()
    given(maintenance, PLANNED, CANCELLED).when(CANCEL).then_nothing()
    given(maintenance, PLANNED, COMPLETED).when(COMPLETE).then_nothing()
    given(maintenance, PLANNED).when(replace(PLAN, name="別の工事")).refused(MaintenanceDiffers)


@pytest.mark.parametrize("ends_at", [START, START - HOUR])
def test_n8_a_window_that_ends_before_it_begins_is_refused(ends_at: datetime) -> None:
    for refused in (
        given(maintenance).when(replace(PLAN, ends_at=ends_at)).refused(EndsBeforeItBegins),
        given(maintenance, PLANNED).when(replace(MOVE, starts_at=START, ends_at=ends_at)).refused(EndsBeforeItBegins),
    ):
        assert isinstance(refused, Invalid)
        assert [one["pointer"] for one in refused.extra["errors"]] == ["/endsAt"]


def test_n8_a_window_that_was_over_when_it_was_announced_is_refused() -> None:
    given(maintenance).when(replace(PLAN, at=END)).refused(WindowPast)
    given(maintenance, PLANNED).when(replace(MOVE, at=END + 2 * HOUR)).refused(WindowPast)


def test_n8_what_is_over_stays_so_and_what_has_not_begun_is_not_done() -> None:
    given(maintenance, PLANNED, CANCELLED).when(MOVE).refused(MaintenanceOver)
    given(maintenance, PLANNED, CANCELLED).when(COMPLETE).refused(MaintenanceOver)
    given(maintenance, PLANNED, COMPLETED).when(CANCEL).refused(MaintenanceOver)
    given(maintenance, PLANNED).when(replace(COMPLETE, at=START - HOUR)).refused(MaintenanceNotBegun)
    given(maintenance).when(CANCEL).refused(MaintenanceUnknown)


def test_n8_a_window_across_a_change_of_daylight_saving_is_kept_in_utc() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    body = MaintenancePlan.model_validate(
        {
            "maintenanceNumber": "M000000002",
            "name": "切替",
            "contractNumbers": ["N000000001"],
            # 02:30 comes twice that night: the offset says which one is meant.
            "startsAt": "2026-10-25T02:30:00+02:00",
            "endsAt": "2026-10-25T02:30:00+01:00",
        }
    )
    plan = body.announcement()
    assert plan.ends_at - plan.starts_at == HOUR
    assert plan.starts_at.tzinfo is UTC
    assert plan.starts_at.astimezone(berlin).hour == plan.ends_at.astimezone(berlin).hour == 2


def test_n8_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        MaintenancePlan.model_validate(
            {
                "maintenanceNumber": "M000000002",
                "name": "切替",
                "contractNumbers": ["N000000001"],
                "startsAt": "2026-10-25T02:30:00",
                "endsAt": "2026-10-25T04:30:00Z",
            }
        )


async def test_work_is_about_a_contract_that_comes_later(world: World) -> None:
    body = {
        "maintenanceNumber": "M000000002",
        "name": "切替",
        "contractNumbers": ["N000000001", "N000000002"],
        "startsAt": START,
        "endsAt": END,
    }
    await world.built.maintenances.announce(MaintenancePlan.model_validate(body).announcement(), by())
    await world.read_own_log()
    await world.handlers.receive(form(), by())
    await world.read_own_log()
    assert world.kinds().count("MaintenanceContractFound") == 2
