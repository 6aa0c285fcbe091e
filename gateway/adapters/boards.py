"""Reads the read models for pages and the API. Next stop: kernel/adapters/redis/rows.py."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from redis.asyncio import Redis

from gateway.adapters.searching import SEARCH, arguments
from gateway.adapters.standing import Standings
from gateway.application.board_ports import Listed, Place, Sought, Standing
from gateway.projections.contract_board import ALL, CONTRACT_BOARD, TEXT, ContractRow
from gateway.projections.scopes import listed, tenant_scope
from gateway.projections.tenant import TENANT, TenantRow
from kernel.adapters.redis.generation import Generation
from kernel.adapters.redis.rows import Placed, Rows
from kernel.application.projection import ReadModel

Row = TypeVar("Row")


class RedisBoards:
    """The boards as the projector fills them. Raises, in every method: Unavailable."""

    def __init__(self, redis: "Redis", generation: Generation) -> None:
        self._rows = Rows(redis, generation)
        self._standings = Standings(redis, generation)
        self._search = redis.register_script(SEARCH)

    async def standing(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        """Return what must be known with every request, in one round trip."""
        return await self._standings.of(tenant_id, user_id, session_id)

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        """Return a company."""
        return await self._rows.get(TENANT, str(tenant_id))

    async def contracts(self, tenant_id: UUID) -> Sequence[ContractRow]:
        """Return all contracts of a tenant in the order of their numbers."""
        return await self._rows.listed(CONTRACT_BOARD, listed(ALL, tenant_scope(tenant_id)))

    async def contract(self, contract_id: UUID) -> ContractRow | None:
        """Return one contract, whoever's it is."""
        return await self._rows.get(CONTRACT_BOARD, str(contract_id))

    async def one(self, model: ReadModel[Row], key: str) -> Row | None:
        """Return a row of a read model, whoever's it is."""
        return await self._rows.get(model, key)

    async def many(self, model: ReadModel[Row], keys: Sequence[str]) -> Mapping[str, Row]:
        """Return the rows that there are, by their keys."""
        rows = await self._rows.many(model, keys) if keys else []
        return {key: row for key, row in zip(keys, rows, strict=True) if row is not None}

    async def page(
        self,
        model: ReadModel[Row],
        lists: Sequence[str],
        *,
        limit: int,
        after: Place | None = None,
        descending: bool = False,
    ) -> Sequence[Listed[Row]]:
        """Return the first rows of some lists together, behind a place; costs what is returned."""
        return _listed(await self._rows.merged(model, lists, limit=limit, after=after, descending=descending))

    async def count(
        self, groups: Sequence[tuple[ReadModel[Any], Sequence[str]]], *, overlapping: bool = False
    ) -> Sequence[int]:
        """Return how many rows each group of lists has; a row in several counts once if they overlap."""
        return await self._rows.counts(groups, overlapping=overlapping)

    async def search(self, wanted: Sought, *, limit: int, after: Place | None = None) -> Sequence[Listed[ContractRow]]:
        """Return the first contracts that a search finds, behind a place."""
        if not (wanted.everything or wanted.services or wanted.contracts):
            return []
        index = listed(TEXT, tenant_scope(wanted.tenant_id))
        found = await self._rows.sought(CONTRACT_BOARD, self._search, index, arguments(wanted, limit, after))
        return _listed(found)


def _listed(found: Sequence[Placed[Row]]) -> Sequence[Listed[Row]]:
    return [Listed(one.row, one.place) for one in found]
