"""The trace of what is being done: taken from the caller, handed to whom is called. See: W3C Trace Context."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.trace import INVALID_SPAN_ID, NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context
from opentelemetry.trace import get_current_span as span_in
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_FORMAT = TraceContextTextMapPropagator()
_current: ContextVar[SpanContext | None] = ContextVar("current_span", default=None)


def enter(traceparent: str | None) -> str:
    """Begin a span of our own, under the caller's when *traceparent* names one; return ours as a traceparent."""
    span = _under(traceparent)
    _current.set(span)
    return text(span)


@contextmanager
def following(traceparent: str | None) -> Iterator[None]:
    """Work in a span of our own under *traceparent*, and leave it afterwards: a loop does one thing after another."""
    before = _current.set(_under(traceparent))
    try:
        yield
    finally:
        _current.reset(before)


def current() -> str | None:
    """Return the traceparent of what is being done now, if anything is."""
    span = _current.get()
    return text(span) if span else None


def trace_id() -> str | None:
    """Return the number of the trace, 32 hexadecimal digits: what a person may name to support."""
    span = _current.get()
    return f"{span.trace_id:032x}" if span else None


def parse(traceparent: str | None) -> SpanContext | None:
    """Return what a traceparent names; None for one that is malformed."""
    if not traceparent:
        return None
    found = span_in(_FORMAT.extract({"traceparent": traceparent})).get_span_context()
    return None if found.span_id == INVALID_SPAN_ID else found


def text(span: SpanContext) -> str:
    """Return a span as a traceparent."""
    carrier: dict[str, str] = {}
    _FORMAT.inject(carrier, set_span_in_context(NonRecordingSpan(span)))
    return carrier["traceparent"]


def _under(traceparent: str | None) -> SpanContext:
    before = parse(traceparent)
    return SpanContext(
        trace_id=before.trace_id if before else _fresh(16),
        span_id=_fresh(8),
        is_remote=False,
        trace_flags=before.trace_flags if before else TraceFlags(TraceFlags.SAMPLED),
    )


def _fresh(octets: int) -> int:
    # All zeroes mean "none" and are not allowed.
    return int.from_bytes(secrets.token_bytes(octets)) or 1
