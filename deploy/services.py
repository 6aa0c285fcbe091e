"""Which services there are, and what each is told at its start. Next stop: plan.py."""

import json
import os
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.part import Launch, NotReady
from deploy.places import PROJECT

NAMES = ("identity", "users", "contracts", "notifier", "gateway")


def modules(name: str) -> str:
    """Return the module that runs a service."""
    return "gateway.main" if name == "gateway" else f"services.{name}.main"


def existing() -> list[str]:
    """Return the services to start: those of this checkout, or of them those that PORTAL_SERVICES names, or `none`."""
    asked = os.environ.get("PORTAL_SERVICES")
    wanted = asked.replace(",", " ").split() if asked else NAMES
    return [name for name in NAMES if name in wanted and (PROJECT / f"{modules(name).replace('.', '/')}.py").exists()]


def project_version() -> str:
    """Return the release that this checkout is."""
    return str(tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"])


@dataclass(frozen=True, slots=True)
class Service:
    """One service's process."""

    name: str
    http: int
    management: int
    environment: Mapping[str, str]
    leans_on_others: bool = True

    @property
    def ports(self) -> tuple[int, ...]:
        """Return the port of requests, then that of health and metrics."""
        return (self.http, self.management)

    def prepare(self) -> None:
        """Do nothing: databases and topics are there before."""

    def launch(self) -> Launch:
        """Return how to start it."""
        command = [sys.executable, "-m", modules(self.name)]
        return Launch(command=command, environment=dict(self.environment), folder=PROJECT)

    def ready(self) -> str:
        """Ask its health. Raises: NotReady, with what it still waits for."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.management}/health/ready", timeout=3):
                return project_version()
        except urllib.error.HTTPError as error:
            raise NotReady(_reasons(error.read())) from error
        except OSError as error:
            raise NotReady(f"{type(error).__name__}: {error}") from error


def _reasons(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))[:300]
    except ValueError:
        return body.decode(errors="replace")[:300]
