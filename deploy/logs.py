"""Shows what the parts say, as they say it."""

import time
from collections.abc import Iterator
from pathlib import Path

LOOK = 0.3
LINES = 20
LOOKED_AT = 16_000


def logs_in(folder: Path, service: str | None) -> list[Path]:
    """Return the logs to show."""
    return [folder / f"{service}.log"] if service else sorted(folder.glob("*.log"))


def last_lines(log: Path, lines: int = LINES) -> tuple[list[str], int]:
    """Return the last lines of a log, and where they end."""
    if not log.exists():
        return [], 0
    with log.open("rb") as stream:
        size = log.stat().st_size
        stream.seek(max(0, size - LOOKED_AT))
        return stream.read(size).decode(errors="replace").splitlines()[-lines:], size


def follow(folder: Path, service: str | None) -> Iterator[tuple[str, str]]:
    """Give the last lines of each log, then each new line, with the part that says it, until interrupted."""
    places: dict[Path, int] = {}
    while True:
        for log in logs_in(folder, service):
            if log not in places:
                lines, places[log] = last_lines(log)
            else:
                lines, places[log] = _new_lines(log, places[log])
            yield from ((log.stem, line) for line in lines)
        time.sleep(LOOK)


def _new_lines(log: Path, place: int) -> tuple[list[str], int]:
    if not log.exists():
        return [], 0
    if log.stat().st_size < place:  # the log began anew
        place = 0
    with log.open("rb") as stream:
        stream.seek(place)
        said = stream.read()
    whole = said.rfind(b"\n") + 1  # half a line waits for its other half
    return said[:whole].decode(errors="replace").splitlines(), place + whole
