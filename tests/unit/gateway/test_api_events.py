"""The stream of changes over a real connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import httpx
import uvicorn

from gateway.adapters.edge_rules import EdgeRules
from gateway.application import cookies
from gateway.application.open_streams import MOST
from gateway.front import application, front
from tests.unit.gateway.fakes import TENANT
from tests.unit.gateway.fakes_boards import contract
from tests.unit.gateway.turning import turned
from tests.unit.gateway.viewers import session
from tests.unit.gateway.world import World


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = front(application(world.journeys, world.quick), world.quick, EdgeRules(public_url=url))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        running = asyncio.ensure_future(server.serve(sockets=[listening]))
        while not server.started:
            await turned()
        try:
            yield url
        finally:
            server.should_exit = True
            await running


async def test_s40_a_change_comes_down_the_stream_and_the_stream_ends_with_the_session(world: World) -> None:
    world.sessions.kept["token"] = session()
    world.starts_session()
    world.boards.rows = [contract(1)]
    headers = {"Cookie": f"{cookies.SESSION}=token", "Last-Event-ID": "v1"}
    async with (
        served(world) as url,
        httpx.AsyncClient(timeout=5) as http,
        http.stream("GET", f"{url}/api/v1/events", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert "content-security-policy" in answer.headers
        lines = answer.aiter_lines()
        assert await anext(lines) == ": here"
        world.boards.rows = [replace(contract(1), service_status="ABNORMAL", version=2)]
        await asyncio.sleep(0.05)
        world.progress.tell(f"tenant:{TENANT}#contract/{contract(1).contract_id}/smart-pbx", "v2")
        told = [line async for line in until_blank(lines, "event: contract")]
        assert "id: v2" in told
        assert any('"serviceStatus":"ABNORMAL"' in line.replace(" ", "") for line in told)
        world.sessions.kept.clear()
        rest = await asyncio.wait_for(collect(lines), 1.5)
        assert "event: dashboard" in rest


async def until_blank(lines: AsyncIterator[str], first: str) -> AsyncIterator[str]:
    started = False
    async for line in lines:
        started = started or line == first
        if started and not line:
            return
        if started:
            yield line


async def collect(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]


async def test_without_a_session_there_is_no_stream(world: World) -> None:
    async with served(world) as url, httpx.AsyncClient() as http:
        answer = await http.get(f"{url}/api/v1/events")
        assert (answer.status_code, answer.json()["code"]) == (401, "session-missing")


async def test_a11_one_session_holds_so_many_streams_and_no_more(world: World) -> None:
    world.sessions.kept["token"] = session()
    world.starts_session()
    headers = {"Cookie": f"{cookies.SESSION}=token"}
    async with served(world) as url, httpx.AsyncClient(timeout=5) as http, AsyncExitStack() as opened:
        streams = [http.stream("GET", f"{url}/api/v1/events", headers=headers) for _ in range(MOST)]
        answers = [await opened.enter_async_context(one) for one in streams]
        assert {one.status_code for one in answers} == {200}
        refused = await http.get(f"{url}/api/v1/events", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-streams")
        assert refused.headers["retry-after"] == "10"
        await answers[0].aclose()
        async with asyncio.timeout(3):
            while not await opens(http, url, headers):  # noqa: ASYNC110 - the gateway tells by nothing else
                await asyncio.sleep(0.05)


async def opens(http: httpx.AsyncClient, url: str, headers: dict[str, str]) -> bool:
    async with http.stream("GET", f"{url}/api/v1/events", headers=headers) as answer:
        return answer.status_code == 200
