"""The real application over the gateway's fakes, on a port of this machine, for a real browser."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from gateway.adapters.edge_rules import EdgeRules
from gateway.front import application, front
from gateway.web import pages
from tests.unit.gateway.world import World


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    """Serve *world* while the block runs; give its address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://localhost:{listening.getsockname()[1]}"
    app = application(world.journeys, world.quick, pages.routers(), pages.error_page)
    config = uvicorn.Config(
        front(app, world.quick, EdgeRules(public_url=address)),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:  # noqa: ASYNC110 - the server tells by nothing else
            await asyncio.sleep(0)
        yield address
    finally:
        server.should_exit = True
        await running
