"""What each group permits, one row a group. Next stop: adapters/standing.py reads those of one person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from gateway.sources.users import GroupCreated, GroupDeleted, GroupPermitted
from kernel.application.consume import Incoming
from kernel.application.projection import ReadModel

Grant: TypeAlias = tuple[str, UUID | None, str]
"""A service (`*`: every one), a contract (None: every one of the service), an action."""

EVERYTHING: tuple[Grant, ...] = (("*", None, "VIEW"), ("*", None, "EDIT"), ("*", None, "CONFIGURE"))

GroupFact: TypeAlias = GroupCreated | GroupPermitted | GroupDeleted


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A group's permissions."""

    group_id: UUID
    tenant_id: UUID
    granted: tuple[Grant, ...] = ()


def key(fact: GroupFact, _about: Incoming) -> str:
    """Return the row a fact belongs to."""
    return str(fact.group_id)


def evolve(row: GroupRow | None, fact: GroupFact, about: Incoming) -> GroupRow | None:
    """Return the row after *fact*; None removes it. A fact under another tenant's name changes nothing."""
    if row is not None and row.tenant_id != about.tenant_id:
        return row
    match fact:
        case GroupCreated():
            granted = EVERYTHING if fact.built_in else ()
            return GroupRow(group_id=fact.group_id, tenant_id=about.tenant_id, granted=granted)
        case GroupPermitted():
            row = row or GroupRow(group_id=fact.group_id, tenant_id=about.tenant_id)
            return replace(
                row,
                granted=tuple(
                    (one.service_name, one.contract_id, action) for one in fact.permissions for action in one.actions
                ),
            )
        case GroupDeleted():
            return None


def touches(row: GroupRow) -> Sequence[str]:
    """Return who is to be told of a change: everybody of the tenant whose access may be another now."""
    return [f"access:{row.tenant_id}"]


GROUP: ReadModel[GroupRow] = ReadModel(
    name="group",
    row=GroupRow,
    reads=(GroupCreated, GroupPermitted, GroupDeleted),
    key=key,
    evolve=evolve,
    touches=touches,
)
