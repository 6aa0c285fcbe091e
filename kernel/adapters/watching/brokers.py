"""Asks Kafka's brokers one by one or all at once, each with an end in sight. Next stop: kernel/adapters/kafka/."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import structlog

from kernel.adapters.kafka.patience import answer
from kernel.domain.errors import Unavailable

log = structlog.get_logger(__name__)


def nodes(client: Any) -> list[int]:
    """Return the numbers of the brokers that a client knows of."""
    return sorted(broker.nodeId for broker in client.cluster.brokers())


async def of_any(client: Any, request: Any, seconds: float, silent: set[int]) -> Any:
    """Return what the first broker that answers says. Raises: Unavailable.

    Those known to be *silent* are asked last, and who says nothing is noted there. They are not asked all at once: a
    client opens one connection at a time, so one that hangs would keep it from those that answer.
    """
    trouble = Unavailable("Kafka has no broker", retry_after=2)
    for node in sorted(nodes(client), key=lambda one: one in silent):
        try:
            said = await answer(client.send(node, request), seconds)
        except Unavailable as failure:
            silent.add(node)
            trouble = failure
        else:
            silent.discard(node)
            return said
    raise trouble


async def of_each(
    asked: Iterable[int], ask: Callable[[int], Awaitable[Any]], seconds: float, silent: set[int]
) -> tuple[Mapping[int, Any], tuple[str, ...]]:
    """Ask brokers at once, those known to be *silent* last; return answers by broker, and who gave none.

    Raises: Unavailable when nobody did.
    """

    async def one(node: int) -> Any:
        return await ask(node)

    numbers = sorted(asked, key=lambda node: node in silent)
    answers = await asyncio.gather(*(answer(one(node), seconds) for node in numbers), return_exceptions=True)
    found, missing = {}, []
    for node, said in zip(numbers, answers, strict=True):
        if isinstance(said, Unavailable):
            log.warning("broker.no_answer", broker=node, error=said.detail)
            missing.append(node)
        elif isinstance(said, BaseException):
            raise said
        else:
            found[node] = said
    silent.difference_update(found)
    # The first alone: a client opens one connection at a time, so the others may only have waited behind it.
    silent.update([node for node in missing if node not in silent][:1])
    if not found:
        raise Unavailable("no broker answers", retry_after=2)
    return found, tuple(f"broker {node}" for node in sorted(missing))
