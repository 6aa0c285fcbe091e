"""From a wish to facts: load, fold, decide, append; if somebody was quicker, decide again. Next: adapters/postgres."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from kernel.application.ports import EventStore
from kernel.domain.context import Context
from kernel.domain.decider import Decider
from kernel.domain.errors import PreconditionFailed, StreamMoved
from kernel.domain.recorded import Appended, Claim

State = TypeVar("State")
Command = TypeVar("Command")
Event = TypeVar("Event")

ATTEMPTS = 5


async def execute(
    store: EventStore,
    decider: Decider[State, Command, Event],
    stream_id: UUID,
    command: Command,
    context: Context,
    *,
    claims: Sequence[Claim] = (),
    releases: Sequence[Claim] = (),
    expected: int | None = None,
) -> Appended:
    """Carry out *command* on one stream, only while it is at version *expected* where that is given.

    Raises: PreconditionFailed when it is not; what the decider refuses; StreamMoved after five lost races; ClaimTaken;
    KeyReused; Unavailable.
    """
    if context.command_id and (before := await store.answered(context.command_id, context.content)):
        return before
    for attempt in range(1, ATTEMPTS + 1):
        past = await store.load(stream_id)
        version = past[-1].version if past else 0
        if expected not in (None, version):
            raise PreconditionFailed
        facts = decider.decide(decider.fold(fact.event for fact in past), command)
        if not facts:
            return Appended(stream_id=stream_id, version=version, position=None)
        try:
            return await store.append(stream_id, version, facts, context, claims=claims, releases=releases)
        except StreamMoved:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")
