"""The contracts that a permission may name, each looked up when it is named. Next stop: adapters/boards.py.

An administrator who may see no contract still learns which there are: nobody else could permit them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.application import policy
from gateway.application.board_ports import Boards, Sought
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.projections.contract_board import ALL, CONTRACT_BOARD, ContractRow
from gateway.projections.contract_text import normal
from gateway.projections.scopes import listed, service_scope, tenant_scope
from gateway.projections.tenant_service import TENANT_SERVICE

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_SERVICES = 200
MOST_ALIKE = 100
"""Numbers that hold what was typed; they come in their order, the shortest, which is it, before the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permittable:
    """A contract that a permission may name: enough to choose it by, and no more."""

    contract_id: UUID
    contract_number: str
    service_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permittables:
    """Looks at contracts for who permits. Raises, in every method: Denied for who is no administrator; Unavailable."""

    boards: Boards

    async def services(self, viewer: Viewer) -> Sequence[str]:
        """Return the services that the company has contracts of, by name."""
        policy.demand(viewer, Operation.PERMIT_GROUP)
        rows = await self.boards.page(TENANT_SERVICE, [tenant_scope(viewer.tenant_id)], limit=MOST_SERVICES)
        names = sorted(one.row.service_name for one in rows)
        lists = [(CONTRACT_BOARD, [listed(ALL, service_scope(viewer.tenant_id, name))]) for name in names]
        return [name for name, running in zip(names, await self.boards.count(lists), strict=True) if running]

    async def those(self, viewer: Viewer, contract_ids: Iterable[UUID]) -> Mapping[UUID, Permittable]:
        """Return those of some contracts that are the company's."""
        policy.demand(viewer, Operation.PERMIT_GROUP)
        rows = await self.boards.many(CONTRACT_BOARD, [str(one) for one in dict.fromkeys(contract_ids)])
        return {row.contract_id: _permittable(row) for row in rows.values() if row.tenant_id == viewer.tenant_id}

    async def numbered(self, viewer: Viewer, number: str) -> Permittable | None:
        """Return the company's contract of a number, as somebody typed it."""
        policy.demand(viewer, Operation.PERMIT_GROUP)
        wanted = Sought(
            tenant_id=viewer.tenant_id,
            words=normal(number).split(),
            everything=True,
            services=frozenset(),
            contracts=frozenset(),
        )
        found = await self.boards.search(wanted, limit=MOST_ALIKE) if wanted.words else ()
        same = [one.row for one in found if normal(one.row.contract_number) == normal(number)]
        return _permittable(same[0]) if same else None


def ids_in(texts: Iterable[str]) -> Sequence[UUID]:
    """Return the ids that stand in texts, each once."""
    found = (one for text in texts for one in _ID.findall(text.lower()))
    return [UUID(one) for one in dict.fromkeys(found)]


def _permittable(row: ContractRow) -> Permittable:
    return Permittable(contract_id=row.contract_id, contract_number=row.contract_number, service_name=row.service_name)
