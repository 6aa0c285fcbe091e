"""Parks ten thousand streams and tries them again: how long it takes, and that nobody is mailed twice: `make faults`.

The short size of the same run is with `make test`; how it goes is in tests/integration/notifier/parked_crowd.py.
"""

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from bench.machine import machine
from deploy.places import PROJECT, default_state
from deploy.stack import Stack
from tests.integration.notifier.parked_crowd import Figures, park_and_retry
from tests.integration.notifier.world import made

FOLDER = PROJECT / "docs" / "proof"
WORDS = {
    "parked_seconds": "written, sent, read and parked, s",
    "first_page_seconds": "the first page of 100, s",
    "last_page_seconds": "the last page of 100, s",
    "counted_seconds": "counted by reader and kind of error, s",
    "ordered_seconds": "all of them ordered to be tried again, s",
    "new_one_seconds": "a new fact meanwhile applied after, s",
    "released_seconds": "all of them applied, their reader killed once in between, s",
    "sent_seconds": "all mails sent, s",
}


async def run(streams: int) -> Figures:
    """Do it on a stack of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    state = default_state() / "parked"
    shutil.rmtree(state, ignore_errors=True)
    with Stack(state, temporary=True) as stack:
        await asyncio.to_thread(stack.start, ["postgres", "kafka", "mailbox"])
        plan = stack.plan
        async with made(plan.postgres.url, plan.mailbox, state / "world") as world:
            return await park_and_retry(world, plan.postgres.url, plan.kafka_bootstrap, streams)


def write(told: Mapping[str, Any], folder: Path = FOLDER) -> list[Path]:
    """Write what was found as JSON and as a table; return both files."""
    data, table = folder / "parked.json", folder / "parked.md"
    data.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    figures = told["figures"]
    rows = "\n".join(f"| {words} | {figures[name]:,.2f} |" for name, words in WORDS.items())
    table.write_text(
        f"""# Parked by the thousand, and tried again

Written by `make faults` from `parked.json` at {told["takenAt"]}.

- {figures["streams"]:,} streams parked by a reader that did not know their version, and tried again when one did
- **{told["doubles"]} mails twice**: {figures["mails"]:,} mails for {figures["causes"]:,} facts
- {told["machine"]["processor"]}, {told["machine"]["cores"]} cores

| what | |
|---|---:|
{rows}
""",
        encoding="utf-8",
    )
    return [data, table]


def main(streams: Annotated[int, typer.Option(help="How many streams are parked.")] = 10_000) -> None:
    """Park very many streams, try them again, and see that nobody is mailed twice."""
    before = machine()
    figures = asyncio.run(run(streams))
    told = {
        "takenAt": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "machine": before,
        "figures": {name: round(value, 3) for name, value in asdict(figures).items()},
        "doubles": figures.doubles,
    }
    for file in write(told):
        print(f"wrote {file}")
    print(f"{figures.doubles} mails twice of {figures.mails:,}")
    raise typer.Exit(1 if figures.doubles or figures.mails != streams + 1 else 0)


if __name__ == "__main__":
    typer.run(main)
