"""Takes down every quarter of a minute how all readers stand. Next stop: adapters/flow_archive.py.

Any number of gateways may run: at each moment one of them takes the turn, so nothing is written twice and nothing is
missing when one ends.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from gateway.application.flow_history import FINE
from gateway.application.ops_history import Archive
from kernel.application.cancellation import heed_cancellation
from kernel.application.watching import Flow
from kernel.domain.errors import Unavailable

LONGEST_SECONDS = 10.0
"""A look that takes longer is given up, so that it never meets the next one."""

log = structlog.get_logger(__name__)


class Sampled(Protocol):
    """One process with readers."""

    async def latest(self) -> Sequence[Flow]:
        """Return how every reader stood a moment ago; makes the process look nowhere. Raises: Unavailable."""
        ...


@dataclass(slots=True)
class Sampling:
    """Keeps how the readers of all processes stand."""

    processes: Mapping[str, Sampled]
    archive: Archive
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _silent: frozenset[str] = field(default=frozenset(), init=False)

    async def run(self) -> None:
        """Sample until cancelled; what cannot be kept now is missing, and said."""
        while True:
            heed_cancellation()
            await self.sleep(FINE.step - self.now().timestamp() % FINE.step)
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    await self.sample()
            except (Unavailable, TimeoutError) as trouble:
                log.warning("ops_history.misses_a_sample", error=repr(trouble))

    async def sample(self) -> int:
        """Take down how all readers stand, when it is this process's turn; return how many. Raises: Unavailable."""
        at = FINE.start(self.now())
        if not await self.archive.takes_turn(at):
            return 0
        answers = await asyncio.gather(*(one.latest() for one in self.processes.values()), return_exceptions=True)
        flows, silent = list[Flow](), set[str]()
        for name, answer in zip(self.processes, answers, strict=True):
            if isinstance(answer, Unavailable):
                silent.add(name)
            elif isinstance(answer, BaseException):
                raise answer
            else:
                flows += answer
        self._say(frozenset(silent))
        await self.archive.keep(at, flows)
        return len(flows)

    def _say(self, silent: frozenset[str]) -> None:
        if silent - self._silent:
            log.warning("ops_history.no_answer", services=sorted(silent))
        self._silent = silent
