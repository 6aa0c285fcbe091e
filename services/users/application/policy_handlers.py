"""A tenant's policy: looked at and decided. Next stop: domain/policy.py."""

from dataclasses import dataclass
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore
from kernel.domain.context import Context
from kernel.domain.recorded import Appended
from services.users.application.streams import policy_stream
from services.users.domain.commands import ChangePolicy, Policy
from services.users.domain.policy import policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyHandlers:
    """What this service can be asked to do about a tenant's policy."""

    store: EventStore
    now: Clock

    async def read(self, tenant_id: UUID) -> tuple[Policy, int]:
        """Return the policy and its version; version 0 is what holds before anybody decided anything."""
        past = await self.store.load(policy_stream(tenant_id))
        return policy.fold(fact.event for fact in past), past[-1].version if past else 0

    async def change(self, wanted: Policy, caller_address: str | None, by: Context, expected: int | None) -> Appended:
        """Decide what holds from now on. Raises: NetworkExcludesYou; PreconditionFailed."""
        asked = ChangePolicy(tenant_id=by.tenant_id, policy=wanted, caller_address=caller_address, at=self.now())
        return await execute(self.store, policy, policy_stream(by.tenant_id), asked, by, expected=expected)
