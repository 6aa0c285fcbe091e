"""The log of a process: one JSON line an entry, with its trace, and without anything secret."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

import structlog

from kernel.adapters.telemetry import trace
from kernel.application.concerning import concerned
from kernel.application.frames import frames

REDACTED = "[redacted]"
SECRET = re.compile(r"(^|_)(password|passwords|token|tokens|code|codes|secret|secrets|otp|seed|cookie|authorization)$")
SPOKEN = frozenset({"status_code", "error_code", "exit_code"})
"""Names that end like a secret's and are none."""

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_BEARER = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")


def configure_logs(service: str, level: str = "INFO") -> None:
    """Have everything that is logged in this process, by us or by a library, come out as JSON lines on stdout."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_way),
        _about(service),
        redact,
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    structlog.configure(
        processors=[*shared, line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, line],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)


def _way(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Return a traceback without words, which may quote somebody: a library's too."""
    return "\n".join(frames(exc_info[1]))


def redact(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of an entry by their names, mail addresses and tokens wherever they stand in a text."""
    for name, value in entry.items():
        entry[name] = REDACTED if _names_secret(name) else _clean(value)
    return entry


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        cleaned = _ADDRESS.sub("[mail address]", value) if "@" in value else value
        return _BEARER.sub(REDACTED, cleaned) if "eyJ" in cleaned else cleaned
    if isinstance(value, Mapping):
        return {name: REDACTED if _names_secret(str(name)) else _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


def _names_secret(name: str) -> bool:
    return name not in SPOKEN and SECRET.search(name.lower()) is not None


def _about(service: str) -> Any:
    def add(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["service"] = service
        about = concerned()
        if about is not None:
            entry.setdefault("event_id", about.id)
            entry.setdefault("tenant_id", str(about.tenant_id))
        # Of facts that are taken together each has a trace of its own.
        number = (trace.trace_id_of(about.traceparent) if about else None) or trace.trace_id()
        if number:
            entry["trace_id"] = number
        return entry

    return add
