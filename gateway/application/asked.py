"""How a request came: its key, its trace, where from. Next stop: door.py reads it from HTTP."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from kernel.domain.context import NOBODY, Client, Context

KEYS = UUID("c2b5c1d4-6a3f-5f0e-9d51-0f8f6b7c2a11")
"""The namespace in which a key that is no UUID becomes one."""
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The circumstances of one request, whoever sent it."""

    key: str
    """The Idempotency-Key: the same wish has the same one however often it is sent."""
    correlation_id: UUID
    client_ip: str
    """The peer's address, or what the trusted hops before us say; never a header of the caller's."""
    user_agent: str
    traceparent: str | None = None

    def context(self, actor: str = ANONYMOUS, tenant_id: UUID = NOBODY) -> Context:
        """Return the circumstances as the services want them."""
        return Context(
            tenant_id=tenant_id,
            actor=actor,
            correlation_id=self.correlation_id,
            command_id=_as_uuid(self.key),
            traceparent=self.traceparent,
            # Who has not shown who they are has no key to keep it under; identity is told of logins in another way.
            client=None if actor == ANONYMOUS else Client(address=self.client_ip, agent=self.user_agent),
        )


def _as_uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        return uuid5(KEYS, key)
