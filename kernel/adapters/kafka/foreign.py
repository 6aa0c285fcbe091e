"""Records that no relay wrote: readers pass them by, and remember the last one. Next stop: watching/own_log.py.

It is remembered in the process alone: a restart forgets it. The metric and the log (`feed.foreign_record`) have it.
"""

from collections.abc import Sequence

import structlog

from kernel.adapters.clock import utc_now
from kernel.adapters.kafka import metrics
from kernel.adapters.kafka.topics import Part
from kernel.application.consume import Delivery
from kernel.application.watching import Foreign

_met: dict[tuple[str, Part], Foreign] = {}

log = structlog.get_logger(__name__)


def pass_by(reader: str, part: Part, batch: Sequence[Delivery]) -> None:
    """Take note of what in a batch no relay wrote."""
    for record in batch:
        if not record.foreign:
            continue
        metrics.FOREIGN.labels(reader).inc()
        where = {"topic": part.topic, "partition": part.partition, "offset": record.offset}
        log.warning("feed.foreign_record", reader=reader, **where, reason=record.foreign)
        known = _met.get((reader, part))
        # What is read again, as behind a fact that is tried again, is not one record more.
        if known is None or record.offset > known.offset:
            _met[reader, part] = Foreign(
                count=known.count + 1 if known else 1,
                part=part.partition,
                offset=record.offset,
                at=utc_now(),
                reason=record.foreign,
            )


def passed_by(reader: str, part: Part) -> Foreign | None:
    """Return what a reader of this process passed by in a partition; None when there was nothing."""
    return _met.get((reader, part))


def forget(reader: str, part: Part) -> None:
    """Forget what was passed by in a partition whose offsets begin again."""
    _met.pop((reader, part), None)
