"""The trace of what is being done: taken from the caller, handed to whom is called. See: W3C Trace Context.

Spans are told to nobody until otlp.py has it so; then what begins here is recorded too. No name, address, text or
secret is ever an attribute of a span: only names of ours, numbers, and ids that say nothing by themselves.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.context import Context
from opentelemetry.trace import (
    INVALID_SPAN_ID,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)
from opentelemetry.trace import get_current_span as span_in
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attributes = Mapping[str, str | int]

_FORMAT = TraceContextTextMapPropagator()
_current: ContextVar[Span | None] = ContextVar("current_span", default=None)
_tracer: Tracer | None = None


def record_with(tracer: Tracer | None) -> None:
    """Have *tracer* record what begins from now on; None records nothing, which is how a process starts."""
    global _tracer  # noqa: PLW0603 - a process has one, as it has one log
    _tracer = tracer


def records() -> bool:
    """Tell whether spans are told to anybody, so that what only describes them need not be put together."""
    return _tracer is not None


def begin(
    name: str,
    traceparent: str | None,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Attributes | None = None,
    *,
    since: int | None = None,
) -> Span:
    """Return a span of our own, under the caller's when *traceparent* names one; whoever asked for it ends it.

    It began *since* (nanoseconds since 1970) or now.
    """
    before = parse(traceparent)
    if _tracer is None:
        return NonRecordingSpan(_under(before))
    context = set_span_in_context(NonRecordingSpan(before), Context()) if before else Context()
    return _tracer.start_span(name, context, kind, attributes, start_time=since)


def enter(traceparent: str | None, name: str = "work", kind: SpanKind = SpanKind.INTERNAL) -> Span:
    """Begin a span and work in it from here on: a request, or a task that does one thing."""
    span = begin(name, traceparent, kind)
    _current.set(span)
    return span


@contextmanager
def following(
    traceparent: str | None,
    name: str = "work",
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Attributes | None = None,
) -> Iterator[Span]:
    """Work in a span of our own under *traceparent*, and leave it afterwards: a loop does one thing after another."""
    span = begin(name, traceparent, kind, attributes)
    before = _current.set(span)
    try:
        yield span
    except BaseException as failure:
        fail(span, type(failure).__name__)
        raise
    finally:
        _current.reset(before)
        span.end()


def fail(span: Span, error: str) -> None:
    """Say that what a span is about failed, and by what kind of error; its words may quote what nobody may read."""
    if span.is_recording():
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR))


def current() -> str | None:
    """Return the traceparent of what is being done now, if anything is."""
    span = _current.get()
    return text(span) if span else None


def trace_id() -> str | None:
    """Return the number of the trace, 32 hexadecimal digits: what a person may name to support."""
    span = _current.get()
    return f"{span.get_span_context().trace_id:032x}" if span else None


def trace_id_of(traceparent: str | None) -> str | None:
    """Return the number of the trace that a traceparent names; None for one that is malformed."""
    found = parse(traceparent)
    return f"{found.trace_id:032x}" if found else None


def parse(traceparent: str | None) -> SpanContext | None:
    """Return what a traceparent names; None for one that is malformed."""
    if not traceparent:
        return None
    found = span_in(_FORMAT.extract({"traceparent": traceparent})).get_span_context()
    return None if found.span_id == INVALID_SPAN_ID else found


def text(span: Span) -> str:
    """Return a span as a traceparent."""
    at = span.get_span_context()
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-{at.trace_flags:02x}"


def _under(before: SpanContext | None) -> SpanContext:
    return SpanContext(
        trace_id=before.trace_id if before else _fresh(16),
        span_id=_fresh(8),
        is_remote=False,
        trace_flags=before.trace_flags if before else TraceFlags(TraceFlags.SAMPLED),
    )


def _fresh(octets: int) -> int:
    # All zeroes mean "none" and are not allowed.
    return int.from_bytes(secrets.token_bytes(octets)) or 1
