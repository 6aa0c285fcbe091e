"""All read models of the gateway: what the projector fills and the boards read. Next stop: adapters/boards.py."""

from typing import Any

from gateway.projections.application_board import APPLICATION_BOARD
from gateway.projections.contract_board import CONTRACT_BOARD
from gateway.projections.credential import CREDENTIAL
from gateway.projections.early_fact import EARLY_FACT
from gateway.projections.group import GROUP
from gateway.projections.incident_board import INCIDENT_BOARD
from gateway.projections.maintenance_board import MAINTENANCE_BOARD
from gateway.projections.open_session import OPEN_SESSION
from gateway.projections.operator import OPERATOR
from gateway.projections.person import PERSON
from gateway.projections.status_history import STATUS_HISTORY
from gateway.projections.tenant import TENANT
from gateway.projections.tenant_policy import TENANT_POLICY
from gateway.projections.tenant_service import TENANT_SERVICE
from kernel.application.projection import ReadModel

MODELS: tuple[ReadModel[Any], ...] = (
    CONTRACT_BOARD,
    APPLICATION_BOARD,
    STATUS_HISTORY,
    INCIDENT_BOARD,
    MAINTENANCE_BOARD,
    EARLY_FACT,
    TENANT,
    TENANT_SERVICE,
    PERSON,
    OPERATOR,
    CREDENTIAL,
    OPEN_SESSION,
    GROUP,
    TENANT_POLICY,
)
"""The order is of no consequence; a fact goes to every model that reads it."""

SERVICES = ("identity", "users", "contracts")
"""Whose topics the models are folded from."""
