"""Each service starts from a folder that holds only itself and the kernel, and without any server being there."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.secret_files import make_secret_files

PROJECT = Path(__file__).parents[2]
MODULES = {
    "contracts": "services.contracts.main",
    "identity": "services.identity.main",
    "notifier": "services.notifier.main",
    "users": "services.users.main",
    "gateway": "gateway.main",
}
NEEDS = {name: {"database", "keys", "log"} for name in MODULES if name != "gateway"} | {"gateway": {"redis"}}
NOWHERE = "127.0.0.1:9"
PATIENCE = 30.0


@pytest.fixture(params=sorted(MODULES))
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """Return a service and a folder that holds only it and the kernel."""
    name: str = request.param
    _copy(tmp_path, "kernel")
    if name == "gateway":
        _copy(tmp_path, "gateway")
    else:
        (tmp_path / "services").mkdir()
        shutil.copy(PROJECT / "services" / "__init__.py", tmp_path / "services")
        _copy(tmp_path, f"services/{name}")
    return name, tmp_path


def test_a_service_needs_no_other_ones_code(alone: tuple[str, Path]) -> None:
    name, folder = alone
    program = f"import sys, {MODULES[name]}; print('\\n'.join(sys.modules))"
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", program], cwd=folder, env=_bare(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ours = {module.partition(".")[0] for module in done.stdout.split()} & {"kernel", "services", "gateway", "deploy"}
    assert ours == {"kernel", MODULES[name].partition(".")[0]}


async def test_a_service_starts_without_its_servers_and_says_what_it_misses(alone: tuple[str, Path]) -> None:
    name, folder = alone
    with _started(name, folder) as (process, management):
        status, found = await _eventually(management, process)
        assert status == 503
        assert found["status"] == "DOWN"
        missing = {check["name"] for check in found["checks"] if check["status"] == "DOWN"}
        assert missing >= NEEDS[name]
        assert _get(management, "live")[0] == _get(management, "started")[0] == 200
        # It goes on missing them, and lives.
        await asyncio.sleep(1)
        assert _get(management, "live")[0] == 200
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 10) == 0


@contextmanager
def _started(name: str, folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    make_secret_files(folder / "secrets")
    http, management = _free(), _free()
    settings = {
        "PORTAL_HTTP_PORT": str(http),
        "PORTAL_MANAGEMENT_PORT": str(management),
        "PORTAL_SECRETS_DIR": str(folder / "secrets"),
        "PORTAL_POSTGRES_URL": f"postgresql://nobody@{NOWHERE}/none",
        "PORTAL_KEYS_URL": f"postgresql://nobody@{NOWHERE}/keys",
        "PORTAL_KAFKA_BOOTSTRAP": NOWHERE,
        "PORTAL_REDIS_URL": f"redis://{NOWHERE}/0",
        "PORTAL_SMTP_URL": f"smtp://{NOWHERE}",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", MODULES[name]], cwd=folder, env=_bare() | settings, stdout=log, stderr=log
        )
    try:
        yield process, management
    finally:
        process.kill()
        process.wait()


async def _eventually(management: int, process: "subprocess.Popen[bytes]") -> tuple[int, dict[str, Any]]:
    """Return what /health/ready says once the process listens on all its ports."""
    async with asyncio.timeout(PATIENCE):
        while True:
            assert process.poll() is None, "the process ended by itself"
            status, _ = await asyncio.to_thread(_get, management, "started")
            if status == 200:
                return await asyncio.to_thread(_get, management, "ready")
            await asyncio.sleep(0.05)


def _get(management: int, what: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{management}/health/{what}", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "PYTHON"))}


def _copy(folder: Path, name: str) -> None:
    shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
