"""`make up` and `make down` as people use them, with the servers alone."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.places import PROJECT
from deploy.ports import Ports, is_free
from deploy.status import supervisor

pytestmark = pytest.mark.embedded("It is about `make up` without containers")
Deploy = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def offset() -> int:
    tries = (secrets.choice(range(200, 6000)) for _ in range(100))
    return next(tried for tried in tries if all(is_free(port) for port in astuple(Ports.moved(tried))))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def deploy(state: Path, offset: int) -> Iterator[Deploy]:
    told = {"PORTAL_STATE": str(state), "PORTAL_PORT_OFFSET": str(offset), "PORTAL_SERVICES": "none"}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(  # noqa: S603 - words of our own
            [sys.executable, "-m", "deploy", *words],
            cwd=PROJECT,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    run("down", "--clean")


def parts(state: Path) -> dict[str, Any]:
    return {part["name"]: part for part in json.loads((state / "status.json").read_text())["parts"]}


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_the_stack_comes_up_heals_itself_and_goes_without_a_trace(deploy: Deploy, state: Path) -> None:
    first = deploy("up", "--no-sample")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "Everything runs" in first.stdout
    before = parts(state)
    assert {"postgres", "kafka", "redis", "mailbox", "settings-site"} == set(before)

    again = time.monotonic()
    assert deploy("up", "--no-sample").returncode == 0
    assert time.monotonic() - again < 15
    assert parts(state) == before

    os.kill(before["redis"]["pid"], signal.SIGKILL)
    wait_until(lambda: parts(state)["redis"]["restarts"] == 1 and parts(state)["redis"]["state"] == "ready")
    said = deploy("status")
    assert said.returncode == 0
    assert "valkey" in said.stdout

    processes = [psutil.Process(part["pid"]) for part in parts(state).values()]
    assert deploy("down").returncode == 0
    assert not any(process.is_running() for process in processes)
    assert supervisor(state) is None
    assert deploy("status").returncode == 1
    assert deploy("down", "--clean").returncode == 0
    assert not state.exists()


def test_what_a_killed_supervisor_left_behind_is_stopped_too(deploy: Deploy, state: Path) -> None:
    assert deploy("up", "--no-sample").returncode == 0
    pid = supervisor(state)
    assert pid
    left = [psutil.Process(part["pid"]) for part in parts(state).values()]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: supervisor(state) is None)
    assert all(process.is_running() for process in left)
    assert deploy("down").returncode == 0
    assert not any(process.is_running() for process in left)


def test_a_taken_port_is_told_and_nothing_stays_behind(deploy: Deploy, state: Path, offset: int) -> None:
    port = Ports.moved(offset).kafka
    with subprocess.Popen(  # noqa: S603 - words of our own
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as other:
        wait_until(lambda: not is_free(port))
        said = deploy("up", "--no-sample")
        other.terminate()
    assert said.returncode == 1
    assert f"Port {port}, which kafka needs, is taken by process {other.pid}" in said.stdout.replace("\n", " ")
    assert supervisor(state) is None


def test_a_server_of_your_own_that_does_not_answer_is_named(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    said = deploy("up", "--no-sample")
    assert said.returncode == 1
    assert "PORTAL_KAFKA_BOOTSTRAP names 127.0.0.1:1, which does not answer" in said.stdout
