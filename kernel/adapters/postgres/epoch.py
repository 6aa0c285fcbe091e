"""What an operator does after a restore: say that this log is right from here on. See: docs/decisions/0044."""

import asyncpg

_BEGIN = """
UPDATE es.head SET epoch = epoch + 1, sysid = s.system_identifier, timeline = c.timeline_id
FROM pg_control_system() s, pg_control_checkpoint() c RETURNING epoch
"""


async def begin_epoch(owner_url: str) -> int:
    """Confirm a restored or moved log and return its new epoch.

    Appends and relay go on; readers of the former epoch stop until what they made of lost facts is rebuilt.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        return int(await connection.fetchval(_BEGIN))
    finally:
        await connection.close()
