"""A contestant in a process of its own: started once, idle until asked, told in JSON lines. Next: peers/*_append.py."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deploy.places import PROJECT

READY_SECONDS = 60.0
SPARE_SECONDS = 30.0
LONGEST_LINE = 2**24


class ChildFailed(Exception):
    """A contestant ended, or did not answer."""


class Child:
    """A contestant's process. It says `{"ready": ...}` once, then answers each question with one line."""

    def __init__(self, command: Sequence[str], *, told: Mapping[str, Any], folder: Path = PROJECT) -> None:
        self._command = command
        self._folder = folder
        self._told = told
        self._process: Process | None = None
        self.about: Mapping[str, Any] = {}
        """What it said of itself: versions."""

    @classmethod
    def python(cls, module: str, **told: Any) -> Self:
        """Return a contestant that is a module of ours."""
        return cls([sys.executable, "-m", module], told=told)

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, cwd=self._folder, limit=LONGEST_LINE
        )
        try:
            self.about = await self._ask(self._told, READY_SECONDS)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def measure(self, seconds: float, **how: Any) -> dict[str, Any]:
        """Have it work for a while, and return what it saw. Raises: ChildFailed."""
        return await self._ask({"seconds": seconds, **how}, seconds + SPARE_SECONDS)

    async def rate(self, seconds: float, **how: Any) -> float:
        """Have it work for a while, and return how much it did a second. Raises: ChildFailed."""
        seen = await self.measure(seconds, **how)
        return float(seen["count"]) / float(seen["seconds"])

    async def _ask(self, question: Mapping[str, Any], patience: float) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise ChildFailed(f"{self._command[-1]} was not started")
        process.stdin.write(json.dumps(question).encode() + b"\n")
        try:
            async with asyncio.timeout(patience):
                line = await process.stdout.readline()
        except TimeoutError:
            raise ChildFailed(f"{self._command[-1]} did not answer within {patience:.0f} s") from None
        if not line:
            raise ChildFailed(f"{self._command[-1]} ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _end(self) -> None:
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


async def answer_questions(
    ready: Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]],
    measure: Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]],
) -> None:
    """Be a contestant: get ready by the first line, measure for every other one, end with the input."""
    loop, answer = asyncio.get_running_loop(), ready
    # Only answers may stand on the output; what libraries say there goes to the errors.
    answers, sys.stdout = sys.stdout, sys.stderr
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await answer(json.loads(line))), file=answers, flush=True)
        answer = measure
