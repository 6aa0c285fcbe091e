"""The ops console as commands: `python -m deploy ops --help`. Next stop: ops_session.py, then gateway/api/ops.py."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.operator_token import service_token
from deploy.ops_broker import BrokerCommands
from deploy.ops_deeds import DeedCommands
from deploy.ops_events import EventCommands
from deploy.ops_figures import figure, foreign, name_silent, silences
from deploy.ops_history import Range, told
from deploy.ops_mails import MailCommands
from deploy.ops_options import AsJson, Consumer, DoIt, Error, Reason
from deploy.ops_parked import ParkedCommands
from deploy.ops_session import OpsSession, Refusal
from deploy.outside import Outside
from deploy.places import Places, default_state
from deploy.plan import Plan
from deploy.ports import Ports
from kernel.adapters.clock import new_id

app = typer.Typer(no_args_is_help=True, help="Watches the event streams and sets them moving again, as an operator.")
console = Console()

Streams = Annotated[list[UUID] | None, typer.Option("--stream", help="Only this stream; may be said several times.")]


class Role(StrEnum):
    """What an operator may do."""

    OPS = "OPS"
    OPS_VIEWER = "OPS_VIEWER"


@app.command()
def login(email: Annotated[str, typer.Argument(help="Your mail address.")]) -> None:
    """Log in with password and code, as everybody; the session is kept for the other commands."""
    password = typer.prompt("Password", hide_input=True)
    code = typer.prompt("Code")
    with _told():
        _session().log_in(email, password, code)
    print("You are in")


@app.command()
def logout() -> None:
    """End the session."""
    with _told():
        _session().log_out()
    print("You are out")


@app.command()
def streams(*, as_json: AsJson = False) -> None:
    """Show every reader with lag, rate and verdict. Ends with 1 unless all are OK."""
    with _told():
        found = _session().call("GET", "/ops/streams")
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        table = Table("service", "reader", "topic", "verdict", "lag", "lag s", "facts/s")
        for one in found["items"]:
            if not one["answers"]:
                table.add_row(one["service"], "", "", "no answer", "", "", "")
            for flow in one["flows"]:
                numbers = figure(flow["lag"]), figure(flow["lagSeconds"], 1), figure(flow["rate"], 1)
                table.add_row(one["service"], flow["consumer"], flow["topic"], flow["verdict"], *numbers)
        console.print(table)
        for words in (*silences(found["items"]), *foreign(found["items"])):
            print(words)
    if any(one["verdict"] != "OK" for one in found["items"]):
        raise typer.Exit(1)


@app.command()
def history(
    consumer: Annotated[str, typer.Argument(help="Which reader, such as users.contracts.")],
    *,
    topic: Annotated[str, typer.Option(help="Only in this topic; without it in all that it reads.")] = "",
    back: Annotated[Range, typer.Option("--range", help="How far back.")] = Range.HOUR,
    as_json: AsJson = False,
) -> None:
    """Show how a reader stood over the last hour, day or week: lag, rate and verdicts."""
    with _told():
        session = _session()
        read = [flow for one in session.call("GET", "/ops/streams")["items"] for flow in one["flows"]]
        topics = [topic] if topic else [flow["topic"] for flow in read if flow["consumer"] == consumer]
        if not topics:
            raise Refusal(f"{consumer}: no such reader now; name its topic to see what was kept of it")
        places = [f"/ops/streams/{quote(consumer, safe='')}/{quote(one, safe='')}/history" for one in topics]
        found = [session.call("GET", f"{place}?range={back}") for place in places]
    print(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n\n".join(map(told, found)))


@app.command()
def catalogue(
    fact: Annotated[str, typer.Argument(help="One of them, such as portal.user.activated.v1.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show the facts that services record and who reads them, or all that is known of one."""
    with _told():
        found = _session().call("GET", f"/ops/catalogue/{quote(fact, safe='')}" if fact else "/ops/catalogue")
    if as_json or fact:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    table = Table("fact", "recorded by", "read by")
    for one in found["items"]:
        readers = ", ".join(one["readers"]) or "nobody"
        table.add_row(one["type"], one["service"], readers if one["topic"] else "never leaves the service")
    console.print(table)


