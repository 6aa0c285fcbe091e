"""HTTP/1.1 as cheaply as Python can, for the load shares the cores with what it loads. Next stop: models.py."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
END = b"\r\n\r\n"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    head: bytes
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    def cookie(self, name: str) -> str:
        """Return the value of a cookie that was set. Raises: KeyError."""
        start = self.head.find(f"{name}=".encode())
        if start < 0:
            raise KeyError(name)
        return self.head[start + len(name) + 1 : self.head.index(b";", start)].decode()


class Wire(asyncio.Protocol):
    """One connection that is kept alive and asks one thing at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiter: asyncio.Future[Answer] | None = None
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        # What uvloop gives is a transport by behaviour and not by descent.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Put an answer together."""
        self._buffer += data
        end = self._buffer.find(END)
        if end < 0:
            return
        head = self._buffer[: end + 2]
        length = LENGTH.search(head)
        whole = end + len(END) + (int(length[1]) if length else 0)
        if len(self._buffer) < whole:
            return
        body, self._buffer = self._buffer[end + len(END) : whole], self._buffer[whole:]
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(Answer(int(head[9:12]), head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits that nothing will come."""
        self.closed = True
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(exc or ConnectionResetError("the server hung up"))

    async def ask(self, request: bytes) -> Answer:
        """Return the answer to a request as `request()` writes it. Raises: OSError, TimeoutError."""
        if self._transport is None or self.closed:
            raise ConnectionResetError("the connection is closed")
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._waiter

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()


class Wires:
    """Connections to one server, opened when all others are in use."""

    def __init__(self, port: int) -> None:
        self.host = f"localhost:{port}"
        self._port = port
        self._free: list[Wire] = []

    async def ask(self, request: bytes) -> Answer:
        """Return the answer to a request, over a connection that nobody uses now. Raises: OSError, TimeoutError."""
        wire = await self.take()
        try:
            answer = await wire.ask(request)
        except BaseException:
            wire.close()
            raise
        self._free.append(wire)
        return answer

    async def take(self) -> Wire:
        """Return a connection, which the caller closes."""
        while self._free:
            wire = self._free.pop()
            if not wire.closed:
                return wire
        _, wire = await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", self._port)
        return wire

    def close(self) -> None:
        """Hang up everywhere."""
        for wire in self._free:
            wire.close()
        self._free.clear()

    def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the bytes of a request."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body is None:
            return "\r\n".join([*lines, "", ""]).encode()
        content = json.dumps(body, ensure_ascii=False).encode()
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        return "\r\n".join([*lines, "", ""]).encode() + content
