"""What the commands print. Next stop: __main__.py."""

from collections.abc import Iterable

import psutil
from rich.console import Console
from rich.table import Table

from deploy.plan import Plan
from deploy.status import Status
from deploy.warden import State

COLOURS = {"ready": "green", "starting": "yellow", "waiting": "yellow"}
MEGABYTE = 1024 * 1024


def show_status(console: Console, status: Status) -> None:
    """Print a line for each part."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, side in (("part", "left"), ("version", "left"), ("port", "right"), ("state", "left")):
        table.add_column(title, justify=side)  # type: ignore[arg-type]
    for title in ("process", "restarts", "PSS MB", "RSS MB"):
        table.add_column(title, justify="right")
    for part in status.parts:
        colour = COLOURS.get(part.state, "red")
        pss, rss = memory(part)
        table.add_row(
            part.name,
            part.version,
            str(part.port),
            f"[{colour}]{part.state}[/{colour}]",
            str(part.pid or ""),
            str(part.restarts),
            pss,
            rss,
        )
    for name, said in status.given.items():
        table.add_row(name, said, "", "given", "", "", "", "")
    console.print(table)


def memory(part: State) -> tuple[str, str]:
    """Return the memory of a part and its children in MB: its share (PSS), and all that it touches (RSS)."""
    if part.pid is None:
        return "", ""
    try:
        process = psutil.Process(part.pid)
        family = [process, *process.children(recursive=True)]
        rss = sum(one.memory_info().rss for one in family)
    except psutil.Error:
        return "", ""
    return _share(family), f"{rss / MEGABYTE:.0f}"


def _share(family: Iterable[psutil.Process]) -> str:
    try:
        return f"{sum(one.memory_full_info().pss for one in family) / MEGABYTE:.0f}"
    except (psutil.Error, AttributeError):  # another user's process, or a system that does not count shares
        return ""


def show_addresses(console: Console, plan: Plan, status: Status) -> None:
    """Print where to go next."""
    running = {part.name for part in status.parts}
    if "gateway" in running:
        console.print(f"  portal    {plan.public_url}", soft_wrap=True)
        console.print(f"  API       {plan.public_url}/api/v1", soft_wrap=True)
    if plan.settings_site.name in running:
        console.print(f"  settings  {plan.settings_site.url}", soft_wrap=True)
    console.print(f"  mailbox   {plan.mailbox_url}", soft_wrap=True)
    console.print(f"  state     {plan.places.state}", soft_wrap=True)
