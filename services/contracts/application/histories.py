"""The history of a contract, a part at a time, with from where it was asked. Next stop: moments.py."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeAlias
from uuid import UUID

from kernel.domain.context import Client
from services.contracts.application.moments import Change, Moments
from services.contracts.domain.errors import CursorUnreadable

Clients: TypeAlias = Callable[[Sequence[str | None]], Awaitable[Sequence[Client | None]]]
"""Opens from where somebody asked; None where nobody knows, or where they were forgotten."""
Place: TypeAlias = tuple[datetime, int]
"""When a fact became true, and which one of the contract it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A part of a history: whole facts, all fields of each, and from where each was asked."""

    items: Sequence[tuple[Change, Client | None]]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """What changed of contracts, newest first."""

    moments: Moments
    clients: Clients

    async def page(  # noqa: PLR0917 - of what, of which time, and which part of it
        self,
        contract_id: UUID,
        tenant_id: UUID,
        limit: int,
        cursor: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> HistoryPage:
        """Return what changed after *since* and up to *until*. Raises: ContractUnknown; CursorUnreadable."""
        after = _opened(contract_id, cursor) if cursor else None
        found = [
            one
            for one in await self.moments.all_changes(contract_id, tenant_id)
            if (until is None or one.at <= until)
            and (since is None or one.at > since)
            and (after is None or _place(one) < after)
        ]
        facts = [list(together) for _, together in groupby(found, key=_place)]
        shown = [change for fact in facts[:limit] for change in fact]
        clients = await self.clients([one.client for one in shown])
        return HistoryPage(
            items=list(zip(shown, clients, strict=True)),
            next_cursor=_sealed(contract_id, _place(shown[-1])) if len(facts) > limit else None,
        )


def _place(of: Change) -> Place:
    return of.at, of.version


def _sealed(contract_id: UUID, place: Place) -> str:
    # Nothing of this is a secret: who holds it was shown it.
    text = f"{contract_id} {place[0].isoformat()} {place[1]}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(contract_id: UUID, cursor: str) -> Place:
    try:
        octets = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        whose, at, version = octets.decode().split(" ")
        if UUID(whose) != contract_id:
            raise CursorUnreadable
        place = datetime.fromisoformat(at), int(version)
    except (ValueError, binascii.Error):
        raise CursorUnreadable from None
    if place[0].tzinfo is None:
        raise CursorUnreadable
    return place
