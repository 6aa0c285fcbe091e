"""Has spans go to a collector when the environment names one, by the standard's own variables. See: trace.py.

Whoever sets none pays nothing: the libraries that record and send are not even loaded.
See: OpenTelemetry specification, "OpenTelemetry Protocol Exporter" and "Environment Variable Specification".
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from threading import Thread

import structlog

from kernel.adapters.telemetry import trace

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
LAST_SECONDS = 1.5
"""How long a process that ends waits for its last spans to be taken."""

log = structlog.get_logger(__name__)


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the environment names a collector and does not switch telemetry off."""
    off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    nothing = environment.get("OTEL_TRACES_EXPORTER", "otlp").strip().lower() == "none"
    return any(environment.get(name, "").strip() for name in ENDPOINTS) and not off and not nothing


def export(service: str) -> Callable[[], Awaitable[None]] | None:
    """Have this process tell its spans, if that is wanted; return what sends the last of them."""
    if not wanted():
        return None
    # They take some 15 MB and 0.2 s, which only who asked for spans is to pay.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    resource = Resource.create({"service.name": service, "service.namespace": "portal"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.record_with(provider.get_tracer("portal"))

    async def end() -> None:
        trace.record_with(None)
        done, loop = asyncio.Event(), asyncio.get_running_loop()

        def send_the_last() -> None:
            provider.shutdown()
            with suppress(RuntimeError):  # The process did not wait so long.
                loop.call_soon_threadsafe(done.set)

        # In a thread that the process need not wait for: a collector may be away.
        Thread(target=send_the_last, daemon=True).start()
        try:
            await asyncio.wait_for(done.wait(), LAST_SECONDS)
        except TimeoutError:
            log.warning("traces.left_behind")

    return end
