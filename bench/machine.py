"""What it was measured on and with: a figure means nothing without. Next stop: report.py."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg

from deploy.services import project_version

LIBRARIES = ("asyncpg", "aiokafka", "fastapi", "uvicorn", "pynacl", "pydantic", "redis", "uvloop")
SHOWN = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers")


def machine() -> Mapping[str, Any]:
    """Return what there is to know of the machine, its load included: somebody else's work spoils figures."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "loadBefore": round(os.getloadavg()[0], 2),
    }


def versions() -> Mapping[str, str]:
    """Return the versions of what is ours."""
    return {"portal": project_version(), **{name: version(name) for name in LIBRARIES}}


async def postgres_settings(url: str) -> Mapping[str, str]:
    """Return the settings of the server that decide what durable costs."""
    connection = await asyncpg.connect(url)
    try:
        return {name: str(await connection.fetchval("SELECT current_setting($1)", name)) for name in SHOWN}
    finally:
        await connection.close()


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
