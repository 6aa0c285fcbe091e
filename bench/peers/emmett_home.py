"""Fetches Emmett with npm, pinned and checked against its lock; nothing of it is kept in this project."""

import shutil
import subprocess
from pathlib import Path

from bench.peers.child import Child
from deploy.places import PROJECT, Places
from deploy.static_parts import npm

SOURCE = PROJECT / "bench" / "peers" / "emmett"
FETCHED = "package.json", "package-lock.json"


class PeerMissing(Exception):
    """What is compared with cannot be had here."""


def fetch_emmett() -> Path:
    """Return the folder where Emmett is installed, fetching it when the lock has changed. Raises: PeerMissing."""
    home = Places(PROJECT / ".portal").installed / "bench" / "emmett"
    lock = (SOURCE / "package-lock.json").read_bytes()
    mark = home / "fetched.lock"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy2(SOURCE / "append.mjs", home)
    if mark.exists() and mark.read_bytes() == lock:
        return home
    for name in (*(SOURCE / name for name in FETCHED), PROJECT / ".npmrc"):
        shutil.copy2(name, home)
    words = ["ci", "--ignore-scripts", "--no-progress", "--loglevel=error", "--no-update-notifier"]
    done = subprocess.run([*npm(), *words], cwd=home, capture_output=True, text=True, check=False)  # noqa: S603 - own words
    if done.returncode:
        raise PeerMissing(f"npm could not fetch Emmett: {done.stderr.strip()[-500:]}")
    mark.write_bytes(lock)
    return home


def emmett(url: str, writers: int) -> Child:
    """Return Emmett as a contestant on the database at *url*. Raises: PeerMissing."""
    home = fetch_emmett()
    node = npm()[0]
    return Child([node, str(home / "append.mjs")], told={"url": url, "writers": writers}, folder=home)
