"""What a person may do with contracts, folded from the groups they are in. Next stop: policy.py for everything else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

EVERY = "*"
"""Stands for every service in a permission."""

Grant = tuple[str, UUID | None, str]
"""A service, a contract (None: every one of the service), and what may be done with it."""


class Action(StrEnum):
    """What a permission lets a person do with a contract."""

    VIEW = "VIEW"
    EDIT = "EDIT"
    CONFIGURE = "CONFIGURE"


@dataclass(frozen=True, slots=True)
class Access:
    """All that a person's groups permit: nothing unless it stands here. Equal ones show the same contracts."""

    granted: frozenset[Grant] = frozenset()

    def allows(self, action: Action, service_name: str, contract_id: UUID) -> bool:
        """Return whether *action* is permitted: three looks into a set, however many permissions there are."""
        granted = self.granted
        return (
            (EVERY, None, action) in granted
            or (service_name, None, action) in granted
            or (service_name, contract_id, action) in granted
        )

    def sees(self, service_name: str, contract_id: UUID) -> bool:
        """Return whether the contract may be seen; what may not be seen does not exist for the person."""
        return self.allows(Action.VIEW, service_name, contract_id)


NOTHING = Access()
"""The access of who is in no group, administrators included."""

EVERYTHING = Access(frozenset((EVERY, None, str(action)) for action in Action))
"""The access that the built-in group gives."""


def access_of(grants: Iterable[Grant]) -> Access:
    """Return the access of all *grants* together."""
    return Access(frozenset(grants))
