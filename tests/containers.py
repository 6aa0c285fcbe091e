"""The servers as containers, by testcontainers: `make test STACK=containers`. Next stop: stack.py.

They answer on the very addresses, with the very passwords, on which the embedded ones would, so no test knows which
it meets. The images are those that deploy/compose.yaml names; its variables name others.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from testcontainers.core.container import DockerContainer

from deploy.part import NotReady, Part
from deploy.places import PROJECT
from deploy.plan import Plan
from deploy.servers import kafka, postgres
from deploy.servers.valkey import DATABASES
from deploy.stack import SERVERS, Stack
from deploy.warden import FIRST_PAUSE, READY_WITHIN, State

LOOK = 0.1
STOP_SECONDS = 20
HERE = "127.0.0.1"
ONLY_EMBEDDED = {"listen_addresses", "unix_socket_directories", "port"}
COMPOSE = PROJECT / "deploy" / "compose.yaml"


def image(service: str) -> str:
    """Return the image of a server, as compose.yaml names it."""
    named = yaml.safe_load(COMPOSE.read_text())["services"][service]["image"]
    variable, usual = re.fullmatch(r"\$\{(\w+):-(.+)\}", named).groups()  # type: ignore[union-attr]
    return os.environ.get(variable) or str(usual)


def kafka_variables(settings: str) -> dict[str, str]:
    """Return a broker's settings as the image takes them from its environment."""
    pairs = (line.partition("=") for line in settings.split())
    return {
        "KAFKA_" + name.replace("_", "__").replace("-", "___").replace(".", "_").upper(): value
        for name, _, value in pairs
    }


def _postgres(plan: Plan) -> DockerContainer:
    settings = {name: value for name, value in postgres.SETTINGS.items() if name not in ONLY_EMBEDDED}
    made = _bound(image("postgres"), {5432: plan.ports.postgres}, shm_size="128m")
    made.with_env("POSTGRES_PASSWORD", plan.postgres.password)
    made.with_env("POSTGRES_INITDB_ARGS", "--data-checksums --encoding=UTF8 --locale=C.UTF-8")
    return made.with_command(["postgres", *(f"-c{name}={value}" for name, value in settings.items())])


def _kafka(plan: Plan) -> DockerContainer:
    port = plan.ports.kafka
    told = kafka_variables(kafka.SETTINGS.format(port=port, controller=9093, logs="/var/lib/kafka/data"))
    told["KAFKA_LISTENERS"] = f"PLAINTEXT://:{port},CONTROLLER://{HERE}:9093"
    told |= {"KAFKA_HEAP_OPTS": "-Xmx256m", "KAFKA_JVM_PERFORMANCE_OPTS": " ".join(kafka.SMALL[1:])}
    return _bound(image("kafka"), {port: port}).with_envs(**told)


def _redis(plan: Plan) -> DockerContainer:
    words = ["--requirepass", plan.redis.password, "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
    words += ["--maxmemory-policy", "noeviction", "--databases", str(DATABASES)]
    return _bound(image("redis"), {6379: plan.ports.redis}).with_command(words)


def _mailpit(plan: Plan) -> DockerContainer:
    told = {"MP_ENABLE_CHAOS": "true", "MP_MAX_MESSAGES": "0", "MP_DATABASE": "/tmp/mails.db"}  # noqa: S108 - of its own
    told["MP_SMTP_DISABLE_RDNS"] = "true"
    return _bound(image("mailpit"), {1025: plan.ports.smtp, 8025: plan.ports.mailbox}).with_envs(**told)


def _bound(name: str, ports: dict[int, int], **more: Any) -> DockerContainer:
    made = DockerContainer(name).with_kwargs(**more)
    # Only for this machine: a container's port is open to the network otherwise.
    made.ports.update({f"{inside}/tcp": (HERE, outside) for inside, outside in ports.items()})  # type: ignore[misc]
    return made


MADE: dict[str, Callable[[Plan], DockerContainer]] = {
    "postgres": _postgres,
    "kafka": _kafka,
    "redis": _redis,
    "mailbox": _mailpit,
}


class ContainerStack(Stack):
    """A stack whose servers are containers; what else it has, services above all, are processes as ever."""

    def __init__(self, state: Path, *, restarts: bool = False, **words: Any) -> None:
        super().__init__(state, restarts=restarts, **words)
        self._comes_back = restarts
        self._containers: dict[str, DockerContainer] = {}

    def start(self, parts: Sequence[str] = SERVERS) -> None:
        """Start the named parts side by side and return when all answer; those that run already stay."""
        fresh = {name: MADE[name](self.plan) for name in parts if name in MADE and name not in self._containers}
        self._containers |= fresh
        super().start([name for name in parts if name not in MADE])
        if fresh:
            with ThreadPoolExecutor(len(fresh)) as pool:
                list(pool.map(lambda made: made.start(), fresh.values()))
                list(pool.map(self._await, fresh))  # each in a thread, where it may run an event loop of its own

    def kill(self, name: str) -> None:
        """End a part at once, as a power cut would."""
        if name not in self._containers:
            super().kill(name)
            return
        container = self._container(name)
        container.kill()
        if self._comes_back:
            threading.Timer(FIRST_PAUSE, container.start).start()

    def restart(self, name: str, **settings: str) -> None:
        """Stop a part where it runs, start it, and return when it answers."""
        if name not in self._containers:
            super().restart(name, **settings)
            return
        self._container(name).restart(timeout=STOP_SECONDS)
        self._away(lambda: self._await(name))

    def pid(self, name: str) -> int | None:
        """Return a part's process while it runs, as this machine knows it."""
        if name not in self._containers:
            return super().pid(name)
        container = self._container(name)
        container.reload()
        return container.attrs["State"]["Pid"] or None

    def states(self) -> list[State]:
        """Return how each part is."""
        parts = self._parts()
        own = []
        for name in self._containers:
            pid = self.pid(name)
            own.append(State(name, "", parts[name].ports[0], "ready" if pid else "down", pid, 0))
        return [*own, *super().states()]

    def log(self, name: str) -> str:
        """Return all that a part has said."""
        if name not in self._containers:
            return super().log(name)
        return str(self._container(name).logs().decode(errors="replace"))

    def stop(self) -> None:
        """Stop everything, first what leans on the servers."""
        super().stop()
        for container in self._containers.values():
            container.stop()
        self._containers.clear()

    def _container(self, name: str) -> Any:
        return self._containers[name].get_wrapped_container()

    def _parts(self) -> dict[str, Part]:
        plan = self.plan
        return {"postgres": plan.postgres, "kafka": plan.kafka, "redis": plan.redis, "mailbox": plan.mailbox}

    def _await(self, name: str) -> None:
        part, until = self._parts()[name], time.monotonic() + READY_WITHIN
        while True:
            try:
                part.ready()
            except NotReady as reason:
                if time.monotonic() > until:
                    raise AssertionError(f"{name}: {reason}. It says:\n{self.log(name)[-3000:]}") from reason
                time.sleep(LOOK)
            else:
                return
