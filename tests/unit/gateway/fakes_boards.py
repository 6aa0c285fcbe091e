# ruff: noqa: ARG002 - fakes take what the ports give
"""Rows of the read models, and boards that hold them in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.application.board_ports import Listed, Place, Sought, Standing
from gateway.projections.application_board import APPLICATION_BOARD, ApplicationRow, ApplicationStep, AppliedFor
from gateway.projections.contract_board import CONTRACT_BOARD, ContractRow
from gateway.projections.contract_text import SEPARATOR, search_entry
from gateway.projections.credential import CredentialRow
from gateway.projections.early_fact import EARLY_FACT, EarlyFactRow
from gateway.projections.group import EVERYTHING, GroupRow
from gateway.projections.incident_board import INCIDENT_BOARD, IncidentNews, IncidentRow
from gateway.projections.maintenance_board import MAINTENANCE_BOARD, MaintenanceMove, MaintenanceRow
from gateway.projections.open_session import OpenSessionRow
from gateway.projections.operator import OperatorRow
from gateway.projections.person import PERSON, PersonRow
from gateway.projections.status_history import STATUS_HISTORY, StatusHistoryRow
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_policy import TenantPolicyRow
from gateway.projections.tenant_service import TENANT_SERVICE, TenantServiceRow
from gateway.sources.contracts import Affected
from kernel.application.projection import ReadModel
from kernel.domain.errors import Unavailable
from tests.unit.gateway.fakes import CONTRACT, EVERYBODY, GROUP, NOW, TENANT, USER


def person(**changes: Any) -> PersonRow:
    """Return the administrator of the application form, who is in the group of all permissions."""
    row = PersonRow(
        user_id=USER,
        tenant_id=TENANT,
        name="佐藤 花子",
        email="hanako.sato@example.co.jp",
        role="PORTAL_ADMIN",
        origin="APPLICATION_FORM",
        mail_language="ja",
        screen_language=None,
        timezone="Asia/Tokyo",
        second_factor="TOTP",
        groups=(EVERYBODY,),
    )
    return replace(row, **changes)


def contract(number: int = 1, **changes: Any) -> ContractRow:
    """Return a contract of the first tenant."""
    row = ContractRow(
        contract_id=UUID(int=CONTRACT.int + number),
        tenant_id=TENANT,
        contract_number=f"N{number:09}",
        service_name="smart-pbx",
        option_type=None,
        distinguish_name="本社",
        site="東京",
        vpn_group_id="V000000001",
        extension_ids=("1001", "1002"),
        external_numbers=("050-1234-5678",),
        channels=4,
        options=("recording",),
        service_status="NORMAL",
        activated_at=NOW,
        changed_at=NOW,
        status_since=NOW,
        version=1,
    )
    return replace(row, **changes)


def application(number: int = 1, **changes: Any) -> ApplicationRow:
    """Return the first tenant's application of the contract of a number."""
    tenant_id = changes.get("tenant_id", TENANT)
    row = ApplicationRow(
        application_id=UUID(int=CONTRACT.int + 999 + number),
        tenant_id=tenant_id,
        application_number="A-2026-000123",
        company_name="株式会社さくら商事",
        contracts=(
            AppliedFor(
                contract_id=UUID(int=CONTRACT.int + number),
                contract_number=f"N{number:09}",
                service_name="smart-pbx",
                tenant_id=tenant_id,
            ),
        ),
        received_at=NOW,
        steps=(ApplicationStep(at=NOW, state="ACKNOWLEDGED", order_status=1, note=""),),
    )
    return replace(row, **changes)


def affected(number: int = 1, **changes: Any) -> Affected:
    """Return a contract of the first tenant as facts about something else name it."""
    row = contract(number, **changes)
    return Affected(
        contract_id=row.contract_id,
        contract_number=row.contract_number,
        service_name=row.service_name,
        tenant_id=row.tenant_id,
    )


def incident(number: int = 1, **changes: Any) -> IncidentRow:
    """Return an incident that touches the first contract."""
    row = IncidentRow(
        incident_id=UUID(int=CONTRACT.int + 2000 + number),
        incident_number=f"T{number:09}",
        title="音声品質低下",
        category="SERVICE",
        contracts=(affected(),),
        status="ANALYZING",
        clears_at=NOW + timedelta(hours=2),
        started_at=NOW + timedelta(minutes=number),
        told_at=NOW + timedelta(minutes=number),
        news=(IncidentNews(at=NOW, status="ANALYZING", text="調査しています", clears_at=None),),
    )
    return replace(row, **changes)


def maintenance(number: int = 1, **changes: Any) -> MaintenanceRow:
    """Return planned work on the first contract, in so many days."""
    starts_at = NOW + timedelta(days=number)
    ends_at = starts_at + timedelta(hours=4)
    row = MaintenanceRow(
        maintenance_id=UUID(int=CONTRACT.int + 3000 + number),
        maintenance_number=f"M{number:09}",
        name="設備更改工事",
        text="最大5分の通信断があります",
        contracts=(affected(),),
        state="PLANNED",
        starts_at=starts_at,
        ends_at=ends_at,
        moves=(MaintenanceMove(at=NOW, state="ANNOUNCED", starts_at=starts_at, ends_at=ends_at, reason=""),),
    )
    return replace(row, **changes)


