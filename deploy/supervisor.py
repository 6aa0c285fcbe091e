"""Keeps a stack alive in the background: `python -m deploy.supervisor`, started by `make up`. Next stop: demo/.

It starts the servers, makes databases and topics, starts the services, and starts again whatever dies. SIGTERM ends
it and everything with it; SIGHUP makes it read a wish from the file `wish`: the names of parts to start again.
"""

import queue
import signal
import sys
import threading
import time
from types import FrameType

from deploy import services
from deploy.leftovers import stop_leftovers
from deploy.outside import Outside, without_password
from deploy.part import Part, PartFailed
from deploy.places import Places, default_state
from deploy.plan import Plan
from deploy.ports import Ports
from deploy.status import Phase, Status, take_lock
from deploy.taken_ports import PortTaken, require_free
from deploy.warden import Warden

WISH = "wish"


class Supervisor:
    """One stack's keeper."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._state = plan.places.state
        self._warden = Warden(plan.places, restarts=True, say=self._say)
        self._given: dict[str, str] = {}
        self._phase: Phase = "starting"
        self._message = ""
        self._writing = threading.Lock()
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()

    def run(self) -> int:
        """Keep the stack until told to end."""
        signal.signal(signal.SIGTERM, self._hear)
        signal.signal(signal.SIGINT, self._hear)
        signal.signal(signal.SIGHUP, self._hear)
        threading.Thread(target=self._start, daemon=True).start()
        while (told := self._told.get()) not in {"stop", "failed"}:
            if told == "wish":
                threading.Thread(target=self._grant, daemon=True).start()
        if told == "stop":
            self._set("stopping", "")
        self._warden.stop()
        self._say("everything is stopped")
        return 0 if told == "stop" else 1

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self._told.put("wish" if number == signal.SIGHUP else "stop")

    def _start(self) -> None:
        try:
            self._bring_up()
        except (PartFailed, PortTaken) as reason:
            self._fail(str(reason))
        except Exception as error:  # noqa: BLE001 - whatever it was, people must see it and nothing may stay behind
            self._fail(f"{type(error).__name__}: {error}")

    def _bring_up(self) -> None:
        if left := stop_leftovers(self._plan.places.run):
            self._say(f"stopped what an earlier run left: {', '.join(left)}")
        servers = self._plan.servers()
        self._require_ports([*servers, *map(self._plan.service, services.existing())])
        versions = self._plan.outside.check()
        given = {"postgres": self._plan.outside.postgres, "kafka": self._plan.outside.kafka}
        given |= {"redis": self._plan.outside.redis, "smtp": self._plan.outside.smtp}
        given["settings-site"] = self._plan.outside.sites
        self._given = {
            name: f"{versions.get(name, '')} {without_password(address)}".strip()
            for name, address in given.items()
            if address
        }
        self._set("starting", f"starting {', '.join(part.name for part in servers) or 'no servers'}")
        self._warden.start(servers)
        self._set("starting", "making databases and topics")
        for name in self._plan.prepare():
            self._say(f"migrated {name}")
        self._start_services()
        self._set("up", "")

    def _start_services(self) -> None:
        missing = [name for name in services.existing() if name not in self._warden.names()]
        if missing:
            self._set("starting", f"starting {', '.join(missing)}")
            self._warden.start([self._plan.service(name) for name in missing])

    def _grant(self) -> None:
        wish = self._state / WISH
        names = wish.read_text().split() if wish.exists() else []
        wish.unlink(missing_ok=True)
        try:
            for name in self._plan.prepare():
                self._say(f"migrated {name}")
            for name in names:
                if name in self._warden.names():
                    self._set("starting", f"starting {name} again")
                    self._warden.restart(name)
            self._start_services()
        except (PartFailed, PortTaken) as reason:
            self._set("up", str(reason))
        else:
            self._set("up", "")

    def _require_ports(self, parts: list[Part]) -> None:
        taken = []
        for part in parts:
            for port in part.ports:
                try:
                    require_free(part.name, port)
                except PortTaken as reason:
                    taken.append(str(reason))
        if taken:
            raise PortTaken("\n".join(taken))

    def _fail(self, reason: str) -> None:
        self._set("failed", reason)
        self._told.put("failed")

    def _set(self, phase: Phase, message: str) -> None:
        self._phase, self._message = phase, message
        self._say(f"{phase} {message}".strip())

    def _say(self, words: str) -> None:
        print(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {words}", flush=True)
        with self._writing:
            Status(self._phase, self._message, self._warden.states(), self._given).write(self._state)


def _main() -> int:
    state = default_state()
    plan = Plan(Places(state), Ports.given(), Outside.given())
    try:
        _lock = take_lock(state)
    except BlockingIOError:
        print(f"Another supervisor keeps {state} already")
        return 1
    return Supervisor(plan).run()


if __name__ == "__main__":
    sys.exit(_main())
