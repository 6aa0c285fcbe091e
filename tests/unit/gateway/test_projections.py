"""Each read model folds the same however often a fact comes, and never fails on what it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.projections.application_board import APPLICATION_BOARD
from gateway.projections.contract_board import CONTRACT_BOARD, ContractRow
from gateway.projections.credential import CREDENTIAL, CredentialRow
from gateway.projections.early_fact import EARLY_FACT
from gateway.projections.incident_board import INCIDENT_BOARD, IncidentRow
from gateway.projections.maintenance_board import MAINTENANCE_BOARD
from gateway.projections.open_session import OPEN_SESSION
from gateway.projections.person import PERSON, PersonRow
from gateway.projections.status_history import STATUS_HISTORY, StatusHistoryRow
from gateway.projections.tenant import TENANT
from gateway.projections.tenant_service import TENANT_SERVICE
from gateway.sources.contracts import (
    Affected,
    ApplicationPlaced,
    ApplicationReceived,
    ApplicationStateChanged,
    ContractActivated,
    ContractChanged,
    ContractTerminated,
    Customer,
    MemoChanged,
    OrderedContract,
    ServiceStatusChanged,
    TenantOpened,
)
from gateway.sources.identity import (
    CredentialActivated,
    CredentialLocked,
    CredentialOpened,
    CredentialUnlocked,
    PasswordSet,
    SessionEnded,
    SessionStarted,
)
from gateway.sources.operations import (
    EarlyFactApplied,
    EarlyFactKept,
    IncidentContractFound,
    IncidentOpened,
    IncidentUpdated,
    MaintenanceAnnounced,
    MaintenanceCancelled,
    MaintenanceCompleted,
    MaintenanceContractFound,
    MaintenanceRescheduled,
)
from gateway.sources.users import LanguageChosen, UserRegistered
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel
from tests.unit.gateway.fakes import CONTRACT, NOW, SESSION_ID, USER
from tests.unit.gateway.fakes import TENANT as TENANT_ID

LATER = NOW + timedelta(minutes=1)

ACTIVATED = ContractActivated(
    contract_id=CONTRACT,
    contract_number="N000000042",
    service_name="smart-pbx",
    extension_ids=("1001",),
    service_status="NORMAL",
    at=NOW,
)
CHANGED = ContractChanged(contract_id=CONTRACT, site="大阪", channels=8, at=LATER)
STATUS = ServiceStatusChanged(contract_id=CONTRACT, service_status="ABNORMAL", at=LATER)
TERMINATED = ContractTerminated(contract_id=CONTRACT, at=LATER)
REGISTERED = UserRegistered(
    user_id=USER,
    name="enc:v1:name",
    email="enc:v1:email",
    mail_language="ja",
    timezone="Asia/Tokyo",
    second_factor="TOTP",
    role="PORTAL_ADMIN",
    origin="APPLICATION_FORM",
    at=NOW,
)


def about(version: int = 1, stream_id: UUID = CONTRACT) -> Incoming:
    return Incoming(
        type="portal.some.fact.v1",
        stream_id=stream_id,
        version=version,
        tenant_id=TENANT_ID,
        source="contracts",
        partition=0,
        position=version,
        previous=version - 1,
        epoch=1,
        recorded_at=NOW,
        correlation_id=UUID(int=5),
        causation_id=None,
        traceparent=None,
        data=b"{}",
    )


@dataclass(frozen=True)
class Story:
    """A read model and facts in order."""

    model: ReadModel[Any]
    facts: Sequence[object]


AFFECTED = Affected(contract_id=CONTRACT, contract_number="N000000042", service_name="smart-pbx", tenant_id=TENANT_ID)
FOUND = Affected(
    contract_id=UUID(int=77), contract_number="N000000077", service_name="smart-pbx", tenant_id=UUID(int=78)
)
OPENED = IncidentOpened(
    incident_id=CONTRACT,
    incident_number="T1",
    title="停電",
    category="SERVICE",
    contracts=(AFFECTED,),
    status="OPENED",
    text="",
    clears_at=None,
    at=NOW,
)
REPAIRING = IncidentUpdated(
    incident_id=CONTRACT, status="REPAIRING", text="", clears_at=LATER, at=NOW + timedelta(hours=2)
)
LATE = IncidentUpdated(incident_id=CONTRACT, status="ANALYZING", text="", clears_at=None, at=NOW + timedelta(hours=1))
ANNOUNCED = MaintenanceAnnounced(
    maintenance_id=CONTRACT,
    maintenance_number="M000000001",
    name="工事",
    text="",
    contracts=(AFFECTED,),
    starts_at=NOW,
    ends_at=LATER,
    at=NOW,
)
KEPT = EarlyFactKept(
    contract_number="N000000099", fact_id=CONTRACT, kind="STATUS", service_status="NORMAL", occurred_at=NOW, at=NOW
)
PLACED = ApplicationPlaced(
    application_id=CONTRACT,
    application_number="A-2",
    company_name="株式会社さくら商事",
    order_type="TERMINATION",
    contracts=(),
    about=(AFFECTED,),
    offer_plan_on=None,
    at=NOW,
)
HELD = ApplicationStateChanged(
    application_id=CONTRACT, state="HELD", order_status=2, note="", offer_plan_on=None, at=LATER
)

STORIES = [
    Story(CONTRACT_BOARD, (ACTIVATED, MemoChanged(contract_id=CONTRACT, memo="本社", at=LATER))),
    Story(STATUS_HISTORY, (ACTIVATED, STATUS, TERMINATED)),
    Story(TENANT_SERVICE, (ACTIVATED,)),
    Story(
        INCIDENT_BOARD, (OPENED, REPAIRING, LATE, IncidentContractFound(incident_id=CONTRACT, contract=FOUND, at=NOW))
    ),
    Story(
        MAINTENANCE_BOARD,
        (
            ANNOUNCED,
            MaintenanceRescheduled(maintenance_id=CONTRACT, starts_at=NOW, ends_at=LATER, reason="", at=NOW),
            MaintenanceContractFound(maintenance_id=CONTRACT, contract=FOUND, at=NOW),
            MaintenanceCompleted(maintenance_id=CONTRACT, at=LATER),
        ),
    ),
    Story(MAINTENANCE_BOARD, (ANNOUNCED, MaintenanceCancelled(maintenance_id=CONTRACT, reason="", at=NOW))),
    Story(EARLY_FACT, (KEPT, EarlyFactApplied(contract_number="N000000099", fact_id=CONTRACT, at=LATER))),
    Story(APPLICATION_BOARD, (PLACED, HELD)),
    Story(CONTRACT_BOARD, (ACTIVATED, CHANGED, STATUS)),
    Story(CONTRACT_BOARD, (ACTIVATED, TERMINATED)),
    Story(TENANT, (TenantOpened(tenant_id=TENANT_ID, company_name="株式会社さくら商事", at=NOW),)),
    Story(PERSON, (REGISTERED, LanguageChosen(user_id=USER, screen_language="en", at=LATER))),
    Story(
        CREDENTIAL,
        (
            CredentialOpened(user_id=USER, at=NOW),
            PasswordSet(user_id=USER, at=NOW),
            CredentialActivated(user_id=USER, at=NOW),
            CredentialLocked(user_id=USER, at=LATER),
            CredentialUnlocked(user_id=USER, at=LATER),
        ),
    ),
    Story(
        OPEN_SESSION,
        (
            SessionStarted(session_id=SESSION_ID, user_id=USER, method="TOTP", at=NOW),
            SessionEnded(session_id=SESSION_ID, user_id=USER, at=LATER),
        ),
    ),
    Story(
        APPLICATION_BOARD,
        (
            ApplicationReceived(
                application_id=CONTRACT,
                application_number="A-1",
                customer=Customer(company_name="株式会社さくら商事"),
                contracts=(
                    OrderedContract(contract_id=CONTRACT, contract_number="N000000042", service_name="smart-pbx"),
                ),
                at=NOW,
            ),
        ),
    ),
]


def fold(model: ReadModel[Any], facts: Sequence[object], row: Any = None) -> Any:
    for number, fact in enumerate(facts, 1):
        row = model.evolve(row, fact, about(number))
    return row


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_a_repeated_story_changes_nothing(story: Story) -> None:
    row = fold(story.model, story.facts)
    assert fold(story.model, story.facts, row) == row


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_all_facts_of_a_story_are_about_one_row(story: Story) -> None:
    assert len({story.model.key(fact, about()) for fact in story.facts}) == 1
    assert {type(fact) for fact in story.facts} <= set(story.model.reads)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.model.name)
def test_a_story_may_begin_in_its_middle(story: Story) -> None:
    for start in range(len(story.facts)):
        fold(story.model, story.facts[start:])


def test_s39_a_contract_shows_what_its_last_change_says() -> None:
    row = fold(CONTRACT_BOARD, (ACTIVATED, CHANGED))
    assert isinstance(row, ContractRow)
    assert (row.site, row.channels, row.extension_ids, row.contract_number) == ("大阪", 8, (), "N000000042")
    assert (row.version, row.changed_at, row.status_since) == (2, LATER, NOW)


def test_s40_a_contract_shows_its_service_status() -> None:
    row = fold(CONTRACT_BOARD, (ACTIVATED, STATUS))
    assert (row.service_status, row.status_since) == ("ABNORMAL", LATER)


def test_s20_a_terminated_contract_is_no_longer_shown() -> None:
    assert fold(CONTRACT_BOARD, (ACTIVATED, TERMINATED)) is None


def test_s20_a_contract_is_listed_under_its_own_tenant_only() -> None:
    row = fold(CONTRACT_BOARD, (ACTIVATED,))
    scopes = (f"tenant:{TENANT_ID}", f"tenant:{TENANT_ID}/smart-pbx", f"tenant:{TENANT_ID}/smart-pbx/{CONTRACT}")
    expected = {(f"{kind}:{scope}", str(CONTRACT), 42.0) for scope in scopes for kind in ("all", "NORMAL")}
    text, *others = CONTRACT_BOARD.indexes(row)
    assert set(others) == expected
    assert text[0] == f"text:tenant:{TENANT_ID}"
    assert list(CONTRACT_BOARD.touches(row)) == [f"tenant:{TENANT_ID}#contract/{CONTRACT}/smart-pbx"]


def test_m9_a_persons_name_and_address_stay_sealed() -> None:
    row = fold(PERSON, (REGISTERED,))
    assert isinstance(row, PersonRow)
    assert (row.name, row.email) == ("enc:v1:name", "enc:v1:email")


def test_a_lock_and_its_end_are_seen() -> None:
    locked = fold(CREDENTIAL, (CredentialOpened(user_id=USER, at=NOW), CredentialLocked(user_id=USER, at=NOW)))
    assert isinstance(locked, CredentialRow)
    assert locked.locked
    assert not fold(CREDENTIAL, (CredentialUnlocked(user_id=USER, at=LATER),), locked).locked


def test_n7_news_that_came_late_stands_in_its_place_and_leaves_the_present() -> None:
    row = fold(INCIDENT_BOARD, (OPENED, REPAIRING, LATE))
    assert isinstance(row, IncidentRow)
    assert [one.status for one in row.news] == ["OPENED", "ANALYZING", "REPAIRING"]
    assert (row.status, row.clears_at) == ("REPAIRING", LATER)
    over = IncidentUpdated(
        incident_id=CONTRACT, status="RESOLVED", text="", clears_at=None, at=NOW + timedelta(hours=3)
    )
    assert fold(INCIDENT_BOARD, (over,), row).clears_at is None


def test_s40_a_status_that_came_late_is_history_and_not_the_present() -> None:
    late = ServiceStatusChanged(contract_id=CONTRACT, service_status="WARNING", at=NOW + timedelta(seconds=1))
    row = fold(CONTRACT_BOARD, (ACTIVATED, STATUS, late))
    assert (row.service_status, row.status_since, row.version) == ("ABNORMAL", LATER, 3)
    history = fold(STATUS_HISTORY, (ACTIVATED, STATUS, late))
    assert isinstance(history, StatusHistoryRow)
    assert [status for _, status in history.changes] == ["NORMAL", "WARNING", "ABNORMAL"]
