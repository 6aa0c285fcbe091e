"""Reads the read models for pages and the API. Next stop: kernel/adapters/redis/rows.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.adapters.standing import Standings
from gateway.application.ports import Standing
from gateway.projections.application_board import APPLICATION_BOARD, ApplicationRow
from gateway.projections.contract_board import CONTRACT_BOARD, ContractRow
from gateway.projections.tenant import TENANT, TenantRow
from kernel.adapters.redis.rows import Rows


@dataclass(frozen=True, slots=True)
class RedisBoards:
    """The boards as the projector fills them. Raises, in every method: Unavailable."""

    rows: Rows
    standings: Standings

    async def standing(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        """Return what must be known with every request, in one round trip."""
        return await self.standings.of(tenant_id, user_id, session_id)

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        """Return a company."""
        return await self.rows.get(TENANT, str(tenant_id))

    async def contracts(self, tenant_id: UUID) -> Sequence[ContractRow]:
        """Return all contracts of a tenant in the order of their numbers."""
        return await self.rows.listed(CONTRACT_BOARD, f"tenant:{tenant_id}")

    async def contract(self, contract_id: UUID) -> ContractRow | None:
        """Return one contract, whoever's it is."""
        return await self.rows.get(CONTRACT_BOARD, str(contract_id))

    async def applications(self, tenant_id: UUID) -> Sequence[ApplicationRow]:
        """Return all applications of a tenant, newest first."""
        return await self.rows.listed(APPLICATION_BOARD, f"tenant:{tenant_id}", descending=True)
