"""What the log says of an error, without a word that may be somebody's. Next stop: adapters/postgres/inbox.py."""

from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from typing import Any

from kernel.domain.errors import PortalError

MOST = 40
"""Frames that are told of one error, the innermost."""

_OWN = f"{Path(__file__).parents[2]}/"
_LIBRARIES = "site-packages/"


def said_of(error: BaseException) -> dict[str, Any]:
    """Return what a line of the log says of an error: its words, where they are ours or the system's and quote nobody.

    Of any other, a database's among them, the kind and the way to it.
    """
    if isinstance(error, PortalError | OSError | TimeoutError):
        return {"error": repr(error)}
    return {"error": type(error).__name__, "frames": frames(error)}


def frames(error: BaseException) -> list[str]:
    """Return file, line and function of each frame, innermost last, and then the kind of error, as a traceback does.

    What caused it stands before it. Neither words of an error nor lines of code nor values: they may quote somebody.
    """
    return [line for one in reversed(list(_chain(error))) for line in _frames(one)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(error: BaseException) -> list[str]:
    places = [
        f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_qualname}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    return [*places[-MOST:], type(error).__name__]


def _short(file: str) -> str:
    """Return a file as it is called in every installation."""
    _, _, library = file.rpartition(_LIBRARIES)
    return library if _LIBRARIES in file else file.removeprefix(_OWN)
