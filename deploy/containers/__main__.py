"""The commands of the stack of containers, called by make: `make up STACK=compose`. Next stop: project.py."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Callable

from deploy.containers.project import ContainerProject, NoEngine, memory, require_engine
from deploy.places import PROJECT, Places
from deploy.ports import is_free

PROGRAMS = PROJECT / ".portal" / "venv"
WAIT_SECONDS = 300
DONE = {"prepare"}
"""Parts that end when their work is done."""
HEADINGS = ("part", "state", "memory", "port", "image")


def up(project: ContainerProject, asked: argparse.Namespace) -> int:
    """Build, start, wait until all is healthy, and play the sample in; doing it again changes nothing."""
    require_engine()
    if taken := _taken(project):
        print(f"{', '.join(taken)}: taken. Stop what is there (`make down`), or move: PORTAL_PORT_OFFSET=100 make up …")
        return 1
    project.remember()
    print(f"  building {project.image}; the first time takes a minute or two", flush=True)
    if project.compose("build", "--quiet", "prepare"):
        return 1
    project.make_secrets()
    print("  starting servers, then services", flush=True)
    starting = ("up", "--detach", "--quiet-pull", "--remove-orphans", "--wait", "--wait-timeout", str(WAIT_SECONDS))
    if project.compose(*starting):
        status(project, asked)
        print("Something did not become healthy; `make logs` says why, `make down` stops the rest")
        return 1
    print("Everything runs:")
    addresses = {"portal": project.url("gateway"), "API": f"{project.url('gateway')}/api/v1"}
    addresses |= {"settings": project.url("settings_site", "127.0.0.1"), "mailbox": project.url("mailbox")}
    if "observability" in project.variables().get("COMPOSE_PROFILES", ""):
        addresses |= {"Grafana": project.url("grafana"), "metrics": project.url("prometheus")}
    for name, url in addresses.items():
        print(f"  {name:<9} {url}")
    print(f"  state     {project.state}, and volumes of {project.name}", flush=True)
    return visit(project, asked, "demo") if asked.sample else 0


def down(project: ContainerProject, asked: argparse.Namespace) -> int:
    """Stop everything; with --clean delete volumes too, and the folder of state where nothing else lives in it."""
    try:
        require_engine()
    except NoEngine:
        if project.is_remembered:
            raise
        return 0
    words = ("--profile", "*", "down", "--remove-orphans", *(["--volumes"] if asked.clean else []))
    failed = project.compose(*words)
    if failed:
        return failed
    project.forget()
    # Programs that were installed are deleted by the one who knows whether they run.
    if asked.clean and not PROGRAMS.exists():
        Places(project.state).remove()
    print("All containers are gone" + (", and their volumes" if asked.clean else ""))
    return 0


def status(project: ContainerProject, _: argparse.Namespace) -> int:
    """Show each part; return 1 unless all are healthy."""
    found = {one["Service"]: one for one in project.asked("ps", "--all", "--format", "json")}
    if not found:
        print("Nothing runs; `make up STACK=compose` starts everything")
        return 1
    used = memory()
    rows, well = [HEADINGS], True
    for name in sorted({*found, *project.services()}):
        one = found.get(name)
        state, fine = _state(name, one)
        well &= fine
        ports = sorted({str(p["PublishedPort"]) for p in (one or {}).get("Publishers") or () if p["PublishedPort"]})
        rows.append(
            (name, state, used.get(one["Name"], "") if one else "", " ".join(ports), one["Image"] if one else "")
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0 if well else 1


def logs(project: ContainerProject, asked: argparse.Namespace) -> int:
    """Show the last lines of all parts or one, and follow."""
    with contextlib.suppress(KeyboardInterrupt):
        return project.compose("logs", "--follow", "--tail", "20", *asked.part)
    return 0


def restart(project: ContainerProject, asked: argparse.Namespace) -> int:
    """Start parts again, with the code of now."""
    if project.compose("build", "--quiet", "prepare"):
        return 1
    # Who lives in another's network has to move with it.
    parts = [*asked.part, *(["settings-site"] if "gateway" in asked.part else [])]
    return project.compose("up", "--detach", "--force-recreate", "--wait", "--wait-timeout", str(WAIT_SECONDS), *parts)


def visit(project: ContainerProject, _: argparse.Namespace, what: str) -> int:
    """Run a visitor of the running portal: the sample, or the first journey."""
    words = [] if sys.stdout.isatty() else ["--no-TTY"]
    return project.compose("run", "--rm", "--no-deps", *words, what)


def _state(name: str, one: dict[str, str] | None) -> tuple[str, bool]:
    if one is None:
        return "missing", False
    if name in DONE and one["State"] == "exited":
        return ("done", True) if str(one["ExitCode"]) == "0" else (f"failed ({one['ExitCode']})", False)
    if one["State"] == "running":
        return one["Health"] or "running", one["Health"] in {"healthy", ""}
    return one["State"], False


def _taken(project: ContainerProject) -> list[str]:
    """Return the ports that somebody else has; none are asked about while this stack runs."""
    if project.asked("ps", "--format", "json"):
        return []
    wanted = {name: value for name, value in project.variables().items() if name.endswith("_PORT")}
    idle = {"PORTAL_KAFKA_CONTROLLER_PORT", "PORTAL_PROMETHEUS_PORT", "PORTAL_GRAFANA_PORT"}
    return [f"port {value}" for name, value in wanted.items() if name not in idle and not is_free(int(value))]


COMMANDS: dict[str, Callable[[ContainerProject, argparse.Namespace], int]] = {
    "up": up,
    "down": down,
    "status": status,
    "logs": logs,
    "restart": restart,
    "demo": lambda project, asked: visit(project, asked, "demo"),
    "journey": lambda project, asked: visit(project, asked, "journey"),
}


def main() -> int:
    """Do what the words ask for; return 0 when that went well."""
    words = argparse.ArgumentParser("python -m deploy.containers", description="The portal in containers.")
    words.add_argument("command", choices=COMMANDS)
    words.add_argument("part", nargs="*", help="parts to start again or to follow, such as identity")
    words.add_argument("--clean", action="store_true", help="delete volumes, keys and the folder of state too")
    words.add_argument("--no-sample", dest="sample", action="store_false", help="leave the sample companies out")
    asked = words.parse_args()
    try:
        return COMMANDS[asked.command](ContainerProject.given(), asked)
    except (NoEngine, ValueError) as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make status | head` ends quietly
    sys.exit(main())
