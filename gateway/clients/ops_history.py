"""What every process says of its readers when nobody in particular asks. Next stop: kernel/adapters/http/ops.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.clients.answers import read
from gateway.clients.ops import FlowsAnswer
from gateway.clients.ops_looks import look
from kernel.adapters.clock import new_id
from kernel.adapters.http.client import ServiceClient
from kernel.application.watching import Flow, Watch
from kernel.domain.context import NOBODY, Context


@dataclass(frozen=True, slots=True)
class SampledService:
    """Another process, over HTTP, in the name of the gateway itself."""

    http: ServiceClient

    async def latest(self) -> Sequence[Flow]:
        """Return how every reader stood a moment ago. Raises: Unavailable."""
        by = Context(tenant_id=NOBODY, actor="service:gateway", correlation_id=new_id())
        return read(FlowsAnswer, await look(self.http, "/internal/ops/streams?latest=true", by)).items


@dataclass(frozen=True, slots=True)
class SampledHere:
    """The gateway's own projector."""

    watch: Watch

    async def latest(self) -> Sequence[Flow]:
        """Return how the projector stood a moment ago. Raises: Unavailable."""
        return await self.watch.latest()
