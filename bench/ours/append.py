"""Our log as a contestant: one process with its appender, as in every service; encoding and command ids are counted."""

import asyncio
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
import uvloop
from uuid_utils.compat import uuid7

from bench.peers.child import answer_questions
from bench.peers.payload import DATA, STREAM_LENGTH
from kernel.adapters.log import Log, open_log
from kernel.adapters.settings import Secrets, ServiceSettings
from kernel.domain.context import Context
from kernel.domain.event import event


@event("bench.service-status-changed")
class ServiceStatusChanged:
    """What the others append, as a fact."""

    contract_id: UUID
    service_status: str
    at: datetime


class Appending:
    """The log, opened by the first question."""

    log: Log
    _appender: "asyncio.Task[None]"

    async def ready(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Open the log at `url` and start its appender."""
        settings = ServiceSettings(
            http_port=0, management_port=0, postgres_url=told["url"], keys_url=told["url"], topic_prefix="bench"
        )
        self.log = await open_log(settings, Secrets(Path(told["secrets"])), "bench", [ServiceStatusChanged])
        self._appender = asyncio.ensure_future(self.log.roles["appender"]())
        return {}

    async def measure(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Append `batch` events a call from as many tasks as `writers` for some `seconds`."""
        counts, begin = [0], time.perf_counter()
        until = begin + asked["seconds"]
        writers = (self._write(until, asked["batch"], counts) for _ in range(asked["writers"]))
        await asyncio.gather(*writers)
        return {"count": counts[0], "seconds": time.perf_counter() - begin}

    async def _write(self, until: float, batch: int, counts: list[int]) -> None:
        at, contract_id = datetime.now(UTC), UUID(DATA["contractId"])
        tenant_id = uuid4()
        # Made once, as the others' payload is; encoding them is ours and is done every time.
        facts = [ServiceStatusChanged(contract_id=contract_id, service_status="NORMAL", at=at)] * batch
        while time.perf_counter() < until:
            stream_id, version = uuid7(), 0
            for _ in range(STREAM_LENGTH):
                by = Context(tenant_id=tenant_id, actor="bench", correlation_id=uuid7(), command_id=uuid7())
                done = await self.log.store.append(stream_id, version, facts, by)
                version = done.version
                counts[0] += batch
                if time.perf_counter() >= until:
                    return


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    ours = Appending()
    uvloop.run(answer_questions(ours.ready, ours.measure))
