"""Asks the owners of logs what only they know or can do for their readers. Next stop: internal.py, over there."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.adapters.clock import new_id
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import REPUBLISH, LogReply
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import NotFound, Unavailable


@dataclass(frozen=True, slots=True)
class HttpOwners:
    """The way of one service's readers to the owners of the logs that they read."""

    reader: str
    owners: Mapping[str, ServiceClient]
    """By service."""

    async def publish_again(self, service: str, partition: int, after: int) -> object:
        """Have the facts of a partition behind a position sent once more. Raises: PortalError."""
        body = {"partition": partition, "after": after}
        return await self._way(service).post("/internal/publish-again", body, (REPUBLISH,), self._context())

    async def epoch(self, service: str) -> int:
        """Return the epoch that the log of a service is in. Raises: PortalError."""
        answer = await self._way(service).get("/internal/log", (REPUBLISH,), self._context())
        try:
            return LogReply.model_validate(answer.body).epoch
        except ValueError as nonsense:
            raise Unavailable(f"{service} does not say its epoch") from nonsense

    def _way(self, service: str) -> ServiceClient:
        if service not in self.owners:
            raise NotFound(f"no way to {service}")
        return self.owners[service]

    def _context(self) -> Context:
        return Context(tenant_id=NOBODY, actor=f"service:{self.reader}", correlation_id=new_id(), command_id=new_id())
