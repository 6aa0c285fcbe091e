"""Ends a stack's processes when the one who started them is gone, however it went.

Run as `python -m deploy.mourner STATE [remove]`: standard input is a pipe from that process, which closes with it.
"""

import shutil
import sys
from pathlib import Path

from deploy.leftovers import stop_leftovers


def mourn(state: Path, *, remove: bool) -> None:
    """Wait for the end of standard input, then stop what is left, and delete *state* where that was asked."""
    sys.stdin.read()
    stop_leftovers(state / "run")
    if remove:
        shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    mourn(Path(sys.argv[1]), remove="remove" in sys.argv[2:])
