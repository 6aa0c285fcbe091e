"""How full the pools of connections are."""

import asyncio

from prometheus_client import REGISTRY

from kernel.adapters.postgres.pool import open_pool


def told(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_m8_a_pool_tells_what_is_used_what_is_idle_and_who_waits(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, 2, name="measured")
    used, idle = {"pool": "measured", "state": "used"}, {"pool": "measured", "state": "idle"}
    first, second = await pool.acquire(), await pool.acquire()
    waits = [asyncio.create_task(pool.fetchval("SELECT 1")) for _ in range(3)]
    await asyncio.sleep(0)
    assert told("db_client_connections", **used) == told("db_client_connections_max", pool="measured") == 2
    assert told("db_client_connections_pending_requests", pool="measured") == 3
    await pool.release(first)
    await pool.release(second)
    assert await asyncio.gather(*waits) == [1, 1, 1]
    assert told("db_client_connections_pending_requests", pool="measured") == 0
    assert (told("db_client_connections", **used), told("db_client_connections", **idle)) == (0, 2)
    await pool.close()
    again = await open_pool(postgres_url, 1, name="another")
    assert told("db_client_connections_max", pool="measured") is None
    await again.close()
