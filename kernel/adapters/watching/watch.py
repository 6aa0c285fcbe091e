"""Watches over the readers of one process. Next stop: application/watching.py."""

import asyncio
import time

import structlog

from kernel.adapters.clock import utc_now
from kernel.adapters.watching.measured import MeasuredPlaces
from kernel.application.watching import Places, Watch

log = structlog.get_logger(__name__)


def watch_over(places: Places, who: str) -> Watch:
    """Return the watch over *places*; what cannot be looked at is said once for each kind of trouble in a row."""
    said = ""

    def trouble(failure: Exception) -> None:
        nonlocal said
        kind = type(failure).__name__
        if kind != said:
            log.warning("watch.looks_later", service=who, error=kind)
        said = kind

    return Watch(MeasuredPlaces(places, utc_now), time.monotonic, utc_now, asyncio.sleep, trouble)
