"""A Japanese font for the browser of tests and pictures, where the machine has none. Next stop: browser.py.

The product ships no font: people's own machines have one. A machine that only builds often has not, and then
Japanese would be boxes of another width, in pictures as in whatever a test measures.
"""

import os
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

PACKAGE = "@expo-google-fonts/noto-sans-jp"
WEIGHTS = ("400Regular", "700Bold")
"""The two that the pages use."""

CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  {folders}
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def machine_has_japanese() -> bool:
    """Return whether a font of this machine has Japanese characters."""
    if sys.platform != "linux":
        return True  # other systems come with one
    tool = shutil.which("fc-list")
    if tool is None:
        return False
    found = subprocess.run([tool, ":lang=ja"], capture_output=True, check=False)  # noqa: S603 - words of our own
    return bool(found.stdout.strip())


def font_environment(installed: Path) -> dict[str, str]:
    """Return what a browser needs in its environment to find the font from npm; nothing where it is not needed."""
    folders = [installed / "npm" / "node_modules" / PACKAGE / weight for weight in WEIGHTS]
    if machine_has_japanese() or not all(folder.exists() for folder in folders):
        return {}
    home = installed / "fonts"
    home.mkdir(parents=True, exist_ok=True)
    named = "\n  ".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders)
    config = home / "fonts.conf"
    whole = home / f"fonts.{os.getpid()}.conf"
    whole.write_text(CONFIG.format(folders=named, cache=escape(str(home / "cache"))), encoding="utf-8")
    whole.replace(config)  # at once, for a browser of another process may be reading it
    return {"FONTCONFIG_FILE": str(config)}
