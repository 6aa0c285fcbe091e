"""Counts what comes of each step of a login, on /metrics. Next stop: logins.py."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter

from kernel.domain.errors import PortalError

LOGINS = Counter(
    "login", "Steps of logins, by what came of them: passed, or the code of the refusal", ["step", "result"]
)


@contextmanager
def counted(step: str) -> Iterator[None]:
    """Count one try of a step."""
    result = "failed"
    try:
        yield
        result = "passed"
    except PortalError as refused:
        result = refused.code
        raise
    finally:
        LOGINS.labels(step, result).inc()
