"""The contracts in force, one row each, listed by who may see them. Next stop: adapters/boards.py reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from gateway.projections.contract_text import search_entry
from gateway.projections.scopes import listed, scopes
from gateway.sources.contracts import (
    ContractActivated,
    ContractChanged,
    ContractTerminated,
    MemoChanged,
    ServiceStatusChanged,
)
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

ContractFact: TypeAlias = ContractActivated | ContractChanged | ServiceStatusChanged | MemoChanged | ContractTerminated


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """A contract in force as it is shown."""

    contract_id: UUID
    tenant_id: UUID
    contract_number: str
    service_name: str
    option_type: str | None
    distinguish_name: str | None
    site: str | None
    vpn_group_id: str | None
    extension_ids: tuple[str, ...]
    external_numbers: tuple[str, ...]
    channels: int | None
    options: tuple[str, ...]
    service_status: str
    activated_at: datetime
    changed_at: datetime
    status_since: datetime
    version: int
    """The contract's version, for the answer's ETag."""
    memo: str = ""
    """What the company noted for itself."""


def key(fact: ContractFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.contract_id)


def evolve(row: ContractRow | None, fact: ContractFact, about: Incoming) -> ContractRow | None:  # noqa: PLR0911 - one return a fact
    """Return the row after *fact*; None removes it."""
    match fact, row:
        case ContractActivated(), _:
            return _activated(fact, about)
        case ContractChanged(), ContractRow():
            return replace(
                row,
                option_type=fact.option_type,
                distinguish_name=fact.distinguish_name,
                site=fact.site,
                vpn_group_id=fact.vpn_group_id,
                extension_ids=fact.extension_ids,
                external_numbers=fact.external_numbers,
                channels=fact.channels,
                options=fact.options,
                changed_at=fact.at,
                version=about.version,
            )
        case ServiceStatusChanged(), ContractRow() if fact.at < row.status_since:
            # It came late: how the service runs now is known already.
            return replace(row, version=about.version)
        case MemoChanged(), ContractRow():
            return replace(row, memo=fact.memo, version=about.version)
        case ServiceStatusChanged(), ContractRow():
            return replace(
                row,
                service_status=fact.service_status,
                status_since=fact.at,
                changed_at=fact.at,
                version=about.version,
            )
        case ContractTerminated(), _:
            return None
        case _:
            return row


def _activated(fact: ContractActivated, about: Incoming) -> ContractRow:
    return ContractRow(
        contract_id=fact.contract_id,
        tenant_id=about.tenant_id,
        contract_number=fact.contract_number,
        service_name=fact.service_name,
        option_type=fact.option_type,
        distinguish_name=fact.distinguish_name,
        site=fact.site,
        vpn_group_id=fact.vpn_group_id,
        extension_ids=fact.extension_ids,
        external_numbers=fact.external_numbers,
        channels=fact.channels,
        options=fact.options,
        service_status=fact.service_status,
        activated_at=fact.at,
        changed_at=fact.at,
        status_since=fact.at,
        version=about.version,
    )


ALL, ATTENTION, TEXT = "all", "attention", "text"
"""Kinds of lists: every contract, those that do not run well, and what the search looks through."""

NEEDS_ATTENTION = ("WARNING", "ABNORMAL")
"""The worse comes later."""

_WORSE = 1e11
"""Seconds: more than a time has, so that what is worse comes first whenever it began."""


def indexes(row: ContractRow) -> Sequence[tuple[str, str, float]]:
    """Return the lists the row stands in: by number, by status, and by how bad it is and since when."""
    digits = "".join(char for char in row.contract_number if char.isdigit())
    number, member = float(digits or 0), str(row.contract_id)
    found = [(listed(TEXT, f"tenant:{row.tenant_id}"), search_entry(row), number)]
    for scope in scopes([row]):
        found += [(listed(ALL, scope), member, number), (listed(row.service_status, scope), member, number)]
        if row.service_status in NEEDS_ATTENTION:
            bad = NEEDS_ATTENTION.index(row.service_status) * _WORSE + row.status_since.timestamp()
            found.append((listed(ATTENTION, scope), member, bad))
    return found


def touches(row: ContractRow) -> Sequence[str]:
    """Return who is to be told of a change: everybody who looks at the tenant, and of which contract."""
    return [f"tenant:{row.tenant_id}#contract/{row.contract_id}/{row.service_name}"]


CONTRACT_BOARD: ReadModel[ContractRow] = ReadModel(
    name="contract_board",
    row=ContractRow,
    reads=(ContractActivated, ContractChanged, ServiceStatusChanged, MemoChanged, ContractTerminated),
    key=key,
    evolve=evolve,
    indexes=indexes,
    touches=touches,
    version=2,
)
