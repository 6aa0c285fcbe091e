"""P7: what each read model touches, so that nobody is answered from memory what is another by now.

What is kept for a person is kept until one of `heard_of_person` is touched.
"""

from typing import Any
from uuid import UUID

import pytest

from gateway.projections.application_board import APPLICATION_BOARD
from gateway.projections.contract_board import CONTRACT_BOARD
from gateway.projections.credential import CREDENTIAL, CredentialRow
from gateway.projections.early_fact import EARLY_FACT
from gateway.projections.group import GROUP, GroupRow
from gateway.projections.incident_board import INCIDENT_BOARD
from gateway.projections.maintenance_board import MAINTENANCE_BOARD
from gateway.projections.models import MODELS
from gateway.projections.open_session import OPEN_SESSION, OpenSessionRow
from gateway.projections.operator import OPERATOR, OperatorRow
from gateway.projections.person import PERSON
from gateway.projections.scopes import heard_of_person, heard_of_tenant
from gateway.projections.status_history import STATUS_HISTORY
from gateway.projections.tenant import TENANT, TenantRow
from gateway.projections.tenant_policy import TENANT_POLICY, TenantPolicyRow
from gateway.projections.tenant_service import TENANT_SERVICE
from kernel.adapters.redis.applied import parted
from kernel.application.projection import ReadModel
from tests.unit.gateway.fakes import EVERYBODY, NOW, OTHER_TENANT, SESSION_ID, USER
from tests.unit.gateway.fakes import TENANT as TENANT_ID
from tests.unit.gateway.fakes_boards import affected, application, contract, incident, maintenance, person

COLLEAGUE = UUID("019abcde-0000-7000-8000-000000000012")
CONTRACT_OF_OTHERS = affected(2, tenant_id=OTHER_TENANT)
OURS, THEIRS = f"tenant:{TENANT_ID}", f"tenant:{OTHER_TENANT}"

OF_THE_COMPANY: list[tuple[ReadModel[Any], Any, set[str]]] = [
    (CONTRACT_BOARD, contract(), {f"{OURS}#contract/{contract().contract_id}/smart-pbx"}),
    (APPLICATION_BOARD, application(), {f"{OURS}#application/{application().application_id}"}),
    (INCIDENT_BOARD, incident(), {f"{OURS}#incident/{incident().incident_id}"}),
    (
        INCIDENT_BOARD,
        incident(contracts=(affected(), CONTRACT_OF_OTHERS)),
        {f"{company}#incident/{incident().incident_id}" for company in (OURS, THEIRS)},
    ),
    (INCIDENT_BOARD, incident(category="PORTAL", contracts=()), {f"everybody#incident/{incident().incident_id}"}),
    (MAINTENANCE_BOARD, maintenance(), {f"{OURS}#maintenance/{maintenance().maintenance_id}"}),
    (
        MAINTENANCE_BOARD,
        maintenance(contracts=(affected(), CONTRACT_OF_OTHERS)),
        {f"{company}#maintenance/{maintenance().maintenance_id}" for company in (OURS, THEIRS)},
    ),
    (TENANT, TenantRow(tenant_id=TENANT_ID, company_name="株式会社さくら商事"), {OURS}),
    (GROUP, GroupRow(group_id=EVERYBODY, tenant_id=TENANT_ID), {f"access:{TENANT_ID}"}),
    (
        TENANT_POLICY,
        TenantPolicyRow(tenant_id=TENANT_ID, session_idle_minutes=30, session_absolute_hours=12),
        {f"access:{TENANT_ID}"},
    ),
]
OF_THE_PERSON: list[tuple[ReadModel[Any], Any, set[str]]] = [
    (PERSON, person(), {f"user:{USER}"}),
    (OPERATOR, OperatorRow(user_id=USER, role="OPERATOR"), {f"user:{USER}"}),
    (CREDENTIAL, CredentialRow(user_id=USER, active=True), {f"user:{USER}"}),
    (
        OPEN_SESSION,
        OpenSessionRow(session_id=SESSION_ID, user_id=USER, method="TOTP", started_at=NOW),
        {f"user:{USER}"},
    ),
]
SILENT: list[ReadModel[Any]] = [STATUS_HISTORY, TENANT_SERVICE, EARLY_FACT]
"""What no page that is open or kept shows by itself."""


@pytest.mark.parametrize(
    ("model", "row", "keys"), [*OF_THE_COMPANY, *OF_THE_PERSON], ids=lambda one: getattr(one, "name", "")
)
def test_p7_a_row_touches_whom_it_concerns_and_nobody_else(model: ReadModel[Any], row: Any, keys: set[str]) -> None:
    assert set(model.touches(row)) == keys


@pytest.mark.parametrize(("model", "row", "keys"), OF_THE_COMPANY, ids=lambda one: getattr(one, "name", ""))
def test_p7_what_concerns_a_company_is_heard_for_each_of_its_people(
    model: ReadModel[Any], row: Any, keys: set[str]
) -> None:
    assert parted(model.touches(row)).keys() & set(heard_of_tenant(TENANT_ID)), keys
    for user_id in (USER, COLLEAGUE):
        assert parted(model.touches(row)).keys() & set(heard_of_person(TENANT_ID, user_id))


@pytest.mark.parametrize(("model", "row", "keys"), OF_THE_PERSON, ids=lambda one: getattr(one, "name", ""))
def test_p3_what_concerns_a_person_is_heard_for_them_alone(model: ReadModel[Any], row: Any, keys: set[str]) -> None:
    assert parted(model.touches(row)).keys() & set(heard_of_person(TENANT_ID, USER)), keys
    assert not parted(model.touches(row)).keys() & set(heard_of_person(TENANT_ID, COLLEAGUE))


@pytest.mark.parametrize("model", [STATUS_HISTORY, TENANT_SERVICE], ids=lambda one: one.name)
def test_p7_what_touches_nobody_changes_only_with_the_contract_that_does(model: ReadModel[Any]) -> None:
    assert set(model.reads) <= set(CONTRACT_BOARD.reads)


def test_every_read_model_is_named_here() -> None:
    named = {model.name for model, *_ in (*OF_THE_COMPANY, *OF_THE_PERSON)} | {model.name for model in SILENT}
    assert named == {model.name for model in MODELS}
