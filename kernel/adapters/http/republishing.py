"""Asks the owner of a log to publish again, when a reader's gap does not heal. Next stop: internal.py, over there."""

from collections.abc import Awaitable, Callable, Mapping

from kernel.adapters.clock import new_id
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.internal import REPUBLISH
from kernel.domain.context import NOBODY, Context
from kernel.domain.errors import NotFound


def asks_owners(reader: str, owners: Mapping[str, ServiceClient]) -> Callable[[str, int, int], Awaitable[object]]:
    """Return what a reader's `ask` needs: the way to the owners of the logs that it reads, by service."""

    async def ask(service: str, partition: int, after: int) -> object:
        if service not in owners:
            raise NotFound(f"no way to {service}")
        context = Context(tenant_id=NOBODY, actor=f"service:{reader}", correlation_id=new_id(), command_id=new_id())
        body = {"partition": partition, "after": after}
        return await owners[service].post("/internal/publish-again", body, (REPUBLISH,), context)

    return ask
