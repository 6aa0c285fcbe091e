"""Topics and consumer groups as commands of the ops console. Next stop: gateway/api/ops_broker.py."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.ops_figures import figure, name_silent
from deploy.ops_options import AsJson
from deploy.ops_session import OpsSession

console = Console()


@dataclass(frozen=True, slots=True)
class BrokerCommands:
    """The commands, over a session that is opened when one of them runs."""

    session: Callable[[], OpsSession]
    told: Callable[[], AbstractContextManager[None]]
    """Says why something did not work, in a line."""

    def join(self, app: typer.Typer) -> None:
        """Add the commands to those of the console."""
        app.command("topics")(self.topics)
        app.command("groups")(self.groups)

    def topics(self, *, as_json: AsJson = False) -> None:
        """Show the topics: partitions, copies, settings, sizes. Ends with 1 when a copy is missing or not known of."""
        with self.told():
            found = self.session().call("GET", "/ops/topics")
        if as_json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            _show_topics(found["items"])
        name_silent(found["silent"])
        parts = [part for one in found["items"] for part in one["parts"]]
        if found["silent"] or any(len(part["inSync"]) < len(part["replicas"]) for part in parts):
            raise typer.Exit(1)

    def groups(self, *, as_json: AsJson = False) -> None:
        """Show who reads the topics: members or processes, places, lag. Ends with 1 when something is not known."""
        with self.told():
            found = self.session().call("GET", "/ops/groups")
        if as_json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            _show_groups(found["items"])
        name_silent(found["silent"])
        if found["silent"] or any(one["lag"] is None for one in found["items"]):
            raise typer.Exit(1)


def _show_topics(topics: Sequence[Mapping[str, Any]]) -> None:
    for one in topics:
        settings = ", ".join(
            f"{setting['name']}={setting['value']} ({setting['source'].lower()})" for setting in one["settings"]
        )
        print(f"{one['name']}: {len(one['parts'])} partitions, {one['replication']} copies, {_bytes(one['bytes'])}")
        print(f"  {settings}")
        table = Table("partition", "bytes", "leader", "copies", "in sync")
        for part in one["parts"]:
            leader = "none" if part["leader"] is None else str(part["leader"])
            copies = (" ".join(map(str, part[name])) for name in ("replicas", "inSync"))
            table.add_row(str(part["part"]), _bytes(part["bytes"]), leader, *copies)
        console.print(table)


def _show_groups(groups: Sequence[Mapping[str, Any]]) -> None:
    for one in groups:
        how = "partitions by hand, no members at Kafka" if one["byHand"] else f"{len(one['members'])} members"
        print(f"{one['name']}: {one['state']}, {how}, lag {figure(one['lag'])}")
        for process in one["processes"]:
            print(f"  {process['service']} at {process['instance']} since {process['since']}: all partitions")
        for member in one["members"]:
            given = "; ".join(f"{part['topic']} {' '.join(map(str, part['parts']))}" for part in member["assigned"])
            print(f"  {member['clientId']} at {member['host']}: {given}")
        table = Table("topic", "partition", "place", "end", "lag", "told by")
        for part in one["parts"]:
            numbers = (figure(part[name]) for name in ("place", "end", "lag"))
            table.add_row(part["topic"], str(part["part"]), *numbers, part["toldBy"])
        console.print(table)


def _bytes(count: int | None) -> str:
    return "not known" if count is None else f"{count:,} bytes"
