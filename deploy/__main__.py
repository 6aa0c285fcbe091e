"""The commands of the stack: `python -m deploy --help`. Next stop: bringing_up.py."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console

from deploy import ops
from deploy.bouncing import NothingToBounce, bounce
from deploy.bringing_up import bring_up, wish
from deploy.databases import SERVICES
from deploy.logs import follow, last_lines, logs_in
from deploy.operator_token import operator_token, service_token
from deploy.outside import Outside
from deploy.places import PROJECT, Places, default_state
from deploy.plan import Plan
from deploy.ports import Ports
from deploy.showing import show_addresses, show_status
from deploy.status import Status, supervisor
from deploy.taking_down import take_down
from kernel.adapters.postgres.epoch import begin_epoch

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="""Starts and stops the portal with all its servers on this machine.

Usually called through make: `make up`, `make status`, `make logs`, `make down`. The environment decides where:
PORTAL_PORT_OFFSET moves all ports, PORTAL_STATE names another folder than .portal, and PORTAL_POSTGRES_URL,
PORTAL_KAFKA_BOOTSTRAP, PORTAL_REDIS_URL, PORTAL_SMTP_URL name servers of your own, which are then used.
PORTAL_SERVICES=none starts the servers alone, PORTAL_SERVICES=users,contracts some services only.""",
)
app.add_typer(ops.app, name="ops")
console = Console()


def _plan() -> Plan:
    return Plan(Places(default_state()), Ports.given(), Outside.given())


@app.command()
def up(*, sample: Annotated[bool, typer.Option(help="Play in the sample companies and people.")] = True) -> None:
    """Start everything, and return when it answers. Doing it again changes nothing."""
    plan = _plan()
    status = bring_up(plan, console)
    if status.phase == "failed":
        console.print(status.message, style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1)
    console.print("Everything runs:")
    show_addresses(console, plan, status)
    if sample and (PROJECT / "deploy" / "demo" / "__main__.py").exists():
        demo([])


@app.command()
def down(*, clean: Annotated[bool, typer.Option(help="Delete .portal too: data, programs, keys.")] = False) -> None:
    """Stop everything; data stays unless --clean is given."""
    state = default_state()
    take_down(state)
    if clean:
        try:
            Places(state).remove()
        except ValueError as reason:
            print(reason)
            raise typer.Exit(1) from reason
    print("Everything is stopped" + (f", and {state} is gone" if clean else ""))


@app.command()
def status() -> None:
    """Show each part: version, port, state, memory. Ends with 1 unless all are ready."""
    state = default_state()
    found = Status.read(state) if supervisor(state) else None
    if found is None:
        console.print("Nothing runs; `make up` starts everything")
        raise typer.Exit(1)
    show_status(console, found)
    if found.message:
        console.print(f"{found.phase}: {found.message}", markup=False)
    if found.phase != "up" or any(part.state != "ready" for part in found.parts):
        raise typer.Exit(1)


@app.command()
def logs(
    service: Annotated[str, typer.Argument(help="One part, such as identity; all when left out.")] = "",
    *,
    stay: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on with what comes.")] = True,
) -> None:
    """Show what the parts say."""
    folder = Places(default_state()).logs
    if service and not (folder / f"{service}.log").exists():
        known = ", ".join(log.stem for log in logs_in(folder, None)) or "none yet"
        console.print(f"There is no log of {service}; there are: {known}")
        raise typer.Exit(1)
    if not stay:
        for log in logs_in(folder, service or None):
            for line in last_lines(log)[0]:
                print(f"{log.stem:>10} | {line}")
        return
    with contextlib.suppress(KeyboardInterrupt):
        for name, line in follow(folder, service or None):
            print(f"{name:>10} | {line}", flush=True)


@app.command()
def restart(services: Annotated[list[str], typer.Argument(help="Parts to start again, such as identity.")]) -> None:
    """Start parts again, with the code and tables of now."""
    pid = supervisor(default_state())
    if pid is None:
        console.print("Nothing runs; `make up` starts everything")
        raise typer.Exit(1)
    found = wish(default_state(), pid, services)
    if found.message:
        console.print(found.message, style="red", markup=False)
        raise typer.Exit(1)


@app.command()
def token(
    scope: Annotated[str, typer.Option(help="What the token may be used for.")] = "applications:write contracts:write",
    *,
    service: Annotated[str, typer.Option(help="For /internal of this one, such as identity; lives a minute.")] = "",
) -> None:
    """Print a token of the back office, to call the API with: `curl -H "Authorization: Bearer $(…)"`."""
    print(service_token(_plan(), service, scope) if service else operator_token(_plan(), scope))


@app.command()
def bounces(
    address: Annotated[str, typer.Argument(help="To whom the newest mail comes back.")],
    *,
    status: Annotated[str, typer.Option(help="Why, as RFC 3463 numbers it: 4.x.x may pass, 5.x.x does not.")] = "5.1.1",
) -> None:
    """Return the newest mail to an address, as a mail server does that cannot deliver it."""
    try:
        bounce(_plan(), address, status=status)
    except NothingToBounce as trouble:
        print("No mail to that address is in the mailbox")
        raise typer.Exit(1) from trouble
    except OSError as trouble:
        print(f"It could not be handed in: {trouble}")
        raise typer.Exit(1) from trouble
    print("It came back; the portal shows it with the user and under sent mail")


@app.command()
def epoch(
    service: Annotated[str, typer.Argument(help="Whose log it is, such as contracts.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    """Say that a log is right as it is, after its database was restored or moved."""
    if service not in SERVICES:
        print(f"{service} has no log; there are those of {', '.join(SERVICES)}")
        raise typer.Exit(1)
    if not yes:
        print(
            f"This begins a new epoch of the log of {service}: {service} writes and publishes again, and facts that the"
            " restored log does not have never happened. Readers of the former epoch stop until what they made of such"
            " facts is rebuilt. It cannot be taken back; say --yes to do it."
        )
        raise typer.Exit(1)
    try:
        began = asyncio.run(begin_epoch(_plan().databases.owner_url(service)))
    except OSError as trouble:
        print(f"The database of {service} does not answer: {trouble}")
        raise typer.Exit(1) from trouble
    print(f"The log of {service} is in epoch {began}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def demo(words: Annotated[list[str] | None, typer.Argument(help="Handed to the sample.")] = None) -> None:
    """Play in the sample companies and people; what is there already stays."""
    plan = _plan()
    told = {**os.environ, **plan.environment("gateway"), "PORTAL_STATE": str(plan.places.state)}
    done = subprocess.run(  # noqa: S603 - words of our own
        [sys.executable, "-m", "deploy.demo", *(words or [])], cwd=PROJECT, env=told, check=False
    )
    if done.returncode:
        raise typer.Exit(done.returncode)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make logs | head` ends quietly
    app()
