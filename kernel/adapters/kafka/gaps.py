"""Heals gaps: reads a partition again from the start, then asks the owner of the log. Next stop: reader.py."""

import asyncio
from collections.abc import Iterable, Mapping

import structlog

from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.feed import Feed
from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.topics import Part, service_of
from kernel.application.chain import PATIENCE_SECONDS, GapClock, Place, Remedy, Verdict
from kernel.domain.errors import PortalError

log = structlog.get_logger(__name__)


class Gaps:
    """The gap clocks of one reader's partitions."""

    def __init__(self, reader: str, owners: Owners | None = None, patience: float = PATIENCE_SECONDS) -> None:
        self._reader = reader
        self._owners = owners
        self._patience = patience
        self._clocks: dict[Part, GapClock] = {}

    def clear(self) -> None:
        """Forget every gap: the partitions are read from their places again."""
        self._clocks.clear()

    def saw(self, part: Part, verdicts: Iterable[Verdict]) -> None:
        """Take note of what a batch was judged to be."""
        clock = self._clocks.setdefault(part, GapClock(self._patience))
        now = asyncio.get_running_loop().time()
        for verdict in verdicts:
            if clock.saw(verdict, now):
                metrics.GAPS.labels(self._reader).inc()
                log.error("reader.gap", reader=self._reader, topic=part.topic, partition=part.partition)

    def is_open(self, part: Part) -> bool:
        """Tell whether what comes next in a partition is missing, as far as was seen."""
        return part in self._clocks and self._clocks[part].since is not None

    def close(self, part: Part) -> None:
        """Forget the gap of a partition: what was missing was applied, or it is read from its first record."""
        self._clocks.pop(part, None)

    async def heal(self, feed: Feed, places: Mapping[Part, Place]) -> None:
        """Use the next remedy on each gap that has been open for too long. Raises: Unavailable."""
        now = asyncio.get_running_loop().time()
        for part, clock in self._clocks.items():
            remedy = clock.due(now)
            if remedy:
                # A reader before a gap tries, so the watch calls it stalled; without this it would seem to stand.
                metrics.RETRIES.labels(self._reader, "Gap").inc()
            if remedy is Remedy.REWIND:
                log.warning("reader.rewinds", reader=self._reader, topic=part.topic, partition=part.partition)
                await feed.rewind(part)
            elif remedy is Remedy.ASK:
                await self._plead(part, places[part])

    async def _plead(self, part: Part, place: Place) -> None:
        service = service_of(part.topic)
        log.error("reader.asks_owner", reader=self._reader, service=service, partition=part.partition, place=str(place))
        if self._owners:
            try:
                await self._owners.publish_again(service, part.partition, place.position)
            except (PortalError, OSError, TimeoutError) as refused:
                log.warning("reader.owner_silent", reader=self._reader, service=service, error=repr(refused))
