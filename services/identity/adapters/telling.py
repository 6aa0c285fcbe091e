"""Tells sites what waits, several at a time, woken by the reader of the own log. Next stop: application/parting.py."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import aiohttp
import structlog

from kernel.adapters.postgres.pool import TROUBLE
from kernel.adapters.telemetry import trace
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.frames import said_of
from kernel.application.ports import Clock
from services.identity.application.parting import Parting
from services.identity.application.site_ports import Notice, NoticeKind, Notices, Told

AT_ONCE = 16
LOOK_SECONDS = 0.5
"""How often notices that were put off are looked for; a new one wakes the sender."""
LEASE = timedelta(seconds=20)
LIMITS = aiohttp.ClientTimeout(total=5, connect=2)
REDIRECTS, BAD_REQUEST = 300, 400

log = structlog.get_logger(__name__)


class SiteCaller:
    """The way to the sites' addresses, which stand in their files and nowhere else."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def tell(self, address: str, kind: NoticeKind, token: str) -> Told:
        """Send a token of a kind to an address, and return what came of it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=LIMITS, cookie_jar=aiohttp.DummyCookieJar())
        data: dict[str, str] | str = {"logout_token": token} if kind is NoticeKind.LOGOUT else token
        headers = {"Accept": "application/json"}
        if kind is NoticeKind.REVOKED:
            headers["Content-Type"] = "application/secevent+jwt"
        try:
            async with self._session.post(address, data=data, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            log.info("site.away", address=address, error=type(trouble).__name__)
            return Told.AWAY
        if status < REDIRECTS:
            return Told.TAKEN
        log.warning("site.refuses", address=address, kind=kind, status=status)
        return Told.REFUSED if status == BAD_REQUEST else Told.AWAY

    async def close(self) -> None:
        """Give up the connections."""
        if self._session is not None:
            await self._session.close()


class Telling:
    """The sender; any number of them share the table."""

    def __init__(self, notices: Notices, parting: Parting, now: Clock) -> None:
        self._notices = notices
        self._parting = parting
        self._now = now
        self._woken = asyncio.Event()
        self._at_work: set[asyncio.Task[None]] = set()

    def wake(self, *_read: object) -> None:
        """Look at once: the reader of the own log has gone on."""
        self._woken.set()

    async def run(self) -> None:
        """Tell until cancelled; what could not be finished is told again when its lease ends."""
        backoff = Backoff()
        try:
            while True:
                heed_cancellation()
                try:
                    await self._round()
                    backoff.reset()
                except TROUBLE as trouble:
                    log.warning("telling.tries_again", **said_of(trouble))
                    await asyncio.sleep(backoff.next())
        finally:
            for task in self._at_work:
                task.cancel()

    async def work(self) -> int:
        """Tell everything that is due now, and return how much that was."""
        due = await self._notices.lease(AT_ONCE, self._now(), LEASE)
        for notice in due:
            await self._one(notice)
        return len(due)

    async def _round(self) -> None:
        self._woken.clear()
        free = AT_ONCE - len(self._at_work)
        due = await self._notices.lease(free, self._now(), LEASE) if free else ()
        for notice in due:
            task = asyncio.create_task(self._one(notice), name=f"notice {notice.notice_id}")
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
        if len(self._at_work) >= AT_ONCE:
            await asyncio.wait(self._at_work, return_when=asyncio.FIRST_COMPLETED)
        elif not due:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()

    async def _one(self, notice: Notice) -> None:
        with trace.following(notice.traceparent, "tell site", attributes={"portal.client_id": notice.client_id}):
            await self._tell(notice)

    async def _tell(self, notice: Notice) -> None:
        about = {"notice_id": str(notice.notice_id), "client_id": notice.client_id, "kind": notice.kind}
        try:
            told = await self._parting.send(notice)
        except TROUBLE as trouble:
            log.warning("notice.tries_again", **about, error=type(trouble).__name__)
        except Exception as broken:  # noqa: BLE001 - one broken notice must not stop the others
            log.error("notice.broken", **about, error=type(broken).__name__)  # noqa: TRY400 - a traceback may quote a token
        else:
            log.info("notice.tried", **about, told=told, tries=notice.tries)
