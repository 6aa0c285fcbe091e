"""Reads the read models for pages and the API. Next stop: kernel/adapters/redis/rows.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.application.ports import Standing
from gateway.projections.application_board import APPLICATION_BOARD, ApplicationRow
from gateway.projections.contract_board import CONTRACT_BOARD, ContractRow
from gateway.projections.credential import CREDENTIAL
from gateway.projections.open_session import OPEN_SESSION
from gateway.projections.person import PERSON
from gateway.projections.tenant import TENANT, TenantRow
from kernel.adapters.redis.rows import Rows
from kernel.application.projection import ReadModel


@dataclass(frozen=True, slots=True)
class RedisBoards:
    """The boards as the projector fills them. Raises, in every method: Unavailable."""

    rows: Rows

    async def standing(self, user_id: UUID, session_id: UUID) -> Standing:
        """Return what must be known with every request, in one round trip. Raises: Filling too.

        While they are filled a credential that is missing may be one that was locked, so nobody is let in.
        """
        wanted: list[tuple[ReadModel[Any], str]] = [
            (PERSON, str(user_id)),
            (CREDENTIAL, str(user_id)),
            (OPEN_SESSION, str(session_id)),
        ]
        person, credential, open_session = await self.rows.mixed(wanted)
        return Standing(person=person, credential=credential, open_session=open_session)

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
