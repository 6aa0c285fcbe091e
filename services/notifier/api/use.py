"""What the routes are given: what main.py built, and who calls. Next stop: messages.py, bounces.py, ops.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.ops import ACT
from kernel.adapters.http.ops import READ as LOOK
from kernel.adapters.http.tokens import Caller, caller
from kernel.adapters.postgres.readers_place import ReadersPlace
from kernel.domain.errors import Denied
from services.notifier.application.bounces import Bounces
from services.notifier.application.desk import MailDesk
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.tracking import Tracking

READ, RECEIVERS, RESEND, BOUNCES = "messages:read", "messages:receivers", "messages:resend", "bounces:hand-in"
"""Scopes: to look at mails, to learn whom they went to, to have one sent again, and to hand in what came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What main.py built for the routes."""

    tracking: Tracking
    messages: MessageHandlers
    bounces: Bounces
    desk: MailDesk
    readers: Sequence[ReadersPlace]
    """Those of the own log that must have read a wish before its mail is listed."""


async def built(request: Request) -> Built:
    """Return what main.py built."""
    made: Built = request.app.state.built
    return made


Use = Annotated[Built, Depends(built)]
ByReader = Annotated[Asked, Depends(asked(READ))]
ByResender = Annotated[Asked, Depends(asked(RESEND))]
ByPostman = Annotated[Caller, Depends(caller(BOUNCES))]
ByViewer = Annotated[Caller, Depends(caller(LOOK))]
ByOperator = Annotated[Asked, Depends(asked(ACT))]


def see_may_know(by: Asked) -> None:
    """Let a caller go on who may learn to whom mails went. Raises: Denied."""
    if RECEIVERS not in by.caller.scopes:
        raise Denied(f"the token does not allow {RECEIVERS}")
