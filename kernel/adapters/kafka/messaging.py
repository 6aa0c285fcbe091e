"""What is measured and told of messages, by the names that OpenTelemetry has for it. Next stop: metrics.py.

See: OpenTelemetry semantic conventions 1.40, "Messaging metrics", "Messaging spans" (status: development). No tenant,
stream or person is a label; a span names the event, whose id says nothing about anybody.
"""

from collections.abc import Mapping, Sequence

from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram

from kernel.adapters.kafka.envelope import Outgoing
from kernel.adapters.kafka.topics import Part
from kernel.adapters.telemetry import trace
from kernel.application.consume import Delivery, Incoming

SYSTEM, OWN = "kafka", "postgresql"
"""Where messages come from: a topic, or the service's own log."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""As the conventions advise."""
MOST_SPANS = 100
"""Of a batch: whoever is far behind has no time to tell of every fact."""

_WHAT = ["messaging_system", "messaging_operation_name", "messaging_destination_name", "messaging_consumer_group_name"]
_DURATION = Histogram(
    "messaging_client_operation_duration_seconds",
    "Time of one call that sends messages to Kafka or asks it for some",
    [*_WHAT, "error_type"],
    buckets=BUCKETS,
)
_SENT = Counter("messaging_client_sent_messages", "Messages that were sent", [*_WHAT, "error_type"])
_CONSUMED = Counter(
    "messaging_client_consumed_messages", "Messages that were handed to a reader", [*_WHAT, "error_type"]
)
_PROCESS = Histogram(
    "messaging_process_duration_seconds",
    "Time in which a batch of messages was applied, its place kept with it",
    [*_WHAT, "error_type"],
    buckets=BUCKETS,
)


def sent(topic: str, count: int, seconds: float, error: str = "") -> None:
    """Count what was sent, or could not be."""
    labels = (SYSTEM, "send", topic, "", error)
    _DURATION.labels(*labels).observe(seconds)
    _SENT.labels(*labels).inc(count)


def received(reader: str, counts: Mapping[str, int], seconds: float) -> None:
    """Count what one fetch brought, by topic."""
    for topic, count in counts.items():
        labels = (SYSTEM, "poll", topic, reader, "")
        _DURATION.labels(*labels).observe(seconds)
        _CONSUMED.labels(*labels).inc(count)


def failed_to_receive(reader: str, seconds: float, error: str) -> None:
    """Count a fetch that failed."""
    _DURATION.labels(SYSTEM, "poll", "", reader, error).observe(seconds)


def processed(topic: str, reader: str, seconds: float, trouble: BaseException | None = None) -> None:
    """Take the time in which a batch was applied, all of it or up to some trouble."""
    error = type(trouble).__name__ if trouble else ""
    _PROCESS.labels(_system(topic), "process", topic, reader, error).observe(seconds)


def processing(about: Incoming, topic: str, reader: str) -> trace.Attributes:
    """Return what a span says of a fact that a reader reacts to."""
    return {
        "messaging.system": _system(topic),
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(about.partition),
        "messaging.consumer.group.name": reader,
        "messaging.message.id": about.id,
        "portal.event.type": about.type,
    }


def published(facts: Sequence[Outgoing], topic: str, began: int) -> None:
    """Tell of facts that were sent since *began* (nanoseconds), if spans are told at all."""
    if not trace.records():
        return
    for fact in facts[:MOST_SPANS]:
        told = {
            "messaging.system": SYSTEM,
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.destination.name": topic,
            "messaging.destination.partition.id": str(fact.partition),
            "messaging.message.id": f"{fact.stream_id}/{fact.version}",
            "portal.event.type": fact.wire_type,
        }
        trace.begin(f"send {topic}", fact.meta.get("traceparent"), SpanKind.PRODUCER, told, since=began).end()


def folded(batch: Mapping[Part, Sequence[Delivery]], reader: str, began: int) -> None:
    """Tell of facts that were folded into read models since *began* (nanoseconds), if spans are told at all."""
    if not trace.records():
        return
    for part, records in batch.items():
        for about in [record.about for record in records if record.about][:MOST_SPANS]:
            told = processing(about, part.topic, reader)
            name = f"process {part.topic}"
            trace.begin(name, about.traceparent, SpanKind.CONSUMER, told, since=began).end()


def _system(topic: str) -> str:
    return OWN if topic.startswith("log:") else SYSTEM
