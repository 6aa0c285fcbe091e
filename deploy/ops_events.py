"""Events as commands of the ops console: `python -m deploy ops events --help`. Next stop: gateway/api/ops_events.py."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from rich.console import Console
from rich.table import Table

from deploy.ops_figures import name_silent
from deploy.ops_options import AsJson, DoIt, Reason
from deploy.ops_session import OpsSession

console = Console()

Tenant = Annotated[str, typer.Option(help="Only of this company, by its id.")]
Stream = Annotated[str, typer.Option(help="Only of this stream.")]
Kind = Annotated[str, typer.Option("--type", help="Only of this type, such as user.registered.")]
Correlation = Annotated[str, typer.Option(help="Only what this click or call led to.")]
Cause = Annotated[str, typer.Option(help="Only what this event (stream/version) caused.")]
Service = Annotated[str, typer.Option(help="Only in the log of this service.")]
Since = Annotated[str, typer.Option(help="From this time on, such as 2026-04-01T09:00:00+09:00.")]
Until = Annotated[str, typer.Option(help="Before this time.")]
First = Annotated[int, typer.Option("--from", help="From this position of the service's log on.")]
Last = Annotated[int, typer.Option("--to", help="Up to this position.")]


@dataclass(frozen=True, slots=True)
class EventCommands:
    """The commands, over a session that is opened when one of them runs."""

    session: Callable[[], OpsSession]
    told: Callable[[], AbstractContextManager[None]]
    """Says why something did not work, in a line."""

    def join(self, app: typer.Typer) -> None:
        """Add the commands to those of the console."""
        app.command("events")(self.events)
        app.command("event")(self.event)
        app.command("follow")(self.follow)
        app.command("publish-again")(self.publish_again)
        app.command("publishing")(self.publishing)

    def events(
        self,
        *,
        tenant: Tenant = "",
        stream: Stream = "",
        kind: Kind = "",
        correlation: Correlation = "",
        cause: Cause = "",
        service: Service = "",
        since: Since = "",
        until: Until = "",
        first: First = 0,
        last: Last = 0,
        oldest: Annotated[bool, typer.Option("--oldest", help="Oldest first.")] = False,
        most: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
        as_json: AsJson = False,
    ) -> None:
        """Search the events of all services, newest first. Ends with 1 when there are none or a service is silent."""
        query = _said(tenant, stream, kind, correlation, cause, service)
        query |= {"since": since, "until": until, "fromPosition": first or "", "toPosition": last or ""}
        query["order"] = "oldest" if oldest else ""
        silent: set[str] = set()
        with self.told():
            found = list(self._pages(query, most, silent))
        if as_json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            _show(found)
        name_silent(silent)
        if silent or not found:
            raise typer.Exit(1)

    def event(
        self,
        event_id: Annotated[str, typer.Argument(help="Its id, stream/version.", metavar="ID")],
        *,
        service: Service = "",
        reason: Annotated[
            str, typer.Option("--unmask", help="Show personal texts, for this reason; it is recorded.")
        ] = "",
    ) -> None:
        """Show one event whole, as JSON: envelope, payload, readers, what caused it and what it caused."""
        with self.told():
            session = self.session()
            found = session.call("GET", f"/ops/events?{_query({'eventId': event_id, 'service': service})}")["items"]
            if not found:
                print("There is no such event")
                raise typer.Exit(1)
            for one in found:
                path = f"/ops/events/{one['service']}/{one['eventId']}"
                told = (
                    session.act("POST", f"{path}/unmasked", {"reason": reason}) if reason else session.call("GET", path)
                )
                print(json.dumps(told, ensure_ascii=False, indent=1))

    def follow(
        self,
        *,
        tenant: Tenant = "",
        stream: Stream = "",
        kind: Kind = "",
        correlation: Correlation = "",
        cause: Cause = "",
        service: Service = "",
        most: Annotated[int, typer.Option(help="End after so many; by default never.")] = 0,
    ) -> None:
        """Show events as they are recorded, one a line, until interrupted or the session ends."""
        query, seen = _said(tenant, stream, kind, correlation, cause, service), 0
        with self.told():
            for name, data in self.session().listen(f"/ops/events/live?{_query(query)}"):
                if name == "event":
                    print(_line(data), flush=True)
                    seen += 1
                elif name == "silent":
                    name_silent(data["services"])
                elif name == "passedOver":
                    print("Some events may be missing here", flush=True)
                if seen and seen == most:
                    return
        typer.echo("The stream has ended: the portal went away, or your session is over", err=True)
        raise typer.Exit(1)

    def publish_again(
        self,
        service: Annotated[str, typer.Argument(help="Whose events, such as users.")],
        *,
        reason: Reason,
        first: Annotated[int, typer.Option("--from", help="From this position on.")] = 0,
        since: Annotated[str, typer.Option(help="From this time on, instead of a position.")] = "",
        partition: Annotated[int, typer.Option(help="Only this partition of the topic.")] = -1,
        yes: DoIt = False,
    ) -> None:
        """Publish events again for readers that lost their place or a topic made anew; no mail goes out again."""
        body: dict[str, Any] = {"service": service, "reason": reason, "dryRun": not yes}
        body |= {"fromPosition": first} if first else {"fromTime": since or None}
        if partition >= 0:
            body["partition"] = partition
        with self.told():
            done = self.session().act("POST", "/ops/publish-again", body)
        would = "are" if yes else "would be"
        print(
            f"{done['events']:,} events of {done['tenants']:,} companies and {done['streams']:,} streams {would} sent"
            f" again from position {done['first']:,}; mails: none will be sent again"
        )
        if not yes:
            print("Say --yes to do it")

    def publishing(self, *, as_json: AsJson = False) -> None:
        """Say what is published again, and how far it is."""
        with self.told():
            found = self.session().call("GET", "/ops/publishing")
        if as_json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
            return
        table = Table("topic", "from", "place", "head", "sent", "done")
        for one in found["items"]:
            numbers = (f"{one[name]:,}" for name in ("first", "place", "head", "sent"))
            table.add_row(one["topic"], *numbers, one["doneAt"] or "goes on")
        console.print(table)

    def _pages(self, query: Mapping[str, Any], most: int, silent: set[str]) -> Iterator[Mapping[str, Any]]:
        session, cursor = self.session(), ""
        while most > 0:
            page = session.call("GET", f"/ops/events?{_query({**query, 'cursor': cursor, 'limit': min(most, 200)})}")
            yield from page["items"]
            # Whoever was silent on a page before is asked on this one for what was missing.
            silent.clear()
            silent.update(page["silent"])
            most -= len(page["items"])
            cursor = page["nextCursor"] or ""
            if not cursor:
                return


def _said(  # noqa: PLR0917 - the options
    tenant: str, stream: str, kind: str, correlation: str, cause: str, service: str
) -> dict[str, Any]:
    return {
        "tenantId": tenant,
        "streamId": stream,
        "type": kind,
        "correlationId": correlation,
        "causationId": cause,
        "service": service,
    }


def _query(said: Mapping[str, Any]) -> str:
    return urlencode({name: value for name, value in said.items() if value})


def _show(found: Sequence[Mapping[str, Any]]) -> None:
    table = Table("recorded", "service", "type", "event", "tenant", "position")
    for one in found:
        place = one["recordedAt"], one["service"], one["type"], one["eventId"], one["tenantId"]
        table.add_row(*place, f"{one['position']:,}")
    console.print(table)


def _line(one: Mapping[str, Any]) -> str:
    return f"{one['recordedAt']}  {one['service']}  {one['type']}  {one['eventId']}  {one['tenantId']}"