@dataclass
class FakeBoards:
    """Read models that a test fills by hand."""

    persons: dict[UUID, PersonRow] = field(default_factory=lambda: {USER: person()})
    credentials: dict[UUID, CredentialRow] = field(
        default_factory=lambda: {USER: CredentialRow(user_id=USER, active=True)}
    )
    operators: dict[UUID, OperatorRow] = field(default_factory=dict)
    sessions: dict[UUID, OpenSessionRow] = field(default_factory=dict)
    tenants: dict[UUID, TenantRow] = field(
        default_factory=lambda: {TENANT: TenantRow(tenant_id=TENANT, company_name="株式会社さくら商事")}
    )
    groups: dict[UUID, GroupRow] = field(
        default_factory=lambda: {
            EVERYBODY: GroupRow(group_id=EVERYBODY, tenant_id=TENANT, granted=EVERYTHING),
            GROUP: GroupRow(group_id=GROUP, tenant_id=TENANT),
        }
    )
    """EVERYBODY is the group of all permissions, GROUP one that permits nothing yet."""
    policies: dict[UUID, TenantPolicyRow] = field(default_factory=dict)
    rows: list[ContractRow] = field(default_factory=list)
    received: list[ApplicationRow] = field(default_factory=list)
    incidents: list[IncidentRow] = field(default_factory=list)
    maintenances: list[MaintenanceRow] = field(default_factory=list)
    histories: list[StatusHistoryRow] = field(default_factory=list)
    early: list[EarlyFactRow] = field(default_factory=list)
    down: bool = False

    async def standing(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        self._answer()
        person = self.persons.get(user_id)
        return Standing(
            person=person,
            credential=self.credentials.get(user_id),
            open_session=self.sessions.get(session_id),
            policy=self.policies.get(tenant_id),
            operator=self.operators.get(user_id),
            groups=[self.groups[one] for one in (person.groups if person else ()) if one in self.groups],
        )

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        self._answer()
        return self.tenants.get(tenant_id)

    async def contracts(self, tenant_id: UUID) -> Sequence[ContractRow]:
        self._answer()
        return [row for row in self.rows if row.tenant_id == tenant_id]

    async def contract(self, contract_id: UUID) -> ContractRow | None:
        self._answer()
        return next((row for row in self.rows if row.contract_id == contract_id), None)

    def _model(self, model: ReadModel[Any]) -> dict[str, Any]:
        services = {
            f"{row.tenant_id}/{row.service_name}": TenantServiceRow(
                tenant_id=row.tenant_id, service_name=row.service_name
            )
            for row in self.rows
        }
        rows: dict[str, dict[str, Any]] = {
            CONTRACT_BOARD.name: {str(row.contract_id): row for row in self.rows},
            APPLICATION_BOARD.name: {str(row.application_id): row for row in self.received},
            INCIDENT_BOARD.name: {str(row.incident_id): row for row in self.incidents},
            MAINTENANCE_BOARD.name: {str(row.maintenance_id): row for row in self.maintenances},
            STATUS_HISTORY.name: {str(row.contract_id): row for row in self.histories},
            EARLY_FACT.name: {f"{row.contract_number}/{row.fact_id}": row for row in self.early},
            TENANT_SERVICE.name: services,
            PERSON.name: {str(key): row for key, row in self.persons.items()},
        }
        return rows[model.name]

    async def one(self, model: ReadModel[Any], key: str) -> Any:
        self._answer()
        return self._model(model).get(key)

    async def many(self, model: ReadModel[Any], keys: Sequence[str]) -> Mapping[str, Any]:
        self._answer()
        return {key: row for key, row in self._model(model).items() if key in keys}

    async def page(
        self,
        model: ReadModel[Any],
        lists: Sequence[str],
        *,
        limit: int,
        after: Place | None = None,
        descending: bool = False,
    ) -> Sequence[Listed[Any]]:
        self._answer()
        places = {
            (score, member)
            for row in self._model(model).values()
            for name, member, score in model.indexes(row)
            if name in lists
        }
        found = sorted(places, reverse=descending)
        if after is not None:
            behind = (float(after[0]), after[1])
            found = [one for one in found if (one < behind if descending else one > behind)]
        rows = self._model(model)
        return [Listed(rows[member], (repr(score), member)) for score, member in found[:limit]]

    async def count(
        self, groups: Sequence[tuple[ReadModel[Any], Sequence[str]]], *, overlapping: bool = False
    ) -> Sequence[int]:
        self._answer()
        return [
            len({key for key, row in self._model(model).items() if any(one[0] in lists for one in model.indexes(row))})
            for model, lists in groups
        ]

    async def search(self, wanted: Sought, *, limit: int, after: Place | None = None) -> Sequence[Listed[ContractRow]]:
        self._answer()
        seen = [
            row
            for row in sorted(self.rows, key=lambda row: row.contract_number)
            if row.tenant_id == wanted.tenant_id
            and (
                wanted.everything
                or row.service_name in wanted.services
                or f"{row.service_name}/{row.contract_id}" in wanted.contracts
            )
            and wanted.service_name in (None, row.service_name)
            and wanted.service_status in (None, row.service_status)
            and all(word in search_entry(row).split(SEPARATOR)[2] for word in wanted.words)
        ]
        placed = [Listed(row, (str(int(row.contract_number[1:])), "")) for row in seen]
        return [one for one in placed if after is None or float(one.place[0]) > float(after[0])][:limit]

    def _answer(self) -> None:
        if self.down:
            raise Unavailable
