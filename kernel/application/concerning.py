"""Which fact is being reacted to, so that what is said meanwhile can name it. Next: adapters/telemetry/logs.py.

A reaction that takes many facts in one go says so itself wherever it does something for one of them alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kernel.application.consume import Incoming

_fact: ContextVar[Incoming | None] = ContextVar("fact_concerned", default=None)


@contextmanager
def concerning(about: Incoming) -> Iterator[None]:
    """Have what is said within concern this fact: its id, its tenant and its trace."""
    before = _fact.set(about)
    try:
        yield
    finally:
        _fact.reset(before)


def concerned() -> Incoming | None:
    """Return the fact that is being reacted to, if one is."""
    return _fact.get()
