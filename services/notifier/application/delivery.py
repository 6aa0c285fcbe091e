"""One try to send one mail: what came of it is first noted as a fact, then the queue forgets it. Next: handlers.py."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel.application.backoff import Backoff
from kernel.application.failpoints import crashpoint
from kernel.application.ports import Clock
from kernel.domain.errors import Gone, NotFound, PortalError, Unavailable, Unreadable, Unsealable
from services.notifier.application.bulletin import Bulletin
from services.notifier.application.bulletins import Bulletins
from services.notifier.application.handlers import MessageHandlers
from services.notifier.application.ports import (
    Letter,
    Letters,
    MailNotNow,
    MailRefused,
    OneTimeSecrets,
    Post,
    Queue,
    QueuedMail,
    Recipient,
    Recipients,
)
from services.notifier.domain.events import SuppressionReason
from services.notifier.domain.kinds import KIND_OF, Kind, is_wanted
from services.notifier.domain.patience import NOBODY_THERE, WAITS, next_try

FIRST_LOOK = timedelta(seconds=1)
LAST_LOOK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Sends a mail of the queue, or finds out why not."""

    queue: Queue
    messages: MessageHandlers
    recipients: Recipients
    secrets: OneTimeSecrets
    bulletins: Bulletins
    letters: Letters
    post: Post
    now: Clock
    most: timedelta
    """How long fetching and handing over may take, less than a lease."""

    async def deliver(self, mail: QueuedMail) -> str:
        """Try once and return what came of it, a word for the log. Raises: trouble of the database."""
        known = await self.messages.queue(mail)
        if known.ended:
            # The process before us died between the fact and the queue.
            await self.queue.close(mail.message_id)
            return "ended before"
        if self.now() >= mail.not_after:
            return await self._suppress(mail, await self._why_too_late(mail))
        try:
            to = await self.recipients.find(mail.user_id)
        except Unsealable:
            return await self._suppress(mail, SuppressionReason.NO_RECIPIENT)
        except Unreadable:
            # A wrong key in a setting, or a spoiled row: somebody may mend it before the mail has lost its sense.
            return await self._defer(mail, known.try_times + 1, "RECIPIENT_UNREADABLE", WAITS[-1])
        return await self._to(to, mail, known.try_times)

    def since(self, at: datetime) -> float:
        """Return the seconds since *at*."""
        return (self.now() - at).total_seconds()

    async def _to(self, to: Recipient | None, mail: QueuedMail, tries: int) -> str:
        bulletin = None
        if KIND_OF[mail.template] is not Kind.SECURITY:
            bulletin = await self.bulletins.of(mail, to)
            if bulletin is None:
                return await self._suppress(mail, SuppressionReason.NOT_SEEN)
        if to is None:
            return await self._wait_for_recipient(mail)
        if not is_wanted(KIND_OF[mail.template], to.refused):
            return await self._suppress(mail, SuppressionReason.NOT_WANTED)
        return await self._send(mail, to, bulletin, tries)

    async def _letter(self, mail: QueuedMail, to: Recipient, bulletin: Bulletin | None) -> Letter:
        if bulletin is not None:
            return self.letters.tell(mail, to, bulletin)
        return self.letters.write(mail, to, await self.secrets.fetch(mail))

    async def _send(self, mail: QueuedMail, to: Recipient, bulletin: Bulletin | None, tries: int) -> str:
        try:
            async with asyncio.timeout(self.most.total_seconds()):
                await self.post.send(await self._letter(mail, to, bulletin))
        except (Gone, NotFound) as gone:
            expired = gone.code.endswith("expired") or self.now() >= mail.not_after
            return await self._suppress(mail, SuppressionReason.EXPIRED if expired else SuppressionReason.SUPERSEDED)
        except MailRefused as refused:
            await self.messages.failed(mail, refused.reason)
            await self.queue.close(mail.message_id)
            return f"failed: {refused.reason}"
        except TimeoutError:
            return await self._defer(mail, tries + 1, "TIMEOUT", NOBODY_THERE)
        except MailNotNow as trouble:
            longest = NOBODY_THERE if trouble.reason == "SMTP_CONNECTION" else WAITS[-1]
            return await self._defer(mail, tries + 1, trouble.reason, longest)
        except PortalError as trouble:
            # Identity is down, or refuses us because of a wrong setting: neither is the mail's fault.
            return await self._defer(
                mail, tries + 1, f"IDENTITY_{trouble.code}".upper().replace("-", "_"), NOBODY_THERE
            )
        crashpoint("C10")
        await self._note_sent(mail)
        await self.queue.close(mail.message_id)
        return "sent"

    async def _why_too_late(self, mail: QueuedMail) -> SuppressionReason:
        try:
            found = await self.recipients.find(mail.user_id)
        except Unsealable:
            return SuppressionReason.NO_RECIPIENT
        except PortalError:
            return SuppressionReason.EXPIRED
        return SuppressionReason.EXPIRED if found else SuppressionReason.NO_RECIPIENT

    async def _note_sent(self, mail: QueuedMail) -> None:
        """Note it, however long the database is away: to forget it would be to send a second copy."""
        backoff = Backoff()
        while True:
            try:
                await self.messages.sent(mail)
            except Unavailable:
                await asyncio.sleep(backoff.next())
            else:
                return

    async def _defer(self, mail: QueuedMail, tries: int, reason: str, longest: timedelta) -> str:
        later = next_try(tries, self.now(), mail.not_after, longest) or mail.not_after
        await self.messages.deferred(mail, later, reason)
        await self.queue.put_off(mail.message_id, later)
        return f"deferred: {reason}"

    async def _wait_for_recipient(self, mail: QueuedMail) -> str:
        """Look again soon, then seldom: topics have no common order, so who it is for may come later."""
        now = self.now()
        wait = min(max((now - mail.caused_at) / 4, FIRST_LOOK), LAST_LOOK)
        await self.queue.put_off(mail.message_id, min(now + wait, mail.not_after))
        return "waits for its recipient"

    async def _suppress(self, mail: QueuedMail, reason: SuppressionReason) -> str:
        await self.messages.suppressed(mail, reason)
        await self.queue.close(mail.message_id)
        return f"suppressed: {reason}"
