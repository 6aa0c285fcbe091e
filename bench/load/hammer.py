"""One request again and again over many connections, with next to nothing in between: for servers that are fast."""

import asyncio
import time
from typing import cast

from bench.load.wire import END, LENGTH

OK = b"HTTP/1.1 200"


class _Nail(asyncio.Protocol):
    """A connection that asks again as soon as it has its answer."""

    def __init__(self, request: bytes, expected: bytes) -> None:
        self.request = request
        self.expected = expected
        self.answers = 0
        self.bad = 0
        self.stopped = False
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # What uvloop gives is a transport by behaviour and not by descent.
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer = self._buffer + data
        end = buffer.find(END)
        if end < 0:
            return
        length = LENGTH.search(buffer, 0, end + 2)
        if len(buffer) < end + len(END) + (int(length[1]) if length else 0):
            return
        self._buffer = b""
        self.answers += 1
        self.bad += not buffer.startswith(self.expected)
        if self._transport and not self.stopped:
            self._transport.write(self.request)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.bad += not self.stopped

    def stop(self) -> None:
        self.stopped = True
        if self._transport:
            self._transport.close()


async def hammer(port: int, request: bytes, *, connections: int, seconds: float, expected: bytes = OK) -> float:
    """Return good answers a second. Raises: ConnectionError when an answer was none, or not the *expected* one."""
    loop = asyncio.get_running_loop()
    nails = [
        nail
        for _ in range(connections)
        for _, nail in [await loop.create_connection(lambda: _Nail(request, expected), "127.0.0.1", port)]
    ]
    begin, before = time.perf_counter(), sum(nail.answers for nail in nails)
    await asyncio.sleep(seconds)
    spent, answers = time.perf_counter() - begin, sum(nail.answers for nail in nails) - before
    bad = sum(nail.bad for nail in nails)
    for nail in nails:
        nail.stop()
    if bad or not answers:
        raise ConnectionError(f"{bad} of {answers} answers were no good")
    return answers / spent
