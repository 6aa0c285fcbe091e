"""Mails over HTTP, for the gateway to show. Next stop: application/tracking.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from kernel.adapters.http.body import Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.domain.context import NOBODY
from services.notifier.application.tracking import Tracking
from services.notifier.domain.events import Template
from services.notifier.domain.message import Status

READ = "messages:read"
MOST = 100
SHOWN = 20

router = APIRouter(tags=["messages"])


class MessageReply(Reply):
    """One mail. See: TMF681, CommunicationMessage."""

    message_id: UUID
    template: Template
    state: Status
    try_times: int
    queued_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None
    reason: str | None
    cause_id: str


class MessagesReply(Reply):
    """Mails, newest first."""

    items: Sequence[MessageReply]


async def _tracking(request: Request) -> Tracking:
    return cast("Tracking", request.app.state.tracking)


@router.get("/messages")
async def messages(
    user_id: Annotated[UUID, Query(alias="userId")],
    use: Annotated[Tracking, Depends(_tracking)],
    by: Annotated[Asked, Depends(asked(READ))],
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
) -> MessagesReply:
    """List what was mailed to a person of the token's tenant."""
    found = await use.newest(by.caller.tenant_id or NOBODY, user_id, limit)
    return MessagesReply(items=[MessageReply.model_validate(view) for view in found])
