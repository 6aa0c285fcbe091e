"""A stack of servers, and services where asked, for tests and measurements. Next stop: supervisor.py."""

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from deploy import services
from deploy.leftovers import stop_leftovers
from deploy.part import Part
from deploy.places import PROJECT, Places
from deploy.plan import Plan
from deploy.ports import Ports
from deploy.servers.kafka import SMALL
from deploy.warden import State, Warden

SERVERS = ("postgres", "kafka", "redis", "mailbox")
AT_ONCE = 8  # parts that callers may have restarted side by side
Answer = TypeVar("Answer")


class Stack:
    """Servers and services on ports of their own; ended with the process that made them, even when that is killed.

    Every method blocks; in a coroutine call it through `asyncio.to_thread`.
    """

    def __init__(
        self,
        state: Path,
        *,
        ports: Ports | None = None,
        restarts: bool = False,
        java_options: tuple[str, ...] = SMALL,
        extra: Mapping[str, str] | None = None,
        temporary: bool = False,
    ) -> None:
        """Plan a stack in the folder *state*; a temporary one is deleted at the end."""
        places = Places(state.absolute())
        self.plan = Plan(places, ports or Ports.free(), java_options=java_options, extra=dict(extra or {}))
        self._warden = Warden(places, restarts=restarts)
        self._thread = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stack")
        self._temporary = temporary
        self._mourner: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, parts: Sequence[str] = SERVERS) -> None:
        """Start the named servers side by side and return when all answer; those that run already stay.

        Raises: PartFailed, PortTaken.
        """
        plan = self.plan
        parts_of: tuple[Part, ...] = (plan.postgres, plan.kafka, plan.redis, plan.mailbox, plan.settings_site)
        known = {part.name: part for part in parts_of}
        self._start([known[name] for name in parts])

    def start_services(self, names: Sequence[str] | None = None, **settings: str) -> None:
        """Make databases and topics, then start services, by default all; *settings* are given to each of them.

        Raises: PartFailed, PortTaken.
        """
        self._away(self.plan.prepare)
        self.plan.extra.update(settings)
        self._start([self.plan.service(name) for name in names or services.existing()])

    def environment(self, service: str) -> dict[str, str]:
        """Return the settings with which a service is started."""
        return self.plan.environment(service)

    def pid(self, name: str) -> int | None:
        """Return a part's process while it runs."""
        return self._warden.pid(name)

    def states(self) -> list[State]:
        """Return how each part is."""
        return self._warden.states()

    def log(self, name: str) -> str:
        """Return all that a part has said."""
        return (self.plan.places.logs / f"{name}.log").read_text(errors="replace")

    def kill(self, name: str) -> None:
        """End a part at once, as a power cut would."""
        self._away(lambda: self._warden.kill(name))

    def restart(self, name: str, **settings: str) -> None:
        """Stop a part where it runs, start it, and return when it answers; a service may get *settings* for this once.

        Raises: PartFailed; with settings at the first failure, for they may be meant to kill it.
        """
        part = None
        if name in services.NAMES:
            plain = self.plan.service(name)
            part = replace(plain, environment={**plain.environment, **settings})
        self._away(lambda: self._warden.restart(name, part, patient=not settings))

    def halt(self, names: Sequence[str]) -> None:
        """Stop some parts, side by side, and leave the others; `start_services` starts them again."""
        self._away(lambda: self._warden.halt(names))

    def stop(self) -> None:
        """Stop everything."""
        self._warden.stop()
        self._thread.shutdown()
        if self._mourner and self._mourner.stdin:
            self._mourner.stdin.close()
            self._mourner.wait()
            self._mourner = None
        elif self._temporary:
            self.plan.places.remove()

    def _start(self, parts: Sequence[Part]) -> None:
        if self._mourner is None:
            state = self.plan.places.state
            stop_leftovers(self.plan.places.run)
            self._mourner = subprocess.Popen(  # noqa: S603 - words of our own
                [sys.executable, "-m", "deploy.mourner", str(state), *(["remove"] if self._temporary else [])],
                stdin=subprocess.PIPE,
                cwd=PROJECT,
                start_new_session=True,
            )
        self._away(lambda: self._warden.start(parts))

    def _away(self, work: Callable[[], Answer]) -> Answer:
        """Run *work* in a thread of its own, where it may run an event loop even when the caller is in one."""
        return self._thread.submit(work).result()
