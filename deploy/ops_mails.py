"""Mails as commands of the ops console: `python -m deploy ops mails --help`. Next stop: gateway/api/ops_mails.py."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from deploy.ops_options import AsJson, DoIt, Reason
from deploy.ops_session import OpsSession

console = Console()

_LEFT = "codes, links that are over, mails that were sent again; an activation link is issued anew for one --mail"


class MailState(StrEnum):
    """Where a mail stands."""

    INITIAL = "initial"
    IN_PROGRESS = "inProgress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    BOUNCED = "bounced"


class MailKind(StrEnum):
    """What a mail is for."""

    ORDER_STATUS = "ORDER_STATUS"
    FAULT = "FAULT"
    MAINTENANCE = "MAINTENANCE"
    DIGEST = "DIGEST"
    SECURITY = "SECURITY"


MailKindOption = Annotated[MailKind | None, typer.Option("--kind", help="Only mails of this kind.")]


@dataclass(frozen=True, slots=True)
class MailCommands:
    """The commands, over a session that is opened when one of them runs."""

    session: Callable[[], OpsSession]
    told: Callable[[], AbstractContextManager[None]]
    """Says why something did not work, in a line."""

    def join(self, app: typer.Typer) -> None:
        """Add the commands to those of the console."""
        app.command("mails")(self.mails)
        app.command("mail")(self.mail)
        app.command("resend-mails")(self.resend_mails)
        app.command("pause-mails")(self.pause_mails)
        app.command("resume-mails")(self.resume_mails)
        app.command("drain-mails")(self.drain_mails)

    def mails(
        self,
        *,
        state: Annotated[MailState | None, typer.Option(help="Only in this state.")] = None,
        kind: MailKindOption = None,
        tenant: Annotated[UUID | None, typer.Option(help="Only to this company.")] = None,
        most: Annotated[int, typer.Option(help="How many to list at most.")] = 50,
        as_json: AsJson = False,
    ) -> None:
        """Show what waits or is paused, and the newest mails, to whom only masked. Ends with 1 while a pause lasts."""
        query = {"limit": min(most, 100), "state": state, "kind": kind, "tenantId": tenant}
        found: list[Mapping[str, Any]] = []
        with self.told():
            session, cursor = self.session(), ""
            now = session.call("GET", "/ops/mails/now")
            while len(found) < most and cursor is not None:
                said = {name: str(value) for name, value in {**query, "cursor": cursor}.items() if value}
                page = session.call("GET", f"/ops/mails?{urlencode(said)}")
                found += page["items"]
                cursor = page["nextCursor"]
        if as_json:
            print(json.dumps({**now, "items": found[:most]}, ensure_ascii=False, indent=1))
        else:
            _show_now(now)
            table = Table("mail", "template", "state", "to", "tries", "reason", "queued")
            for one in found[:most]:
                what = one["messageId"], one["template"], one["state"], one["receiver"], str(one["tryTimes"])
                table.add_row(*what, one["reason"] or "", one["queuedAt"])
            console.print(table)
        if now["pauses"]:
            raise typer.Exit(1)

    def mail(
        self,
        message: Annotated[UUID, typer.Argument(help="Which mail, by the id that `mails` shows.", metavar="MAIL")],
        *,
        reason: Annotated[
            str, typer.Option("--show-address", help="Say to whom it goes, for this reason; it is recorded.")
        ] = "",
    ) -> None:
        """Show all that happened to one mail and which fact led to it, as JSON; to whom only masked."""
        path = f"/ops/mails/messages/{message}"
        with self.told():
            session = self.session()
            found = session.call("GET", path)
            if reason:
                found = {**found, "receiver": session.act("POST", f"{path}/receiver", {"reason": reason})}
        print(json.dumps(found, ensure_ascii=False, indent=1))

    def resend_mails(
        self,
        *,
        reason: Reason,
        mail: Annotated[
            list[UUID] | None, typer.Option("--mail", help="Only this mail; may be said several times.")
        ] = None,
        state: Annotated[MailState | None, typer.Option(help="Only failed, or only bounced ones.")] = None,
        kind: MailKindOption = None,
        tenant: Annotated[UUID | None, typer.Option(help="Only to this company.")] = None,
        yes: DoIt = False,
    ) -> None:
        """Have mails sent again: these, or those of the last day that reached nobody."""
        said = {
            "mails": [str(one) for one in mail or ()],
            "state": state,
            "kind": kind,
            "tenantId": tenant and str(tenant),
        }
        self._order("resend", {name: value for name, value in said.items() if value}, reason, "sent again", yes=yes)

    def pause_mails(self, *, reason: Reason, kind: MailKindOption = None, yes: DoIt = False) -> None:
        """Have mails of a kind, or all, wait until they are resumed; it survives restarts."""
        self._order("pause", {"kind": kind} if kind else {}, reason, "kept waiting", yes=yes)

    def resume_mails(self, *, reason: Reason, kind: MailKindOption = None, yes: DoIt = False) -> None:
        """Have them sent again; codes and links that have expired meanwhile are not."""
        self._order("resume", {"kind": kind} if kind else {}, reason, "sent from now on", yes=yes)

    def drain_mails(self, *, reason: Reason, kind: MailKindOption = None, yes: DoIt = False) -> None:
        """Have everything tried now that waits for another try, twenty a second."""
        self._order("drain", {"kind": kind} if kind else {}, reason, "tried now", yes=yes)

    def _order(self, what: str, chosen: Mapping[str, Any], reason: str, done_to_them: str, *, yes: bool) -> None:
        with self.told():
            done = self.session().act("POST", f"/ops/mails/{what}", {**chosen, "reason": reason, "dryRun": not yes})
        print(f"{done['mails']:,} mails {'' if yes else 'would be '}{done_to_them}")
        if done["left"]:
            print(f"{done['left']:,} are left: {_LEFT}")
        if not yes:
            print("Say --yes to do it")


def _show_now(now: Mapping[str, Any]) -> None:
    queue = Table("kind", "waiting", "in flight", "put off", "next try", "oldest")
    for one in now["queue"]:
        numbers = f"{one['waiting']:,}", f"{one['inFlight']:,}", f"{one['putOff']:,}"
        queue.add_row(one["kind"], *numbers, one["nextTryAt"] or "", one["oldestAt"] or "")
    console.print(queue)
    day = Table("kind", "in the last day", "mails")
    for one in now["outcomes"]:
        day.add_row(one["kind"], one["fact"], f"{one['mails']:,}")
    console.print(day)
    for one in now["pauses"]:
        print(f"{one['kind']} is paused since {one['since']}: {one['reason']}")
