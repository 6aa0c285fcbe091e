"""One stack of containers: what Docker Compose is told about it, and how it is called. Next stop: compose.yaml.

Only the standard library stands here and beside it: a machine that has Docker needs nothing installed.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.places import MARK, PROJECT, default_state
from deploy.ports import Ports

FILE = PROJECT / "deploy" / "compose.yaml"
REMEMBERED = "stack"
"""The file in the folder of state that the Makefile reads."""

BESIDE = {"prometheus": 9090, "grafana": 3000}
"""Ports of what only the profile `observability` starts."""


class NoEngine(Exception):
    """Docker is not there, or does not answer; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ContainerProject:
    """A stack by its folder of state; what it was started with holds until it is taken down."""

    state: Path
    offset: int | None = None
    """By how much all ports are moved; None where the caller says nothing of it."""

    @classmethod
    def given(cls) -> "ContainerProject":
        """Return the one that the environment asks for."""
        asked = os.environ.get("PORTAL_PORT_OFFSET")
        return cls(default_state(), int(asked) if asked else None)

    @property
    def name(self) -> str:
        """Return its name for Docker; another checkout or another folder of state is another project."""
        return f"portal-{hashlib.sha256(str(self.state).encode()).hexdigest()[:6]}"

    @property
    def image(self) -> str:
        """Return the image that is built from this checkout."""
        version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
        return self._chosen().get("PORTAL_IMAGE") or f"business-portal:{version}"

    @property
    def given_files(self) -> Path:
        """Return the folder of the files that containers are given."""
        return self.state / "compose"

    def variables(self) -> dict[str, str]:
        """Return what compose.yaml asks for: by the caller's environment, else as at the start, else as usual."""
        made = {"PORTAL_PROJECT": self.name, "PORTAL_IMAGE": self.image, "PORTAL_GIVEN": str(self.given_files)}
        return made | self._ports() | self._chosen()

    def url(self, part: str, host: str = "localhost") -> str:
        """Return where a part answers on this machine."""
        return f"http://{host}:{self.variables()[f'PORTAL_{part.upper()}_PORT']}"

    def begin(self) -> None:
        """Make the folder of state, marked as one that may be deleted."""
        self.state.mkdir(parents=True, exist_ok=True)
        (self.state / MARK).touch()

    @property
    def is_remembered(self) -> bool:
        """Tell whether this stack was started and not taken down."""
        return (self.state / REMEMBERED).exists()

    def remember(self) -> None:
        """Have other commands, and make, mean this stack as it is started now."""
        started = self._ports() | self._chosen()
        self.begin()
        self._started.touch(mode=0o600)
        self._started.write_text(json.dumps(started, indent=1))
        (self.state / REMEMBERED).write_text("compose\n")

    def forget(self) -> None:
        """Undo `remember`."""
        for file in (self._started, self.state / REMEMBERED):
            file.unlink(missing_ok=True)

    def compose(self, *words: str) -> int:
        """Call Docker Compose, let it speak for itself, and return how it ended."""
        return subprocess.run(self._words(words), env=self._environment(), cwd=PROJECT, check=False).returncode  # noqa: S603 - words of our own

    def asked(self, *words: str) -> list[Any]:
        """Return what Docker Compose answers, one JSON object a line. Raises: NoEngine."""
        return _json_lines(_said(self._words(words), self._environment()))

    def services(self) -> list[str]:
        """Return the parts that a plain start brings. Raises: NoEngine."""
        return _said(self._words(("config", "--services")), self._environment()).split()

    def make_secrets(self) -> None:
        """Have the image make what is missing of keys and passwords, as files of the caller's. Raises: NoEngine."""
        variables = self.variables()
        site = {"PORTAL_SETTINGS_SITE_PORT": variables["PORTAL_SETTINGS_SITE_PORT"]}
        site["PORTAL_SETTINGS_SITE_URL"] = self.url("settings_site", "127.0.0.1")
        told = [word for name, value in site.items() for word in ("--env", f"{name}={value}")]
        closed = ["--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges:true"]
        owner = ["--user", _owner(), "--volume", f"{self.state}:/state", "--env", "PORTAL_STATE=/state"]
        _said(["docker", "run", *closed, *owner, *told, self.image, "secrets"], os.environ)

    @property
    def _started(self) -> Path:
        return self.state / "compose.json"

    def _ports(self) -> dict[str, str]:
        offset = self.offset or 0
        ports = {**asdict(Ports.moved(offset)), **{name: port + offset for name, port in BESIDE.items()}}
        return {f"PORTAL_{name.upper()}_PORT": str(port) for name, port in ports.items()}

    def _chosen(self) -> dict[str, str]:
        before: dict[str, str] = json.loads(self._started.read_text()) if self._started.exists() else {}
        if self.offset is not None:
            before = {name: value for name, value in before.items() if name not in self._ports()}
        asked = {*re.findall(r"\$\{(\w+)", FILE.read_text()), "COMPOSE_PROFILES"}
        return before | {name: value for name in sorted(asked) if (value := os.environ.get(name))}

    def _words(self, words: tuple[str, ...]) -> list[str]:
        quiet = [] if sys.stdout.isatty() else ["--progress", "quiet"]
        return ["docker", "compose", *quiet, "--file", str(FILE), "--project-name", self.name, *words]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables()}


def require_engine() -> None:
    """Do nothing when Docker and its Compose are there. Raises: NoEngine, with what is missing."""
    _said(["docker", "compose", "version"], os.environ)
    _said(["docker", "info", "--format", "{{.ServerVersion}}"], os.environ)


def memory() -> dict[str, str]:
    """Return the memory that each running container uses, by its name."""
    rows = _json_lines(_said(["docker", "stats", "--no-stream", "--format", "{{json .}}"], os.environ))
    return {row["Name"]: row["MemUsage"].partition(" / ")[0] for row in rows}


def _owner() -> str:
    """Return who of a container is the caller on this machine: under a rootless engine that is its root."""
    options = _said(["docker", "info", "--format", "{{.SecurityOptions}}"], os.environ)
    return "0:0" if "name=rootless" in options else f"{os.getuid()}:{os.getgid()}"


def _said(words: list[str], environment: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(words, env=dict(environment), cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - words of our own
    except FileNotFoundError as missing:
        raise NoEngine("Docker is not on this machine; `make up STACK=embedded` needs none") from missing
    if done.returncode:
        raise NoEngine(f"`{' '.join(words[:3])}` failed: {(done.stderr or done.stdout).strip()[-1500:]}")
    return done.stdout


def _json_lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]
