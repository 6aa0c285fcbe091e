"""One question to several services at once. Next stop: ops_events.py."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

import structlog

from kernel.domain.errors import Unavailable

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def together(
    questions: Mapping[str, Coroutine[Any, Any, T]],
) -> tuple[Mapping[str, T], tuple[str, ...]]:
    """Ask all at once; return the answers, and who gave none."""
    answers = await asyncio.gather(*questions.values(), return_exceptions=True)
    found: dict[str, T] = {}
    silent: list[str] = []
    for name, answer in zip(questions, answers, strict=True):
        if isinstance(answer, Unavailable):
            log.warning("ops.no_answer", service=name, error=answer.detail)
            silent.append(name)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            found[name] = answer
    return found, tuple(silent)
