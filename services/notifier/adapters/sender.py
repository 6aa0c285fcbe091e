"""Sends what waits, several mails at a time, woken by the queue. Next stop: application/delivery.py."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog

from kernel.adapters.telemetry import trace
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.frames import said_of
from kernel.domain.errors import PortalError
from services.notifier.adapters import metrics
from services.notifier.adapters.queue import Bell
from services.notifier.application.delivery import Delivery
from services.notifier.application.ports import Queue, QueuedMail

LOOK_SECONDS = 1.0
"""How often mails that were put off are looked for; a new one rings the bell."""
TROUBLE_WAIT = timedelta(seconds=5)
LEAVE_SECONDS = 1.5
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, PortalError)

log = structlog.get_logger(__name__)


class Sender:
    """One sender; any number of them share the queue."""

    def __init__(self, queue: Queue, delivery: Delivery, bell: Bell, *, parallel: int, lease: timedelta) -> None:
        self._queue = queue
        self._delivery = delivery
        self._bell = bell
        self._parallel = parallel
        self._lease = lease
        self._at_work: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled; mails that are on their way are then let finish."""
        backoff = Backoff()
        try:
            while True:
                heed_cancellation()
                try:
                    await self._round()
                    backoff.reset()
                except TROUBLE as trouble:
                    log.warning("sender.tries_again", **said_of(trouble))
                    await asyncio.sleep(backoff.next())
        finally:
            await self._leave()

    async def _round(self) -> None:
        free = self._parallel - len(self._at_work)
        mails = await self._queue.lease(free, self._lease) if free else []
        for mail in mails:
            task = asyncio.create_task(self._one(mail), name=f"mail {mail.message_id}")
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        metrics.AT_WORK.set(len(self._at_work))
        if len(self._at_work) >= self._parallel:
            await asyncio.wait(self._at_work, return_when=asyncio.FIRST_COMPLETED)
        elif not mails:
            await self._bell.wait(LOOK_SECONDS)

    async def _one(self, mail: QueuedMail) -> None:
        with trace.following(mail.traceparent, "send mail", attributes={"portal.template": mail.template}) as span:
            span.set_attribute("portal.outcome", await self._try(mail))

    async def _try(self, mail: QueuedMail) -> str:
        """Try once, and return in a word what came of it."""
        about = {
            "message_id": mail.message_id,
            "tenant_id": mail.tenant_id,
            "template": mail.template,
            "cause_id": mail.cause_id,
        }
        try:
            outcome = await self._delivery.deliver(mail)
        except TROUBLE as trouble:
            log.warning("mail.tries_again", **about, error=type(trouble).__name__)
            result = "trouble"
            with suppress(*TROUBLE):
                await self._queue.put_off(mail.message_id, self._delivery.now() + TROUBLE_WAIT)
        except Exception as broken:  # noqa: BLE001 - one broken mail must not stop the others
            # Its words may quote what the mail says, so only the kind of error and the place are told.
            log.error("mail.broken", **about, error=type(broken).__name__, place=_place(broken))  # noqa: TRY400 - the traceback would quote it
            result = "broken"
        else:
            log.info("mail.tried", **about, outcome=outcome)
            result = outcome.partition(":")[0]
            if outcome == "sent" and mail.generation == 1:
                metrics.SECONDS.labels(mail.template).observe(self._delivery.since(mail.caused_at))
        metrics.ATTEMPTS.labels(mail.template, result.replace(" ", "_")).inc()
        return result

    async def _leave(self) -> None:
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=LEAVE_SECONDS)
            for task in late:
                task.cancel()


def _place(broken: BaseException) -> str:
    last = broken.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else ""
