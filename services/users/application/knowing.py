"""Looks a stream up as one of the caller's tenant: anybody else's does not exist for them. Next stop: domain/."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kernel.application.ports import EventStore
from kernel.domain.errors import NotFound
from kernel.domain.recorded import Recorded


async def known(
    store: EventStore, stream_id: UUID, tenant_id: UUID, begins: type[Any], unknown: type[NotFound]
) -> Sequence[Recorded[Any]]:
    """Return a stream's facts if it is the tenant's and begins with such a fact. Raises: *unknown*; Unavailable."""
    past = await store.load(stream_id)
    if not past or past[0].tenant_id != tenant_id or not isinstance(past[0].event, begins):
        raise unknown
    return past
