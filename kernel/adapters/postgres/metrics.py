"""What the log tells about itself, on /metrics. No tenant, stream or person is a label."""

from prometheus_client import Counter, Gauge, Histogram

HEAD = Gauge("head_position", "Position of the last fact that this process knows of", ["service"])
BATCH = Histogram("append_batch_size", "Appends written together", ["service"], buckets=(1, 2, 4, 8, 16, 32, 64, 128))
SECONDS = Histogram(
    "append_batch_seconds",
    "Time of one call that writes a batch durably",
    ["service"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
OUTCOMES = Counter("append_outcomes", "Appends by what came of them", ["service", "outcome"])
RECONNECTS = Counter("append_reconnects", "Times the connection that writes was lost", ["service"])
WAITING = Gauge("append_waiting", "Appends that wait for their batch", ["service"])
