"""Parked streams as commands of the ops console: all of them, and one. Next stop: gateway/api/ops.py."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.ops_figures import name_silent
from deploy.ops_options import AsJson, Consumer, Error
from deploy.ops_session import OpsSession

console = Console()


@dataclass(frozen=True, slots=True)
class ParkedCommands:
    """The commands, over a session that is opened when one of them runs."""

    session: Callable[[], OpsSession]
    told: Callable[[], AbstractContextManager[None]]
    """Says why something did not work, in a line."""

    def join(self, app: typer.Typer) -> None:
        """Add the commands to those of the console."""
        app.command("parked")(self.parked)
        app.command("parked-stream")(self.parked_stream)

    def parked(self, *, consumer: Consumer = "", error: Error = "", as_json: AsJson = False) -> None:
        """Show the parked streams, oldest first. Ends with 1 when there are some or a service is silent."""
        silent: set[str] = set()
        with self.told():
            found = list(self._pages({"limit": 100, "consumer": consumer, "error": error}, silent))
        if as_json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            table = Table("reader", "stream", "since", "facts", "error", "detail")
            for one in found:
                place = one["consumer"], one["streamId"], one["since"], f"{one['events']:,}"
                table.add_row(*place, one["error"], one["detail"])
            console.print(table)
        name_silent(silent)
        if found or silent:
            raise typer.Exit(1)

    def parked_stream(
        self,
        consumer: Annotated[str, typer.Argument(help="Which reader, such as users.contracts.")],
        stream: Annotated[UUID, typer.Argument(help="Which stream.")],
        *,
        reason: Annotated[
            str, typer.Option("--unmask", help="Show the whole error, text and bytes, for this reason; it is recorded.")
        ] = "",
        as_json: AsJson = False,
    ) -> None:
        """Show why one stream is parked, and what the fact says that holds it up."""
        path = f"/ops/parked/{quote(consumer, safe='')}/{stream}"
        with self.told():
            session = self.session()
            found = session.act("POST", f"{path}/unmasked", {"reason": reason}) if reason else session.call("GET", path)
        print(json.dumps(found, ensure_ascii=False, indent=1) if as_json else _told(found))

    def _pages(self, wanted: Mapping[str, Any], silent: set[str]) -> Iterator[Mapping[str, Any]]:
        session, cursor = self.session(), ""
        while True:
            said = urlencode({name: value for name, value in {**wanted, "cursor": cursor}.items() if value})
            page = session.call("GET", f"/ops/parked?{said}")
            yield from page["items"]
            silent.update(page["silent"])
            cursor = page["nextCursor"] or ""
            if not cursor:
                return


def _told(one: Mapping[str, Any]) -> str:
    came = one["asItCame"]
    lines = [
        f"reader   {one['consumer']} in {one['topic']}/{one['part']}, parked since {one['since']}",
        f"event    {one['source']} {one['eventId']} {one['eventType']}, {one['bytes']:,} bytes",
        f"behind   {one['behind']:,} facts wait behind it",
        f"error    {one['error']} {one['detail']}".rstrip(),
        f"tries    {one['attempts']}",
        "payload",
        json.dumps(one["payload"]["data"], ensure_ascii=False, indent=1),
    ]
    covered = [f"  {text['path']} is {text['shown'].lower()}" for text in one["payload"]["covered"]]
    if came:
        whole = ["whole error", came["error"] or "Not shown: the fact tells of somebody who was forgotten"]
        return "\n".join([*lines, *covered, *whole, "as text", came["text"], "as bytes", came["hexDump"]])
    return "\n".join([*lines, *covered, "Say --unmask and a reason to see the whole error, text and bytes"])
