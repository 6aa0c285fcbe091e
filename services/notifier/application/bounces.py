"""Reports of mail servers that could not deliver what they had taken over. Next stop: handlers.py."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifier.application.handlers import MessageHandlers
from services.notifier.domain.errors import BounceUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a returned mail says, as far as it can be read."""

    message_ids: Sequence[UUID]
    """The mails whose return path it came to, believed because we signed it."""
    action: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Bounces:
    """Takes in what came back."""

    messages: MessageHandlers
    read: Callable[[bytes], Report]

    async def take(self, raw: bytes, actor: str) -> None:
        """Note what a report says of a mail of ours. Raises: BounceUnknown; BounceUnreadable."""
        # Some shapes of mail take long to read, and nobody else is to wait for that.
        report = await asyncio.to_thread(self.read, raw)
        if not report.message_ids:
            raise BounceUnknown
        await self.messages.bounced(report.message_ids[0], report.action, report.status, actor)
