"""Whom the notifier may tell of a contract: people, groups and what these permit. Next stop: adapters/onlookers.py.

The gateway folds the same facts for pages; who decides there and here is the same facts, and neither asks the other.
See: docs/decisions/0035.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.domain.errors import Unreadable
from kernel.domain.reads import reads, wire_name
from services.notifier.application.notices import Onlookers
from services.notifier.domain.sight import EVERY, Grant

VIEW = "VIEW"
REPRESENTATIVE = "APPLICATION_FORM"


@reads("portal.user.registered.v1")
class UserRegistered:
    """A person belongs to a company."""

    user_id: UUID
    origin: str


@reads("portal.credential.activated.v1")
class CredentialActivated:
    """A person came in by the link that was mailed to them, so the address is theirs."""

    user_id: UUID


@reads("portal.user.suspended.v1")
class UserSuspended:
    """A person may not come in for the time being."""

    user_id: UUID


@reads("portal.user.reinstated.v1")
class UserReinstated:
    """A person may come in again."""

    user_id: UUID


@reads("portal.user.deleted.v1")
class UserDeleted:
    """A person is no user any more."""

    user_id: UUID


@reads("portal.user.joined-group.v1")
class JoinedGroup:
    """A person is in a group."""

    user_id: UUID
    group_id: UUID


@reads("portal.user.left-group.v1")
class LeftGroup:
    """A person is no longer in a group."""

    user_id: UUID
    group_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What may be done with one contract, or with every contract of a service."""

    service_name: str
    contract_id: UUID | None = None
    actions: tuple[str, ...]


@reads("portal.group.created.v1")
class GroupCreated:
    """A company has a group; the one that is built in permits everything."""

    group_id: UUID
    built_in: bool = False


@reads("portal.group.permitted.v1")
class GroupPermitted:
    """What a group permits from now on, all of it."""

    group_id: UUID
    permissions: tuple[Permission, ...]


@reads("portal.group.deleted.v1")
class GroupDeleted:
    """A group is gone."""

    group_id: UUID


SightFact: TypeAlias = (
    UserRegistered
    | CredentialActivated
    | UserSuspended
    | UserReinstated
    | UserDeleted
    | JoinedGroup
    | LeftGroup
    | GroupCreated
    | GroupPermitted
    | GroupDeleted
)
FACTS: tuple[type[Any], ...] = (
    UserRegistered,
    CredentialActivated,
    UserSuspended,
    UserReinstated,
    UserDeleted,
    JoinedGroup,
    LeftGroup,
    GroupCreated,
    GroupPermitted,
    GroupDeleted,
)
OF_PEOPLE = (UserRegistered, UserSuspended, UserReinstated, UserDeleted, JoinedGroup, LeftGroup)
"""What the users service says of a person, always as of their own company."""


class People:
    """Keeps who may see which contracts."""

    types: Mapping[str, type[Any]] = {wire_name(fact): fact for fact in FACTS}

    def __init__(self, onlookers: Onlookers) -> None:
        self._onlookers = onlookers

    async def __call__(self, fact: SightFact, about: Incoming, transaction: Any) -> None:  # noqa: C901 - one line a fact
        """Keep one fact. Raises: Unreadable for one that says of a person that they are of another company."""
        keep = self._onlookers
        if isinstance(fact, OF_PEOPLE) and not await keep.belongs(transaction, fact.user_id, about.tenant_id):
            raise Unreadable("the person is of another company than the fact says")
        match fact:
            case UserRegistered(user_id=user_id):
                represents = fact.origin == REPRESENTATIVE
                await keep.register(transaction, user_id, about.tenant_id, represents=represents)
            case CredentialActivated(user_id=user_id):
                await keep.confirm(transaction, user_id, about.tenant_id)
            case UserSuspended(user_id=user_id):
                await keep.suspend(transaction, user_id, suspended=True)
            case UserReinstated(user_id=user_id):
                await keep.suspend(transaction, user_id, suspended=False)
            case UserDeleted(user_id=user_id):
                await keep.forget(transaction, user_id)
            case JoinedGroup():
                await keep.join(transaction, fact.user_id, fact.group_id)
            case LeftGroup():
                await keep.leave(transaction, fact.user_id, fact.group_id)
            case GroupCreated():
                await keep.permit(transaction, fact.group_id, [(EVERY, None)] if fact.built_in else [])
            case GroupPermitted():
                await keep.permit(transaction, fact.group_id, grants(fact))
            case GroupDeleted(group_id=group_id):
                await keep.permit(transaction, group_id, [])


def grants(fact: GroupPermitted) -> list[Grant]:
    """Return what a group lets its members see."""
    return [(one.service_name, one.contract_id) for one in fact.permissions if VIEW in one.actions]
