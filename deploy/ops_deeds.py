"""What operators did as a command of the ops console. Next stop: gateway/api/ops_deeds.py."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from rich.console import Console
from rich.table import Table

from deploy.ops_options import AsJson
from deploy.ops_session import OpsSession

console = Console()


@dataclass(frozen=True, slots=True)
class DeedCommands:
    """The command, over a session that is opened when it runs."""

    session: Callable[[], OpsSession]
    told: Callable[[], AbstractContextManager[None]]
    """Says why something did not work, in a line."""

    def join(self, app: typer.Typer) -> None:
        """Add the command to those of the console."""
        app.command("deeds")(self.deeds)

    def deeds(
        self,
        *,
        most: Annotated[int, typer.Option(help="How many to list at most.")] = 50,
        as_json: AsJson = False,
    ) -> None:
        """Show what operators ordered and whom the console refused, newest first: who, what, why and when."""
        found: list[Mapping[str, Any]] = []
        cursor: str | None = ""
        with self.told():
            session = self.session()
            while len(found) < most and cursor is not None:
                query = {"limit": min(most - len(found), 100), **({"cursor": cursor} if cursor else {})}
                page = session.call("GET", f"/ops/deeds?{urlencode(query)}")
                found += page["items"]
                cursor = page["nextCursor"]
        if as_json:
            print(json.dumps(found, ensure_ascii=False, indent=1))
            return
        table = Table("when", "who", "what", "about", "why")
        for one in found:
            what = f"refused: {one['what']}" if one["refused"] else one["what"]
            named = (one["companyId"], one["consumer"], one["error"], one["about"], *one["streams"])
            about = " ".join(filter(None, named)) or "all"
            table.add_row(one["at"], one["name"] or one["userId"], what, about, one["reason"])
        console.print(table)
