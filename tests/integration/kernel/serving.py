"""A small service as a process of its own: `python -m tests.integration.kernel.serving FOLDER`.

Its check holds while `up` exists in the folder; it notes there what its role and its closing did.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from kernel.adapters.http.app import create_app
from kernel.adapters.process import serve, start
from kernel.adapters.settings import ServiceSettings

SLOW_SECONDS = 1.5
folder = Path(sys.argv[1])
router = APIRouter()


@router.get("/slow")
async def slow() -> str:
    """Answer after a while."""
    note("asked")
    await asyncio.sleep(SLOW_SECONDS)
    return "done"


@router.get("/stream")
async def stream() -> StreamingResponse:
    """Answer for ever."""

    async def pings() -> AsyncIterator[bytes]:
        while True:
            yield b": ping\n\n"
            await asyncio.sleep(0.1)

    return StreamingResponse(pings(), media_type="text/event-stream")


def note(word: str) -> None:
    """Write down that something happened."""
    with (folder / "notes").open("a") as notes:
        notes.write(f"{word}\n")


async def fragile() -> None:
    """Be a role that ends at its first start, fails at its second, and then works until cancelled."""
    note("role")
    times = (folder / "notes").read_text().count("role")
    if times == 1:
        return
    if times == 2:
        raise RuntimeError("the second time")
    try:
        await asyncio.Event().wait()
    finally:
        note("role-cancelled")


async def exists() -> bool:
    """Tell whether the file `up` is there; never answer while `stuck` is."""
    if (folder / "stuck").exists():
        await asyncio.Event().wait()
    return (folder / "up").exists()


async def close() -> None:
    """Close something."""
    note("closed")


async def fail_to_close() -> None:
    """Close nothing."""
    raise OSError("already gone")


if __name__ == "__main__":
    start(
        serve(
            "notes",
            create_app("notes", [router]),
            ServiceSettings(),
            background={"fragile": fragile, "other": fragile},
            checks={"file": exists},
            closing=(fail_to_close, close),
        )
    )
