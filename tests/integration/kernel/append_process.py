"""Appends a fact for each command it is given, so that a test can have it killed. Started by flow.killed()."""

import asyncio
import json
import os
import sys
from dataclasses import replace
from uuid import UUID

from kernel.application import failpoints
from tests.integration.kernel import stores
from tests.ports.store import asked, one


async def append(url: str, commands: list[UUID]) -> None:
    async with stores.process(url) as made:
        for number, command in enumerate(commands):
            await made.store.append(command, 0, one(number), replace(asked(command), content=b"wish"))


if __name__ == "__main__":
    failpoints.arm(os.environ["PORTAL_FAILPOINTS"])
    given = json.loads(sys.argv[1])
    asyncio.run(append(given["url"], [UUID(text) for text in given["commands"].split()]))
