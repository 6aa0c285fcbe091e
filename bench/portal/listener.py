"""A browser that listens to what changes of a tenant, by server-sent events. Next stop: measures/dashboard.py."""

import asyncio
import json
import time
from types import TracebackType
from typing import Any, Self

PATH = "/api/v1/events"
DATA = b"data:"
CONNECT_SECONDS = 10.0


class Listener:
    """One open stream; tells when a contract is seen in a status."""

    def __init__(self, host: str, cookie: str) -> None:
        self._host = host
        self._cookie = cookie
        self._waiting: dict[tuple[str, str], asyncio.Future[float]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        _, _, port = self._host.partition(":")
        reader, self._writer = await asyncio.open_connection("127.0.0.1", int(port))
        lines = [f"GET {PATH} HTTP/1.1", f"Host: {self._host}", "Accept: text/event-stream", f"Cookie: {self._cookie}"]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(CONNECT_SECONDS):
            status = await reader.readline()
            if b" 200 " not in status:
                raise ConnectionRefusedError(f"the stream of events was refused: {status!r}")
            while await reader.readline() != b": here\n":
                pass
        self._reading = asyncio.create_task(self._read(reader))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading:
            self._reading.cancel()
        if self._writer:
            self._writer.close()

    def expect(self, contract_id: str, status: str) -> "asyncio.Future[float]":
        """Return what will hold the moment (of `time.perf_counter`) when the contract is first seen like that."""
        seen = self._waiting[contract_id, status] = asyncio.get_running_loop().create_future()
        return seen

    async def _read(self, reader: asyncio.StreamReader) -> None:
        # Lines of the chunked coding stand between those of the stream; they never begin like data.
        while line := await reader.readline():
            if line.startswith(DATA):
                self._saw(json.loads(line[len(DATA) :]))

    def _saw(self, told: Any) -> None:
        contract = told.get("contract") if isinstance(told, dict) else None
        if contract:
            waiting = self._waiting.pop((contract["contractId"], contract["serviceStatus"]), None)
            if waiting and not waiting.done():
                waiting.set_result(time.perf_counter())
