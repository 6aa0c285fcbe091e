"""One parked stream as a command of the ops console. Next stop: gateway/api/ops.py."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer

from deploy.ops_options import AsJson
from deploy.ops_session import OpsSession


@dataclass(frozen=True, slots=True)
class ParkedCommands:
    """The command, over a session that is opened when it runs."""

    session: Callable[[], OpsSession]
    told: Callable[[], AbstractContextManager[None]]
    """Says why something did not work, in a line."""

    def join(self, app: typer.Typer) -> None:
        """Add the command to those of the console."""
        app.command("parked-stream")(self.parked_stream)

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
