"""How many streams of changes a session holds open here: each costs a look every second. Next stop: door.py."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from gateway.application.errors import TooManyStreams

MOST = 12
"""Of one session in this process: more windows than anybody looks at, and browsers keep six to a server anyway."""

RETRY_AFTER = 10


class OpenStreams:
    """Counts open streams by session."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._open: Counter[UUID] = Counter()

    @contextmanager
    def one_more(self, session_id: UUID) -> Iterator[None]:
        """Count a stream while it is open. Raises: TooManyStreams."""
        if self._open[session_id] >= self._most:
            raise TooManyStreams(retry_after=RETRY_AFTER)
        self._open[session_id] += 1
        try:
            yield
        finally:
            self._open[session_id] -= 1
            if not self._open[session_id]:
                del self._open[session_id]
