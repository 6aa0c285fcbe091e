"""The stack that tests and measurements use: real servers that end with the one who started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.places import PROJECT
from deploy.ports import Ports, is_free
from deploy.stack import Stack
from deploy.taken_ports import PortTaken

embedded = pytest.mark.embedded("It is about processes that this project starts by itself")

OWNER = """
import sys, time
from pathlib import Path
from deploy.stack import Stack
stack = Stack(Path(sys.argv[1]), temporary=True)
stack.start(["redis"])
print(stack.pid("redis"), flush=True)
time.sleep(600)
"""


async def test_postgresql_keeps_what_was_committed_when_it_is_killed(stack: Stack, database: str) -> None:
    before = await asyncpg.connect(database)
    await before.execute("CREATE TABLE fact(n int)")
    await before.execute("INSERT INTO fact VALUES (1)")
    stack.kill("postgres")
    stack.restart("postgres")
    before.terminate()
    after = await asyncpg.connect(database)
    assert await after.fetchval("SELECT n FROM fact") == 1
    await after.close()


async def test_postgresql_writes_through_to_disk_and_checks_its_pages(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    for setting in ("fsync", "synchronous_commit", "data_checksums", "full_page_writes"):
        assert await connection.fetchval(f"SHOW {setting}") == "on"
    assert await connection.fetchval("SELECT lower('ÄÖ') || upper('é')") == "äöÉ"
    await connection.close()


async def test_nobody_enters_without_the_password(postgres_url: str) -> None:
    host = postgres_url.rpartition("@")[2]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://postgres:wrong@{host}")


@embedded
def test_a_killed_owner_leaves_no_server_behind(tmp_path: Path) -> None:
    state = tmp_path / "state"
    owner = subprocess.Popen(  # noqa: S603 - words of our own
        [sys.executable, "-c", OWNER, str(state)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    with owner:
        assert owner.stdout
        server = psutil.Process(int(owner.stdout.readline()))
        owner.send_signal(signal.SIGKILL)
    server.wait(15)
    until = time.monotonic() + 15
    while state.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not state.exists()


@embedded
def test_a_part_that_dies_is_started_again_where_that_is_wanted(tmp_path: Path) -> None:
    with Stack(tmp_path / "state", restarts=True) as stack:
        stack.start(["redis"])
        first = stack.pid("redis")
        assert first
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 15
        while stack.states()[0].state != "ready" or stack.pid("redis") == first:
            assert time.monotonic() < until, stack.states()
            time.sleep(0.05)
        assert stack.states()[0].restarts == 1


@embedded
def test_stopping_leaves_every_port_free(tmp_path: Path) -> None:
    ports = Ports.free()
    with Stack(tmp_path / "state", ports=ports) as stack:
        stack.start(["redis", "mailbox"])
        assert not is_free(ports.redis)
    assert is_free(ports.redis)
    assert is_free(ports.smtp)
    assert is_free(ports.mailbox)


@embedded
def test_a_taken_port_stops_the_start(tmp_path: Path) -> None:
    with Stack(tmp_path / "one") as first:
        first.start(["redis"])
        with Stack(tmp_path / "two", ports=first.plan.ports) as second, pytest.raises(PortTaken, match="redis"):
            second.start(["redis"])
        assert first.pid("redis")
