"""Rows that a projector wrote last, so that what changes again and again is not asked for again. Next stop: plan.py.

Nobody else writes while its commits go through; when one does not, everything here is forgotten.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from kernel.adapters.redis.fold import At

MOST_BYTES = 4 * 1024 * 1024


class Remembered:
    """Rows as they are kept, up to *most* bytes of them; which were used longest ago are forgotten first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._size = 0
        self._rows: OrderedDict[At, bytes | None] = OrderedDict()

    def of(self, wanted: Iterable[At]) -> dict[At, bytes | None]:
        """Return those that are remembered; None for a row that there is not."""
        found = {at: self._rows[at] for at in wanted if at in self._rows}
        for at in found:
            self._rows.move_to_end(at)
        return found

    def take(self, rows: Mapping[At, bytes | None]) -> None:
        """Remember rows as they are kept now."""
        for at, row in rows.items():
            if at in self._rows:
                self._size -= _size(self._rows.pop(at))
            self._rows[at] = row
            self._size += _size(row)
        while self._size > self._most:
            _, row = self._rows.popitem(last=False)
            self._size -= _size(row)

    def forget(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._size = 0


def _size(row: bytes | None) -> int:
    """Return about how many bytes a row takes with its key."""
    return 200 + len(row or b"")
