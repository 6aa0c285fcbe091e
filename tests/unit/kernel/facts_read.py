"""Facts as readers get them, for the tests beside."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kernel.application.consume import Incoming

STREAM = UUID("019aba2e-5c01-7a11-8b21-3c4d5e6f7001")
TENANT = UUID("019aba2e-5c02-7a12-8b22-3c4d5e6f7002")


def incoming(**changes: Any) -> Incoming:
    """Return a fact, with what a test says otherwise."""
    plain = Incoming(
        type="portal.thing.happened.v1",
        stream_id=STREAM,
        version=1,
        tenant_id=TENANT,
        source="users",
        partition=0,
        position=1,
        previous=0,
        epoch=1,
        recorded_at=datetime(2026, 11, 27, tzinfo=UTC),
        correlation_id=STREAM,
        causation_id=None,
        traceparent=None,
        data=b"{}",
    )
    return replace(plain, **changes)
