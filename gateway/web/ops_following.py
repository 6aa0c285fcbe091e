"""The rows of a page that follows events, and how they are found again. Next stop: templates/ops/events_board.html."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.application.errors import CursorUnreadable
from gateway.application.ops_events_ports import Found

HELD = 50
"""Events that the page shows."""

_PLACE = re.compile(r"([0-9]{1,2})\.(.+)")


@dataclass(slots=True)
class Board:
    """What was told to one page, newest first."""

    rows: deque[Found] = field(default_factory=lambda: deque(maxlen=HELD))
    _whole: int = HELD
    """How many rows were told, up to what is held, since some were not."""

    @property
    def passed(self) -> bool:
        """Return whether events are missing; until as many came behind them as the page shows."""
        return self._whole < HELD

    def add(self, told: Sequence[Found]) -> None:
        """Put what was told, oldest first, before the rows."""
        self.rows.extendleft(told)
        if len(told) > HELD:
            self.miss()
        else:
            self._whole = min(HELD, self._whole + len(told))

    def draw(self, newest: Sequence[Found]) -> None:
        """Begin again with what is the newest now, newest first."""
        self.rows.clear()
        self.rows.extend(newest)

    def miss(self) -> None:
        """Say that something is missing."""
        self._whole = 0

    def place(self, cursor: str) -> str:
        """Return how a browser names what it has seen when it comes back."""
        return f"{len(self.rows)}.{cursor}"


def place_of(last_event_id: str) -> tuple[int, str]:
    """Return how many rows a browser has that comes back, and where it follows on. Raises: CursorUnreadable."""
    found = _PLACE.fullmatch(last_event_id)
    if found is None:
        raise CursorUnreadable
    return min(int(found[1]), HELD), found[2]
