"""A service's process: healthy or not, measured, its roles kept running, and gone within ten seconds when told."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

PATIENCE = 20.0
MEGABYTES = 120


class Served:
    """One process of the small service in serving.py."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.http, self.management = _free(), _free()
        environment = {
            **os.environ,
            "PORTAL_HTTP_PORT": str(self.http),
            "PORTAL_MANAGEMENT_PORT": str(self.management),
            "PORTAL_ROLES": "http,fragile",
            **settings,
        }
        command = [sys.executable, "-m", "tests.integration.kernel.serving", str(folder)]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                command, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def notes(self) -> list[str]:
        """Return what the process wrote down."""
        file = self.folder / "notes"
        return file.read_text().split() if file.exists() else []

    def log(self) -> list[dict[str, Any]]:
        """Return the entries of its log, each of which must be JSON."""
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    async def health(self, what: str) -> tuple[int, dict[str, str]]:
        """Return status and checks of a health page; 0 while nobody answers."""
        try:
            async with aiohttp.ClientSession() as http, http.get(self._url(f"health/{what}")) as answer:
                checks = (await answer.json())["checks"]
                return answer.status, {check["name"]: check["status"] for check in checks}
        except aiohttp.ClientError:
            return 0, {}

    async def until(self, what: str, status: int) -> dict[str, str]:
        """Return the checks of a health page once it answers with *status*."""
        checks: dict[str, str] = {}

        async def answers() -> bool:
            nonlocal checks
            answered, checks = await self.health(what)
            return answered == status

        await eventually(answers)
        return checks

    async def until_noted(self, *words: str) -> None:
        """Return once the process wrote all *words* down."""

        async def noted() -> bool:
            return not Counter(words) - Counter(self.notes())

        await eventually(noted)

    async def metric(self, name: str) -> float:
        """Return a figure."""
        async with aiohttp.ClientSession() as http, http.get(self._url("metrics")) as answer:
            lines = (await answer.text()).splitlines()
        return float(next((line.rpartition(" ")[2] for line in lines if line.startswith(name)), "nan"))

    async def ended(self) -> int:
        """Return how the process ended, once it has."""
        return await asyncio.to_thread(self.process.wait, PATIENCE)

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.management}/{path}"


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return once it holds, which it must before patience ends."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Served]:
    one = Served(folder, **settings)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()


@pytest.fixture
async def ready(tmp_path: Path) -> AsyncIterator[Served]:
    (tmp_path / "up").touch()
    with served(tmp_path) as one:
        await one.until("ready", 200)
        yield one


async def test_ready_follows_its_checks_and_live_does_not(ready: Served) -> None:
    (ready.folder / "up").unlink()
    checks = await ready.until("ready", 503)
    assert checks == {"started": "UP", "not draining": "UP", "file": "DOWN"}
    assert (await ready.health("live"))[0] == (await ready.health("started"))[0] == 200
    (ready.folder / "up").touch()
    await ready.until("ready", 200)


async def test_a_check_that_never_answers_counts_as_failed(ready: Served) -> None:
    (ready.folder / "stuck").touch()
    before = time.monotonic()
    status, checks = await ready.health("ready")
    assert (status, checks["file"]) == (503, "DOWN")
    assert time.monotonic() - before < 3
    assert (await ready.health("live"))[0] == 200


async def test_a_role_that_ends_or_fails_is_started_again_and_counted(ready: Served) -> None:
    await ready.until_noted("role", "role", "role")
    assert await ready.metric('role_restarts_total{role="fragile"}') == 2
    assert {"role.ended", "role.failed"} <= {entry["event"] for entry in ready.log()}


async def test_only_the_roles_that_were_asked_for_run(ready: Served) -> None:
    started = next(entry for entry in ready.log() if entry["event"] == "process.started")
    assert started["roles"] == ["fragile"]


async def test_the_process_measures_its_loop_and_its_memory(ready: Served) -> None:

    async def measured() -> bool:
        return await ready.metric("event_loop_lag_seconds") > 0

    await eventually(measured)
    assert 0 < await ready.metric("process_resident_memory_bytes") < MEGABYTES * 1024 * 1024


async def test_told_to_end_it_answers_what_was_asked_and_closes_what_is_open(ready: Served) -> None:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{ready.http}") as http:
        stream = await http.get("/stream")
        answer = asyncio.create_task(_text(http, "/slow"))
        await ready.until_noted("asked", "role", "role", "role")
        before = time.monotonic()
        ready.process.send_signal(signal.SIGTERM)
        checks = await ready.until("ready", 503)
        assert checks["not draining"] == "DOWN"
        assert (await ready.health("live"))[0] == 200
        await _until_refused(ready.http)
        assert await answer == '"done"'
        assert await ready.ended() == 0
        assert time.monotonic() - before < 10
        stream.close()
    assert ready.notes()[-2:] == ["role-cancelled", "closed"]
    assert "process.ended" in {entry["event"] for entry in ready.log()}


async def test_told_to_end_it_does_not_wait_for_a_collector_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "up").touch()
    with served(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9") as one:
        await one.until("ready", 200)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{one.http}") as http:
            assert await _text(http, "/slow") == '"done"'
        before = time.monotonic()
        one.process.send_signal(signal.SIGTERM)
        assert await one.ended() == 0
        assert time.monotonic() - before < 10


async def test_told_twice_it_ends_once(ready: Served) -> None:
    for _ in range(3):
        ready.process.send_signal(signal.SIGTERM)
    assert await ready.ended() == 0


async def test_without_the_http_role_nothing_listens_for_requests(tmp_path: Path) -> None:
    (tmp_path / "up").touch()
    with served(tmp_path, PORTAL_ROLES="fragile") as one:
        await one.until("ready", 200)
        await _until_refused(one.http)


async def test_c12_a_process_can_be_made_to_die_as_it_starts(tmp_path: Path) -> None:
    with served(tmp_path, PORTAL_FAILPOINTS="C12") as one:
        assert await one.ended() == -signal.SIGKILL
        assert one.notes() == []


async def test_a_taken_port_is_said_and_ends_the_process(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with served(tmp_path, PORTAL_HTTP_PORT=str(taken.getsockname()[1])) as one:
            assert await one.ended() != 0
            assert "address already in use" in (tmp_path / "log").read_text()


def test_idle_it_stays_small(ready: Served) -> None:
    assert psutil.Process(ready.process.pid).memory_info().rss < MEGABYTES * 1024 * 1024


async def _text(http: aiohttp.ClientSession, path: str) -> str:
    async with http.get(path) as answer:
        return await answer.text()


async def _until_refused(port: int) -> None:
    async def refused() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return True
        writer.close()
        return False

    await eventually(refused)
