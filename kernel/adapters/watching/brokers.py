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


async def of_any(client: Any, request: Any, seconds: float, silent: set[int] | None = None) -> Any:
    """Return what the first broker that answers says. Raises: Unavailable.

    Those known to be *silent* are asked last, and who says nothing is noted there. They are not asked all at once: a
    client opens one connection at a time, so one that hangs would keep it from those that answer.
    """
    known = set() if silent is None else silent
    trouble = Unavailable("Kafka has no broker", retry_after=2)
    for node in sorted(nodes(client), key=lambda one: one in known):
        try:
            said = await answer(client.send(node, request), seconds)
        except Unavailable as failure:
            known.add(node)
            trouble = failure
        else:
            known.discard(node)
            return said
    raise trouble


async def of_each(
    asked: Iterable[int], ask: Callable[[int], Awaitable[Any]], seconds: float
) -> tuple[Mapping[int, Any], tuple[str, ...]]:
    """Ask brokers at once; return answers by broker, and who gave none. Raises: Unavailable when nobody did."""

    async def one(node: int) -> Any:
        return await ask(node)

    numbers = list(asked)
    answers = await asyncio.gather(*(answer(one(node), seconds) for node in numbers), return_exceptions=True)
    found, silent = {}, []
    for node, said in zip(numbers, answers, strict=True):
        if isinstance(said, Unavailable):
            log.warning("broker.no_answer", broker=node, error=said.detail)
            silent.append(f"broker {node}")
        elif isinstance(said, BaseException):
            raise said
        else:
            found[node] = said
    if not found:
        raise Unavailable("no broker answers", retry_after=2)
    return found, tuple(silent)
