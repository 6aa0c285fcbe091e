"""The read models as the journeys ask for them. Next stop: adapters/boards.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from gateway.projections.contract_board import ContractRow
from gateway.projections.credential import CredentialRow
from gateway.projections.group import GroupRow
from gateway.projections.open_session import OpenSessionRow
from gateway.projections.operator import OperatorRow
from gateway.projections.person import PersonRow
from gateway.projections.tenant import TenantRow
from gateway.projections.tenant_policy import TenantPolicyRow
from kernel.application.projection import ReadModel

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the read models say of a session and its person."""

    person: PersonRow | None
    credential: CredentialRow | None
    open_session: OpenSessionRow | None
    policy: TenantPolicyRow | None = None
    """None for a tenant that decided nothing."""
    groups: Sequence[GroupRow] = ()
    """The groups that the person is in."""
    operator: OperatorRow | None = None
    """In which role the person operates the platform, if in any."""


Place = tuple[str, str]
"""Where a row stands in a list: its score and its key; an empty key is before every row of the score."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A row and where it stands, for who goes on behind it."""

    row: Row
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody looks for among the contracts that they may see."""

    tenant_id: UUID
    words: Sequence[str]
    """Each of them must be in the contract's text."""
    everything: bool
    services: frozenset[str]
    contracts: frozenset[str]
    """Services, and contracts as `service/id`, that may be seen when not everything may."""
    service_name: str | None = None
    service_status: str | None = None


class Boards(Protocol):
    """The read models. Everything here raises Unavailable when it cannot know."""

    async def standing(self, tenant_id: UUID, user_id: UUID, session_id: UUID) -> Standing:
        """Return what must be known with every request, in one round trip."""
        ...

    async def tenant(self, tenant_id: UUID) -> TenantRow | None:
        """Return a company."""
        ...

    async def contracts(self, tenant_id: UUID) -> Sequence[ContractRow]:
        """Return all contracts of a tenant in the order of their numbers."""
        ...

    async def contract(self, contract_id: UUID) -> ContractRow | None:
        """Return one contract, whoever's it is."""
        ...

    async def one(self, model: ReadModel[Row], key: str) -> Row | None:
        """Return a row of a read model, whoever's it is."""
        ...

    async def many(self, model: ReadModel[Row], keys: Sequence[str]) -> Mapping[str, Row]:
        """Return the rows that there are, by their keys."""
        ...

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
        ...

    async def count(
        self, groups: Sequence[tuple[ReadModel[Any], Sequence[str]]], *, overlapping: bool = False
    ) -> Sequence[int]:
        """Return how many rows each group of lists has; a row in several counts once if they overlap."""
        ...

    async def search(self, wanted: Sought, *, limit: int, after: Place | None = None) -> Sequence[Listed[ContractRow]]:
        """Return the first contracts that a search finds, behind a place."""
        ...