@app.command()
def retry(
    *, reason: Reason, consumer: Consumer = "", error: Error = "", stream: Streams = None, yes: DoIt = False
) -> None:
    """Have parked streams tried again: one, many, or all where none is chosen."""
    _act("retry", _chosen(consumer, error, stream), reason, yes=yes)


@app.command()
def discard(
    *,
    reason: Reason,
    consumer: Annotated[str, typer.Option(help="Whose parked streams, such as users.contracts.")],
    error: Error = "",
    stream: Streams = None,
    yes: DoIt = False,
) -> None:
    """Give up what is parked of streams: it is never applied by that reader."""
    _act("discard", _chosen(consumer, error, stream), reason, yes=yes)


@app.command()
def appoint(
    email: Annotated[str, typer.Argument(help="Whose role it is; the mail that activates goes there.")],
    *,
    name: Annotated[str, typer.Option(help="The person's name, as they confirm it.")],
    phone: Annotated[str, typer.Option(help="The person's phone number, as they confirm it.")],
    role: Annotated[Role, typer.Option(help="OPS_VIEWER looks and changes nothing.")],
    reason: Reason,
    language: Annotated[str, typer.Option(help="ja or en")] = "ja",
) -> None:
    """Let a person operate the platform; only who holds this machine's keys can. They log in as everybody does."""
    body = {"email": email, "name": name, "phoneNumber": phone, "language": language, "role": role, "reason": reason}
    with _told():
        _as_owner("", body)
    print(f"{email} operates the platform as {role}")


@app.command()
def dismiss(email: Annotated[str, typer.Argument(help="Whose role ends.")], *, reason: Reason) -> None:
    """Let a person operate the platform no longer, from this moment on."""
    with _told():
        _as_owner("/dismissal", {"email": email, "reason": reason})
    print(f"{email} operates the platform no longer")


def _act(what: str, chosen: Mapping[str, Any], reason: str, *, yes: bool) -> None:
    with _told():
        done = _session().act("POST", f"/ops/parked/{what}", {**chosen, "reason": reason, "dryRun": not yes})
    would = "" if yes else "would be "
    print(f"{done['streams']:,} streams with {done['events']:,} facts {would}{_DONE[what]}")
    name_silent(done["silent"])
    if done["silent"]:
        raise typer.Exit(1)
    if not yes:
        print("Say --yes to do it")


_DONE = {"retry": "tried again", "discard": "given up"}


def _chosen(consumer: str, error: str, streams: list[UUID] | None) -> dict[str, Any]:
    said = {"consumer": consumer, "error": error, "streams": [str(one) for one in streams or ()]}
    return {name: value for name, value in said.items() if value}


def _as_owner(path: str, body: Mapping[str, Any]) -> None:
    plan = _plan()
    token = service_token(plan, "users", "operators:appoint")
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{plan.environment('gateway')['PORTAL_USERS_URL']}/internal/operators{path}",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(new_id()),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=15):  # noqa: S310 - our own address
            return
    except urllib.error.HTTPError as refused:
        problem = json.loads(refused.read() or b"{}")
        named = "".join(f"\n  {one['pointer']}: {one['detail']}" for one in problem.get("errors") or ())
        raise Refusal(f"{problem.get('title', refused.code)} ({problem.get('code', refused.code)}){named}") from refused


@contextmanager
def _told() -> Iterator[None]:
    """Say why something did not work, in a line."""
    try:
        yield
    except Refusal as refused:
        print(refused)
        raise typer.Exit(2) from refused
    except OSError as trouble:
        print(f"The portal does not answer: {trouble}")
        raise typer.Exit(2) from trouble


def _session() -> OpsSession:
    plan = _plan()
    return OpsSession(plan.public_url, plan.places.state)


for more in (BrokerCommands, ParkedCommands, MailCommands, EventCommands, DeedCommands):
    more(_session, _told).join(app)


def _plan() -> Plan:
    return Plan(Places(default_state()), Ports.given(), Outside.given())
