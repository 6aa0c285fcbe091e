"""Keeps the parts of a stack running: starts them side by side, starts again what dies. Next stop: stack.py."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psutil

from deploy.child import Child
from deploy.part import Part, PartFailed
from deploy.places import Places
from deploy.taken_ports import PortTaken

READY_WITHIN = 90.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
CALM = 60.0  # seconds of life after which an earlier death is forgotten


@dataclass(frozen=True, slots=True)
class State:
    """How one part is."""

    name: str
    version: str
    port: int
    state: str
    pid: int | None
    restarts: int


class Warden:
    """The parts of one stack, and a watcher for each."""

    def __init__(self, places: Places, *, restarts: bool, say: Callable[[str], None] = lambda _: None) -> None:
        self._places = places
        self._restarts = restarts
        self._say = say
        self._kept: dict[str, _Kept] = {}

    def start(self, parts: Sequence[Part]) -> None:
        """Start *parts* side by side and return when all answer. Raises: PartFailed, PortTaken."""
        fresh = [_Kept(part, self._places, self._say) for part in parts if part.name not in self._kept]
        self._kept |= {kept.name: kept for kept in fresh}
        if not fresh:
            return
        with ThreadPoolExecutor(len(fresh)) as pool:
            tasks = [pool.submit(kept.start) for kept in fresh]
        if failures := [error for task in tasks if (error := task.exception())]:
            raise failures[0]
        if self._restarts:
            for kept in fresh:
                kept.watch()

    def names(self) -> list[str]:
        """Return the parts in the order of their start."""
        return list(self._kept)

    def version(self, name: str) -> str:
        """Return the version that a part told."""
        return self._kept[name].child.version

    def pid(self, name: str) -> int | None:
        """Return a part's process while it runs."""
        return self._kept[name].child.pid

    def kill(self, name: str) -> None:
        """End a part at once; where restarts are on, it comes back."""
        self._kept[name].child.kill()

    def restart(self, name: str, part: Part | None = None, *, patient: bool = True) -> None:
        """Stop a part where it runs, start it again, as *part* where given, and return when it answers.

        Raises: PartFailed, after a few tries unless it is not *patient*.
        """
        self._kept[name].again(part, patient=patient)

    def halt(self, names: Sequence[str]) -> None:
        """Stop some parts, side by side, and forget them."""
        going = [self._kept.pop(name) for name in names if name in self._kept]
        for kept in going:
            kept.leave()
        if going:
            with ThreadPoolExecutor(len(going)) as pool:
                list(pool.map(_Kept.stop, going))

    def states(self) -> list[State]:
        """Return how each part is."""
        return [kept.state() for kept in self._kept.values()]

    def stop(self) -> None:
        """Stop all parts, first those that lean on others."""
        for kept in self._kept.values():
            kept.leave()
        for group in ([k for k in self._kept.values() if k.part.leans_on_others == leans] for leans in (True, False)):
            if group:
                with ThreadPoolExecutor(len(group)) as pool:
                    list(pool.map(_Kept.stop, group))
        self._kept.clear()


class _Kept:
    """One part under watch."""

    def __init__(self, part: Part, places: Places, say: Callable[[str], None]) -> None:
        self.part = part
        self.name = part.name
        self._leaving = threading.Event()
        self.child = Child(part, places, self._leaving)
        self._say = say
        self._phase = "starting"
        self._restarts = 0
        self._lock = threading.RLock()

    def start(self) -> None:
        with self._lock:
            if self.child.pid is not None:
                return
            self._phase = "starting"
            try:
                self.child.start()
                self.child.wait_ready(READY_WITHIN)
            except (PartFailed, PortTaken):
                self._phase = "failed"
                self.child.stop()
                raise
            self._phase = "ready"
        self._say(f"{self.name} is ready ({self.child.version})")

    def again(self, part: Part | None = None, *, patient: bool = True) -> None:
        with self._lock:
            self._phase = "starting"
            self.child.stop()
            if part is not None:
                self.part = self.child.part = part
            if patient:
                _start_soon(self)
            else:
                self.start()

    def watch(self) -> None:
        threading.Thread(target=self._watch, name=f"watch {self.name}", daemon=True).start()

    def leave(self) -> None:
        self._leaving.set()

    def stop(self) -> None:
        with self._lock:
            self._phase = "stopped"
            self.child.stop()

    def state(self) -> State:
        phase = self._phase
        if phase == "ready" and self.child.pid is None:
            phase = "down"
        return State(self.name, self.child.version, self.part.ports[0], phase, self.child.pid, self._restarts)

    def _watch(self) -> None:
        pause = FIRST_PAUSE
        while not self._leaving.is_set():
            born = time.monotonic()
            ended = self.child.wait_end()
            if self._leaving.is_set():
                return
            with self._lock:  # held while a restart that was asked for is under way
                if self.child.pid is not None:
                    continue
            pause = FIRST_PAUSE if time.monotonic() - born > CALM else min(LONGEST_PAUSE, pause * 2)
            self._say(f"{self.name} ended ({ended}); starting it again in {pause:.1f} s")
            self._restarts += 1
            self._phase = "waiting"
            if self._leaving.wait(pause):
                return
            with contextlib.suppress(PartFailed, PortTaken, psutil.Error):
                self.start()


def _start_soon(kept: _Kept) -> None:
    """Start a part; what its last life still holds, a port or shared memory, may take a moment to let go."""
    for pause in (0.2, 0.5, 1.0, 2.0):
        with contextlib.suppress(PartFailed, PortTaken):
            kept.start()
            return
        time.sleep(pause)
    kept.start()
