"""An ASGI application behind a port, with a polite end. Next stop: http/app.py or management.py."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

DRAIN_SECONDS = 5
"""How long open requests may take after the end was asked for; an event stream is told at once."""
KEPT_SECONDS = 30


class _Server(uvicorn.Server):
    """A server that leaves signals to the process, which has more than one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listener:
    """Listens while it is entered; on leaving, takes no new requests and answers those it has."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            # Who the caller is, is the application's to say: it knows which proxies to believe.
            proxy_headers=False,
            timeout_keep_alive=KEPT_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """Return the port it listens on, which the system chose when 0 was asked for."""
        number: int = self._server.servers[0].sockets[0].getsockname()[1]
        return number

    async def __aenter__(self) -> Self:
        """Begin to listen. Raises: OSError when the port is taken."""
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            done, _ = await asyncio.wait([self._task], timeout=0.01)
            if done:
                raise OSError(f"cannot listen on port {self._server.config.port}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drain."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
