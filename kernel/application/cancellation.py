"""A cancellation that a library swallowed is not lost: loops that run until cancelled ask for it in every round."""

import asyncio


def heed_cancellation() -> None:
    """Raise CancelledError if this task was told to end.

    Until Python 3.12 `asyncio.wait_for()` returns instead of ending when the answer comes in the same moment, and
    clients of Kafka and Redis use it; a loop that relied on the exception alone would then run for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
