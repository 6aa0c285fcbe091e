"""People in turn, so that nobody logs in twice with one code. Next stop: measures/logins.py."""

import asyncio
from collections import deque
from collections.abc import Iterable

from bench.load.wire import Wires
from bench.portal.person import STEP_SECONDS, LoginRefused, Person, current_step

PAUSE_SECONDS = 0.05


class Crowd:
    """Everybody who may log in; who was in last comes last again."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._waiting = deque(people)
        self.size = len(self._waiting)

    def take(self) -> Person | None:
        """Return somebody whose next code is unused; None when all have used the code of now."""
        if self._waiting and self._waiting[0].used_step < current_step():
            return self._waiting.popleft()
        return None

    def back(self, person: Person) -> None:
        """Let somebody wait again: behind all others, or before them when they have not used their code."""
        if person.used_step < current_step():
            self._waiting.appendleft(person)
        else:
            self._waiting.append(person)

    async def rested(self) -> None:
        """Wait until everybody has an unused code; at most one time step and a moment."""
        for _ in range(int((STEP_SECONDS + 2) / PAUSE_SECONDS)):
            if all(person.used_step < current_step() for person in self._waiting):
                return
            await asyncio.sleep(PAUSE_SECONDS)

    async def log_one_in(self, gateway: Wires) -> str:
        """Log somebody in and return how that ended: `ok`, or what was said. Raises: OSError, TimeoutError."""
        person = self.take()
        if person is None:
            await asyncio.sleep(PAUSE_SECONDS)
            return "nobody left"
        try:
            await person.log_in(gateway)
        except LoginRefused as refused:
            return str(refused)
        finally:
            self.back(person)
        return "ok"
