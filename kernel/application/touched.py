"""When something was touched last, for who keeps what was read of it. Next stop: adapters/redis/applied.py."""

from collections import OrderedDict
from collections.abc import Iterable

MOST = 50_000


class Touched:
    """Counts changes, and remembers for each key the last one that touched it, for *most* keys.

    Of a key that is no longer remembered it is only known that it was not touched after the oldest that still is.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._count = 0
        self._since = 0
        """Nothing is known of the changes up to here."""
        self._last: OrderedDict[str, int] = OrderedDict()

    @property
    def mark(self) -> int:
        """Return how many changes there were: what is read now is as it was after that many, or later."""
        return self._count

    def took(self, keys: Iterable[str]) -> None:
        """Take note of a change that touched *keys*."""
        self._count += 1
        for key in keys:
            self._last.pop(key, None)
            self._last[key] = self._count
        while len(self._last) > self._most:
            _, self._since = self._last.popitem(last=False)

    def lost(self) -> None:
        """Take note that changes were missed: everything may have been touched."""
        self._count += 1
        self._since = self._count
        self._last.clear()

    def untouched(self, mark: int, keys: Iterable[str]) -> bool:
        """Tell whether it is known that none of *keys* was touched after *mark*."""
        return mark >= self._since and all(self._last.get(key, 0) <= mark for key in keys)
