"""Incidents: opened once, news in any order, closed for good."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from kernel.testing import given
from services.contracts.api.fact_schemas import IncidentReport
from services.contracts.domain.affected import Affected
from services.contracts.domain.errors import IncidentClosed, IncidentDiffers, IncidentGoesBack, IncidentUnknown
from services.contracts.domain.events import (
    IncidentCategory,
    IncidentContractFound,
    IncidentOpened,
    IncidentStatus,
    IncidentUpdated,
)
from services.contracts.domain.incident import FindIncidentContract, OpenIncident, UpdateIncident, incident
from tests.unit.contracts.samples import AT, FIRST, TENANT
from tests.unit.contracts.world import World, by, form

ID, HOUR = UUID(int=7), timedelta(hours=1)
CONTRACT = Affected(contract_id=FIRST, contract_number="N000000001", service_name="smart-pbx", tenant_id=TENANT)
OPEN = OpenIncident(
    incident_id=ID,
    incident_number="T1",
    title="音声品質低下",
    category=IncidentCategory.SERVICE,
    contracts=(CONTRACT,),
    waiting=("N000000002",),
    status=IncidentStatus.OPENED,
    text="調査を始めました",
    clears_at=None,
    at=AT,
)
OPENED = IncidentOpened(
    incident_id=ID,
    incident_number="T1",
    title="音声品質低下",
    category=IncidentCategory.SERVICE,
    contracts=(CONTRACT,),
    waiting=("N000000002",),
    status=IncidentStatus.OPENED,
    text="調査を始めました",
    clears_at=None,
    at=AT,
)


def asked(status: IncidentStatus, hours: int = 1) -> UpdateIncident:
    return UpdateIncident(incident_id=ID, status=status, text="", clears_at=None, at=AT + hours * HOUR)


def told(status: IncidentStatus, hours: int = 1) -> IncidentUpdated:
    return IncidentUpdated(incident_id=ID, status=status, text="", clears_at=None, at=AT + hours * HOUR)


def test_n7_an_incident_is_opened_and_goes_through_its_states() -> None:
    given(incident).when(OPEN).then(OPENED)
    given(incident, OPENED).when(asked(IncidentStatus.ANALYZING)).then(told(IncidentStatus.ANALYZING))


def test_n7_the_same_incident_again_changes_nothing_and_another_one_of_its_number_is_refused() -> None:
    given(incident, OPENED).when(replace(OPEN, at=AT + HOUR)).then_nothing()
    given(incident, OPENED).when(replace(OPEN, title="別の障害")).refused(IncidentDiffers)


def test_n7_the_same_news_twice_is_told_once() -> None:
    given(incident, OPENED, told(IncidentStatus.ANALYZING)).when(asked(IncidentStatus.ANALYZING)).then_nothing()


def test_n7_news_that_comes_late_is_told_and_leaves_the_present() -> None:
    past = (OPENED, told(IncidentStatus.REPAIRING, 3))
    given(incident, *past).when(asked(IncidentStatus.ANALYZING, 1)).then(told(IncidentStatus.ANALYZING, 1))
    after = incident.fold([*past, told(IncidentStatus.ANALYZING, 1)])
    assert after is not None
    assert after.status is IncidentStatus.REPAIRING


def test_n7_what_seemed_repaired_may_be_worked_on_again() -> None:
    past = (OPENED, told(IncidentStatus.RESOLVED, 2))
    given(incident, *past).when(asked(IncidentStatus.REPAIRING, 3)).then(told(IncidentStatus.REPAIRING, 3))


def test_n7_no_incident_goes_back_to_its_opening_nor_on_after_its_close() -> None:
    past = (OPENED, told(IncidentStatus.ANALYZING, 1))
    given(incident, *past).when(asked(IncidentStatus.OPENED, 2)).refused(IncidentGoesBack)
    closed = (*past, told(IncidentStatus.CLOSED, 2))
    given(incident, *closed).when(asked(IncidentStatus.REPAIRING, 3)).refused(IncidentClosed)
    given(incident, *closed).when(asked(IncidentStatus.RESOLVED, 1)).then(told(IncidentStatus.RESOLVED, 1))


def test_news_of_no_incident_is_refused() -> None:
    given(incident).when(asked(IncidentStatus.ANALYZING)).refused(IncidentUnknown)


def test_a_contract_is_found_once() -> None:
    other = replace(CONTRACT, contract_id=UUID(int=77), contract_number="N000000002")
    find = FindIncidentContract(incident_id=ID, contract=other, at=AT)
    found = IncidentContractFound(incident_id=ID, contract=other, at=AT)
    given(incident, OPENED).when(find).then(found)
    given(incident, OPENED, found).when(find).then_nothing()


async def test_an_incident_is_about_a_contract_that_comes_later(world: World) -> None:
    report = IncidentReport.model_validate(
        {"incidentNumber": "T9", "title": "停電", "contractNumbers": ["N000000001", "N000000001"]}
    ).report()
    await world.built.incidents.open(report, by())
    await world.read_own_log()
    assert world.kinds() == ["IncidentOpened", "EarlyFactKept"]
    await world.handlers.receive(form(), by())
    await world.read_own_log()
    assert world.kinds().count("IncidentContractFound") == 1
    assert world.kinds().count("EarlyFactApplied") == 1
    await world.built.incidents.open(report, by())
    assert world.kinds().count("IncidentOpened") == 1
