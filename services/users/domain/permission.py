"""What a group permits: the part of its facts that says so. Next stop: events.py."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

EVERY_SERVICE = "*"
"""Stands for every service there is or will be."""


class Action(StrEnum):
    """What may be done with a contract."""

    VIEW = "VIEW"
    EDIT = "EDIT"
    CONFIGURE = "CONFIGURE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What may be done with one contract, or with every contract of a service."""

    service_name: str
    contract_id: UUID | None = None
    """None stands for every contract of the service."""
    actions: tuple[Action, ...]


EVERYTHING = Permission(service_name=EVERY_SERVICE, actions=tuple(Action))
"""What the built-in group permits."""
