"""The contracts a person may see, as a list and one by one. Next stop: adapters/boards.py."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from gateway.application.access import NOTHING, Access
from gateway.application.errors import ContractUnknown, CursorUnreadable
from gateway.application.ports import Boards
from gateway.application.viewer import Viewer
from gateway.projections.application_board import ApplicationRow
from gateway.projections.contract_board import ContractRow


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A part of the list."""

    items: Sequence[ContractRow]
    next_cursor: str | None
    """Asks for the rows after these; None at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractsJourney:
    """Reads contracts and applications from the read models."""

    boards: Boards

    async def page(
        self,
        viewer: Viewer,
        *,
        limit: int = 50,
        cursor: str | None = None,
        service_name: str | None = None,
        service_status: str | None = None,
    ) -> ContractPage:
        """Return contracts in the order of their numbers, after *cursor*. Raises: CursorUnreadable; Unavailable."""
        after = _read_cursor(cursor) if cursor else ""
        rows = [
            row
            for row in await self._all(viewer)
            if row.contract_number > after
            and service_name in (None, row.service_name)
            and service_status in (None, row.service_status)
        ]
        shown = rows[:limit]
        return ContractPage(shown, _cursor(shown[-1].contract_number) if len(rows) > limit else None)

    async def one(self, viewer: Viewer, contract_id: UUID) -> ContractRow:
        """Return one contract. Raises: ContractUnknown, also when it is somebody else's; Unavailable."""
        row = await self.boards.contract(contract_id) if viewer.access != NOTHING else None
        if row is None or row.tenant_id != viewer.tenant_id:
            raise ContractUnknown
        if not viewer.access.sees(row.service_name, contract_id):
            raise ContractUnknown
        return row

    async def applications(self, viewer: Viewer) -> Sequence[ApplicationRow]:
        """Return the company's applications, newest first, with the contracts in them that may be seen.

        Raises: Unavailable.
        """
        if viewer.access == NOTHING:
            return ()
        rows = [_shown(row, viewer.access) for row in await self.boards.applications(viewer.tenant_id)]
        return [row for row in rows if row.contracts]

    async def _all(self, viewer: Viewer) -> Sequence[ContractRow]:
        return sorted(await visible(self.boards, viewer), key=lambda row: row.contract_number)


async def visible(boards: Boards, viewer: Viewer) -> Sequence[ContractRow]:
    """Return the contracts that *viewer* may see; nothing is read for who may see none. Raises: Unavailable."""
    if viewer.access == NOTHING:
        return ()
    return seen(await boards.contracts(viewer.tenant_id), viewer)


def seen(rows: Iterable[ContractRow], viewer: Viewer) -> Sequence[ContractRow]:
    """Return those of the company's contracts that *viewer* may see."""
    return [row for row in rows if viewer.access.sees(row.service_name, row.contract_id)]


def _shown(row: ApplicationRow, access: Access) -> ApplicationRow:
    """Return an application without the contracts that may not be seen."""
    return replace(row, contracts=tuple(one for one in row.contracts if access.sees(one.service_name, one.contract_id)))


def _cursor(contract_number: str) -> str:
    return base64.urlsafe_b64encode(f"n:{contract_number}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise CursorUnreadable from None
    if not text.startswith("n:"):
        raise CursorUnreadable
    return text[2:]
