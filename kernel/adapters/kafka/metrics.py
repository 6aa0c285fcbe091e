"""What relay and readers tell about themselves, on /metrics. No tenant, stream or person is a label."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from prometheus_client import Counter, Gauge

RELAY_POSITION = Gauge("relay_position", "Position in the log up to which facts were published", ["service"])
OUTBOX_DEPTH = Gauge("outbox_depth", "Facts in the log that are not published", ["service"])
OUTBOX_OLDEST = Gauge("outbox_oldest_seconds", "Age of the oldest fact that is not published", ["service"])
RELAY_SENT = Counter("relay_sent", "Records acknowledged by Kafka", ["service"])
RELAY_RESTARTS = Counter("relay_restarts", "Tenures that ended by trouble", ["service", "error_type"])
RELAY_WAITS = Counter("relay_waits", "Times that Kafka let a send wait for some seconds", ["service"])
DENSE_VIOLATIONS = Counter("dense_violations", "Holes found in the log; must stay 0", ["service"])
TOPIC_LOSSES = Counter("topic_losses", "Times a topic was found to have lost records", ["service"])

APPLIED = Counter("consumer_applied", "Facts applied, those of no interest included", ["reader"])
DUPLICATES = Counter("consumer_duplicates", "Records dropped because they were known", ["reader"])
GAPS = Counter("gap_detected", "Gaps that opened before a reader; must stay 0", ["reader"])
FOREIGN = Counter("consumer_foreign", "Records that no relay wrote", ["reader"])
RETRIES = Counter("consumer_retries", "Tries that failed and will be made again", ["reader", "error_type"])
PARKED = Gauge("dlq_depth", "Streams that are parked until somebody has them tried again", ["reader"])
STOPPED = Gauge("consumer_stopped", "Partitions that stopped because their log was restored", ["reader"])
LAG = Gauge("projection_lag_seconds", "Age of the oldest fact that is not applied", ["reader"])
LAG_EVENTS = Gauge("projection_lag_events", "Facts that are not applied, as of the last look", ["reader", "topic"])


@dataclass(slots=True)
class Lag:
    """The age of what waits: it grows by itself while a reader is stuck. Keys are the reader's partitions."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    waiting: dict[object, datetime] = field(default_factory=dict)

    def waits(self, partition: object, since: datetime) -> None:
        """Take note of the oldest fact of a partition that is not applied."""
        self.waiting[partition] = since

    def done(self, partition: object) -> None:
        """Take note that all that was read of a partition is applied."""
        self.waiting.pop(partition, None)

    def seconds(self) -> float:
        """Return the age of the oldest fact that is not applied; 0 when there is none."""
        # A scrape asks from a thread of its own.
        oldest = min(list(self.waiting.values()), default=None)
        return 0.0 if oldest is None else max(0.0, (self.now() - oldest).total_seconds())


_lags: dict[str, Lag] = {}


def lag_of(name: str) -> Lag:
    """Return what waits for a reader, or for a service's relay, in this process."""
    return _lags.setdefault(name, Lag())


def begin_reading(reader: str) -> None:
    """Show a reader's figures from 0 on: of a series that begins with its first failure nobody sees that one."""
    for one in (APPLIED, GAPS, FOREIGN):
        one.labels(reader)
    STOPPED.labels(reader).set(0)
    _show(LAG, reader)


def reading() -> frozenset[str]:
    """Return the readers that run in this process."""
    return frozenset(sample.labels["reader"] for metric in LAG.collect() for sample in metric.samples)


def begin_publishing(service: str) -> None:
    """Show a relay's figures from 0 on."""
    for one in (RELAY_SENT, DENSE_VIOLATIONS, TOPIC_LOSSES):
        one.labels(service)
    _show(OUTBOX_OLDEST, service)


def _show(gauge: Gauge, name: str) -> None:
    """Put the age of what waits on /metrics, computed whenever it is asked for."""
    lag_of(name).waiting.clear()
    gauge.labels(name).set_function(lag_of(name).seconds)
