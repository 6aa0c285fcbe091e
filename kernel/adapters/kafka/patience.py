"""Asks Kafka something with an end in sight, and without breaking its client off in the middle. Next: feed.py."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from aiokafka.errors import KafkaError  # type: ignore[import-untyped]

from kernel.domain.errors import Unavailable

ANSWER_SECONDS = 10.0
GRACE_SECONDS = 2.0
WAIT_SECONDS = 5.0
"""Nobody who works waits so long; a verdict looks at a time that is several times as long."""

T = TypeVar("T")

_leaving: set["asyncio.Future[None]"] = set()


async def answer(asked: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T:
    """Return what Kafka answers. Raises: Unavailable when that is an error, or comes too late.

    It works in a task of its own: aiokafka forgets a connection that it was opening when it is cancelled, and with
    Python 3.11 may take a cancellation for an answer.
    """
    task = asyncio.ensure_future(asked)
    task.add_done_callback(_seen)
    try:
        await asyncio.wait([task], timeout=seconds)
        if not task.done():
            raise Unavailable(f"Kafka does not answer within {seconds:g} s")
        return task.result()
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=GRACE_SECONDS)
        raise
    except (KafkaError, OSError, TimeoutError) as trouble:
        raise Unavailable(f"Kafka: {trouble!r}") from trouble
    finally:
        task.cancel()


@contextmanager
def waiting(tell: Callable[[], object]) -> Iterator[None]:
    """Tell of each few seconds that what is in here lets us wait."""

    async def tells() -> None:
        while True:
            await asyncio.sleep(WAIT_SECONDS)
            tell()

    telling = asyncio.ensure_future(tells())
    try:
        yield
    finally:
        telling.cancel()


async def farewell(stopping: Coroutine[Any, Any, None]) -> None:
    """Let a client stop; one that still waits for a broker does so behind our back, until its requests time out."""
    await asyncio.wait([leave(stopping)], timeout=GRACE_SECONDS)


def leave(stopping: Coroutine[Any, Any, None]) -> "asyncio.Future[None]":
    """Let a client stop behind our back: of one that was in trouble nobody waits for the end."""
    leaving = asyncio.ensure_future(stopping)
    _leaving.add(leaving)
    leaving.add_done_callback(_leaving.discard)
    leaving.add_done_callback(_seen)
    return leaving


def _seen(task: "asyncio.Future[Any]") -> None:
    """Take note of an error that nobody waits for any more."""
    if not task.cancelled():
        task.exception()
