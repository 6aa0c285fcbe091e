"""Sees that what a command names is the tenant's, and allowed there. Next stop: handlers.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kernel.application.ports import Clock, EventStore
from kernel.domain.errors import NotFound
from services.users.application.knowing import known
from services.users.application.streams import policy_stream
from services.users.domain.errors import GroupUnknown, ReferenceUnknown, UserUnknown
from services.users.domain.events import GroupCreated, SecondFactor, UserRegistered
from services.users.domain.group import group
from services.users.domain.policy import policy
from services.users.domain.user import user


@dataclass(frozen=True, slots=True)
class Found:
    """What commands may name."""

    groups: frozenset[UUID]
    factors: Sequence[SecondFactor]

    def check(self, group_ids: Sequence[UUID], factor: SecondFactor | None) -> None:
        """See that what a command names is there and allowed. Raises: ReferenceUnknown."""
        missing = [number for number, one in enumerate(group_ids) if one not in self.groups]
        errors = _errors("groupIds", missing, "unknown-group", "There is no such group")
        if factor is not None and factor not in self.factors:
            detail = "The company's settings do not allow it"
            errors.append({"pointer": "/secondFactor", "code": "second-factor-forbidden", "detail": detail})
        if errors:
            raise ReferenceUnknown(errors=errors)


@dataclass(frozen=True, slots=True)
class References:
    """Looks up what a command names, and tells of everything that is not there at once."""

    store: EventStore
    now: Clock

    async def check(self, tenant_id: UUID, group_ids: Sequence[UUID], factor: SecondFactor | None) -> None:
        """See that the groups are there and that the second factor may be assigned. Raises: ReferenceUnknown."""
        (await self.found(tenant_id, group_ids)).check(group_ids, factor)

    async def found(self, tenant_id: UUID, group_ids: Iterable[UUID]) -> "Found":
        """Return which of the groups are there, and what may be assigned: each looked up once."""
        pasts = await self.store.load_many(set(group_ids))
        there = (
            one
            for one, past in pasts.items()
            if past[0].tenant_id == tenant_id
            and isinstance(past[0].event, GroupCreated)
            and group.fold(fact.event for fact in past).known
        )
        return Found(frozenset(there), tuple(await self._factors(tenant_id)))

    async def check_people(self, tenant_id: UUID, user_ids: Sequence[UUID]) -> None:
        """See that the people are there. Raises: ReferenceUnknown."""
        missing = [number for number, one in enumerate(user_ids) if not await self._has_user(tenant_id, one)]
        if missing:
            raise ReferenceUnknown(errors=_errors("userIds", missing, "unknown-user", "There is no such user"))

    async def check_group(self, tenant_id: UUID, group_id: UUID) -> int:
        """See that a group is there, and return its version. Raises: GroupUnknown."""
        past = await known(self.store, group_id, tenant_id, GroupCreated, GroupUnknown)
        if not group.fold(fact.event for fact in past).known:
            raise GroupUnknown
        return past[-1].version

    async def _has_user(self, tenant_id: UUID, user_id: UUID) -> bool:
        try:
            past = await known(self.store, user_id, tenant_id, UserRegistered, UserUnknown)
        except NotFound:
            return False
        return user.fold(fact.event for fact in past).known

    async def _factors(self, tenant_id: UUID) -> Sequence[SecondFactor]:
        past = await self.store.load(policy_stream(tenant_id))
        return policy.fold(fact.event for fact in past).assignable(self.now())


def _errors(member: str, numbers: Iterable[int], code: str, detail: str) -> list[dict[str, str]]:
    return [{"pointer": f"/{member}/{number}", "code": code, "detail": detail} for number in numbers]
