"""Spans: recorded only where somebody asked for them, beneath the caller's, and never with the words of an error."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from kernel.adapters.kafka import messaging
from kernel.adapters.kafka.envelope import Outgoing
from kernel.adapters.telemetry import otlp, trace

CLICK = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NOT_SAMPLED = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
STREAM = UUID("019aba2e-5c01-7a11-8b21-3c4d5e6f7001")


@pytest.fixture
def told() -> Iterator[InMemorySpanExporter]:
    """Give what is told while spans are recorded."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.record_with(provider.get_tracer("test"))
    yield exporter
    trace.record_with(None)


def fact(number: int, traceparent: str | None = CLICK) -> Outgoing:
    return Outgoing(
        position=number,
        partition=2,
        public=True,
        stream_id=STREAM,
        version=number,
        tenant_id=STREAM,
        type="user.registered",
        schema_version=1,
        data=b'{"email": "hanako@example.co.jp"}',
        meta={"traceparent": traceparent} if traceparent else {},
        recorded_at=datetime(2026, 11, 27, tzinfo=UTC),
    )


def test_m8_what_follows_a_click_hangs_beneath_it(told: InMemorySpanExporter) -> None:
    with trace.following(CLICK, "outer", SpanKind.SERVER), trace.following(trace.current(), "inner"):
        pass
    inner, outer = told.get_finished_spans()
    assert (outer.name, outer.kind, f"{outer.context.trace_id:032x}") == ("outer", SpanKind.SERVER, CLICK.split("-")[1])
    assert outer.parent is not None
    assert f"{outer.parent.span_id:016x}" == CLICK.split("-")[2]
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id


def test_a12_a_failure_is_told_by_its_kind_and_never_in_its_words(told: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="hanako"), trace.following(CLICK, "work"):
        raise ValueError("hanako@example.co.jp")
    (span,) = told.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes is not None
    assert span.attributes["error.type"] == "ValueError"
    assert "hanako" not in span.to_json()


def test_what_its_caller_does_not_record_is_not_recorded_here(told: InMemorySpanExporter) -> None:
    with trace.following(NOT_SAMPLED, "work"):
        assert trace.trace_id() == NOT_SAMPLED.split("-")[1]
        assert (trace.current() or "").endswith("-00")
    assert told.get_finished_spans() == ()


def test_m8_what_the_relay_sent_is_told_with_its_event_and_without_what_it_says(told: InMemorySpanExporter) -> None:
    messaging.published([fact(1), fact(2)], "portal.users.events.v1", 0)
    first, second = told.get_finished_spans()
    assert first.kind is SpanKind.PRODUCER
    assert second.attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": "portal.users.events.v1",
        "messaging.destination.partition.id": "2",
        "messaging.message.id": f"{STREAM}/2",
        "portal.event.type": "portal.user.registered.v1",
    }


def test_of_a_crowd_only_the_first_are_told(told: InMemorySpanExporter) -> None:
    messaging.published([fact(number) for number in range(1, 500)], "portal.users.events.v1", 0)
    assert len(told.get_finished_spans()) == messaging.MOST_SPANS


def test_where_nobody_asked_a_span_is_a_number_and_nothing_more() -> None:
    assert not trace.records()
    with trace.following(CLICK, "work") as span:
        assert not span.is_recording()
        assert (trace.current() or "").startswith(CLICK[:35])


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_m8_the_standards_own_variables_switch_it_on_and_off(environment: dict[str, str], wanted: bool) -> None:
    assert otlp.wanted(environment) is wanted


def test_m8_switched_off_nothing_that_records_or_sends_is_loaded() -> None:
    program = (
        "import sys, kernel.adapters.process, kernel.adapters.telemetry.otlp as otlp;"
        "assert otlp.export('users') is None;"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env={})  # noqa: S603
    assert done.stdout.strip() == "[]"
