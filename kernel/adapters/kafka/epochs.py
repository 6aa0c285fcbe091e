"""Tells a log that was restored from a record that only says so, by asking the log's owner. Next stop: owners.py.

Whoever may write to a topic may claim any epoch. Believed, one such record would stop every reader of the topic and
have the read models folded again for ever.
"""

from collections.abc import Sequence

import structlog

from kernel.adapters.kafka.owners import Owners
from kernel.adapters.kafka.topics import Part, service_of
from kernel.application.chain import Place
from kernel.application.consume import Delivery
from kernel.application.publishing import Tail
from kernel.domain.errors import PortalError, Unavailable

FIRST = 1
"""The epoch that every log begins in; nobody needs to be asked about it."""

log = structlog.get_logger(__name__)


class Epochs:
    """The doubts of one reader; without owners every record is believed."""

    def __init__(self, reader: str, owners: Owners | None) -> None:
        self._reader = reader
        self._owners = owners

    async def begin(self, topic: str, tails: Sequence[Tail]) -> list[int]:
        """Return the epoch to begin each partition in: that of its last record, or the log's where that is earlier.

        While the owner does not answer the records are believed: nobody is to wait for it who begins from nothing.
        """
        told = [tail.epoch for tail in tails]
        try:
            known = await self._known(topic, max(told), FIRST)
        except Unavailable as silent:
            log.warning("reader.owner_silent", reader=self._reader, topic=topic, reason=silent.detail)
            return told
        return [min(one, known) for one in told]

    async def believed(self, part: Part, batch: Sequence[Delivery], place: Place) -> Sequence[Delivery]:
        """Return a batch in which what claims an epoch that the log does not have is nobody's record.

        Raises: Unavailable while the owner, who would have to say, does not answer.
        """
        claimed = max((record.about.epoch for record in batch if record.about), default=0)
        known = await self._known(part.topic, claimed, max(place.epoch, FIRST))
        if claimed <= known:
            return batch
        return [_doubted(record, known) for record in batch]

    async def _known(self, topic: str, claimed: int, at_least: int) -> int:
        """Return the epoch of a log, which is asked for only where a record claims a later one. Raises: Unavailable."""
        if self._owners is None or claimed <= at_least:
            return max(claimed, at_least)
        try:
            return await self._owners.epoch(service_of(topic))
        except (PortalError, OSError, TimeoutError) as refused:
            raise Unavailable(f"the owner of {topic} does not say its epoch: {refused!r}") from refused


def _doubted(record: Delivery, known: int) -> Delivery:
    if record.about is None or record.about.epoch <= known:
        return record
    return Delivery(record.offset, None, f"it claims a later epoch of a log that is in epoch {known}")
