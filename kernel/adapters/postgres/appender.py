"""Writes appends in batches: one connection, one call, one flush to disk for all that wait. Next: kafka/relay.py."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from kernel.adapters.postgres import metrics
from kernel.adapters.postgres.batch import APPEND, Outcome, Request, Waiting, arguments
from kernel.adapters.postgres.pool import AWAY
from kernel.application.backoff import Backoff
from kernel.application.cancellation import heed_cancellation
from kernel.application.failpoints import crashpoint
from kernel.application.frames import said_of
from kernel.domain.errors import Unavailable

ANSWER_SECONDS = 15.0
RECONNECT_SECONDS = 8.0
REST_SECONDS = 1.0

_SETTINGS = {
    "application_name": "appender",
    # The checks under the lock must see what was committed before it. See: es.append.
    "default_transaction_isolation": "read committed",
    "synchronous_commit": "on",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "tcp_user_timeout": "10s",
    # One plan for ever, and the one that stays right while the tables grow.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}
_BROKEN = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    # The server became a standby: whoever took its place is to be found anew.
    asyncpg.ReadOnlySQLTransactionError,
)
_HEAD = """
SELECT h.pos, (h.sysid, h.timeline) = (s.system_identifier, c.timeline_id) AS own
FROM es.head h, pg_control_system() s, pg_control_checkpoint() c
"""

log = structlog.get_logger(__name__)


class LogForeign(Unavailable):
    """The server is not the one that wrote the log: no append until an operator says that it is right."""

    code = "log-restored"


class Appender:
    """The only writer of a process to its log."""

    def __init__(self, url: str, service: str, grew: Callable[[int], None]) -> None:
        self._url = url
        self._service = service
        self._grew = grew
        self._waiting = Waiting()
        self._filled = asyncio.Event()
        self._connection: asyncpg.Connection[Any] | None = None
        self._stopping = False

    async def ready(self) -> bool:
        """Tell whether appends can be written now: the server is there, and the log is its own."""
        return self._connection is not None and not self._connection.is_closed()

    async def append(self, request: Request) -> Outcome:
        """Have a request written, and return what came of it. Raises: Unavailable; what the database refuses."""
        self._waiting.put(request)
        self._filled.set()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await request.answer
        except TimeoutError as late:
            raise _unknown() from late

    async def run(self) -> None:
        """Write what comes until cancelled; what is being written is then still finished."""
        self._stopping = False
        try:
            while True:
                heed_cancellation()
                if self._waiting:
                    await self._to_its_end(self._turn())
                else:
                    await self._rest()
        finally:
            self._stopping = True
            _fail(self._waiting.clear(), Unavailable("the process ends", retry_after=2))
            self._drop()

    async def _to_its_end(self, work: Coroutine[Any, Any, None]) -> None:
        """Let what is being written be finished before a cancellation does its own."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait([task])
            raise

    async def _rest(self) -> None:
        """Wait for something to write, with a connection at hand."""
        self._filled.clear()
        try:
            await self._connected()
        except Exception as trouble:  # noqa: BLE001 - whatever it is, the next round tries again
            log.warning("appender.waits", service=self._service, error=repr(trouble))
        with suppress(TimeoutError):
            async with asyncio.timeout(REST_SECONDS):
                await self._filled.wait()

    async def _turn(self) -> None:
        # Those that the last batch woke up may come at once: one round of the loop lets them join.
        await asyncio.sleep(0)
        while batch := self._waiting.take():
            metrics.WAITING.labels(self._service).set(len(self._waiting))
            await self._write(batch)
            if self._stopping or not self._waiting.is_full:
                return

    async def _write(self, batch: Sequence[Request]) -> None:
        """Write a batch, over a new connection when the old one breaks: command ids tell what was written before."""
        loop = asyncio.get_running_loop()
        until, backoff = loop.time() + RECONNECT_SECONDS, Backoff()
        while True:
            try:
                await self._call(batch)
            except LogForeign as foreign:
                _fail(batch, foreign)
            except Exception as trouble:  # noqa: BLE001 - whatever it is, each request gets its answer
                if not self._broken(trouble):
                    await self._refused(batch, trouble)
                else:
                    metrics.RECONNECTS.labels(self._service).inc()
                    log.warning("appender.connection_lost", service=self._service, **said_of(trouble))
                    self._drop()
                    if loop.time() < until and not self._stopping:
                        await asyncio.sleep(backoff.next())
                        continue
                    _fail(batch, _unknown())
            return

    async def _call(self, batch: Sequence[Request]) -> None:
        connection = await self._connected()
        crashpoint("C1")
        with metrics.SECONDS.labels(self._service).time():
            rows = await connection.fetch(APPEND, *arguments(batch))
        crashpoint("C3")
        metrics.BATCH.labels(self._service).observe(len(batch))
        if last := max((position for *_, position, _ in rows), default=0):
            metrics.HEAD.labels(self._service).set(last)
            self._grew(last)
        # A little later: the relay and the next batch are on their way while the answers lead to more.
        asyncio.get_running_loop().call_soon(self._answer, batch, rows)

    def _answer(self, batch: Sequence[Request], rows: Sequence[Any]) -> None:
        outcomes = Counter[str]()
        for number, status, stream, version, public_position, _, epoch in rows:
            outcomes[status] += 1
            answer = batch[number - 1].answer
            if not answer.done():
                answer.set_result(Outcome(status, stream, version, public_position, epoch))
        for outcome, count in outcomes.items():
            metrics.OUTCOMES.labels(self._service, outcome).inc(count)

    async def _refused(self, batch: Sequence[Request], trouble: Exception) -> None:
        """The server refused and nothing was written; one that is bad must not fail its neighbours."""
        if isinstance(trouble, AWAY):
            _fail(batch, Unavailable(f"the log is busy: {trouble!r}", retry_after=1))
        elif len(batch) == 1:
            log.error("appender.refused", service=self._service, **said_of(trouble))
            _fail(batch, trouble)
        else:
            for request in batch:
                await self._write([request])

    async def _connected(self) -> "asyncpg.Connection[Any]":
        """Return the connection, a new one when there is none. Raises: LogForeign; what connecting raises."""
        if self._connection is None or self._connection.is_closed():
            self._connection = None
            made = await asyncpg.connect(self._url, timeout=5, command_timeout=7, server_settings=_SETTINGS)
            try:
                row = await made.fetchrow(_HEAD)
            except BaseException:
                made.terminate()
                raise
            if row is None or not row["own"]:
                made.terminate()
                raise LogForeign("the log was written by another server or before a restore")
            metrics.HEAD.labels(self._service).set(row["pos"])
            self._connection = made
        return self._connection

    def _broken(self, trouble: Exception) -> bool:
        """Tell whether the connection broke, so that nobody knows what was written."""
        return self._connection is None or self._connection.is_closed() or isinstance(trouble, _BROKEN)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


def _unknown() -> Unavailable:
    return Unavailable("it is not known whether it was written: ask again", retry_after=2)


def _fail(batch: Sequence[Request], error: Exception) -> None:
    for request in batch:
        if not request.answer.done():
            request.answer.set_exception(error)
