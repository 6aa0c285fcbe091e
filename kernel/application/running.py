"""Which process speaks, and what it reads, as operators are told it. Next stop: adapters/http/ops.py."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One process of a service: it reads every partition of what its readers read."""

    instance: str
    """Its host and process id, as `host:pid`; readers say the same to Kafka with each place they tell it of."""
    since: datetime
    readers: tuple[str, ...]
    """Those that run here; none in a process that leaves them to another."""
