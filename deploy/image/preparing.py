"""Makes databases, tables and topics on servers that are there: `portal prepare`. Next stop: deploy/databases.py."""

import asyncio
import os
import time
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from deploy.databases import Databases
from deploy.passwords import Passwords
from deploy.topics import make_topics

ADMINISTRATOR = "postgres-admin-url"
PATIENCE = 90.0
LOOK = 1.0


async def prepare() -> None:
    """Bring databases and topics up to date, and say what was done; doing it again changes nothing.

    A server that does not take it yet is asked again. Raises: what it said last, once patience ends.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            made, _ = await asyncio.gather(_tables(), _topics())
        except (KafkaError, asyncpg.PostgresError, OSError) as trouble:
            if time.monotonic() > until:
                raise
            print(f"not yet: {type(trouble).__name__}: {trouble}", flush=True)
            await asyncio.sleep(LOOK)
        else:
            print(f"databases and topics are there; {len(made)} migrations were run", flush=True)
            return


async def _tables() -> list[str]:
    folder = Path(os.environ["PORTAL_SECRETS_DIR"])
    databases = Databases((folder / ADMINISTRATOR).read_text().strip(), Passwords(folder).of)
    await databases.make()
    return await databases.migrate()


async def _topics() -> None:
    await make_topics(os.environ["PORTAL_KAFKA_BOOTSTRAP"], os.environ.get("PORTAL_TOPIC_PREFIX", "portal"))
