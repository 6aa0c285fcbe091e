"""What the ops console asks of one parked stream: why, and what the fact says. Next stop: adapters/parked_facts.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from kernel.adapters.http.body import Reply
from kernel.adapters.http.commands import Asked, asked
from kernel.adapters.http.ops import ACT, READ, Operated, ParkedReply
from kernel.adapters.http.ops_events import ToldReply
from kernel.adapters.http.texts import Typed
from kernel.adapters.http.tokens import Caller, caller

Named = Annotated[Typed, Path(max_length=100)]


class AsItCameReply(Reply):
    """A parked fact as it came, and the whole error."""

    error: str
    text: str
    hex_dump: str


class ParkedWholeReply(Reply):
    """A parked stream with its first fact."""

    stream: ParkedReply
    told: ToldReply
    bytes: int
    as_it_came: AsItCameReply | None


def parked_routes(operated: Operated) -> APIRouter:
    """Return the routes below /internal/ops/parked that show one stream."""
    routes = APIRouter(prefix="/internal/ops/parked/{consumer}/{stream_id}", tags=["internal"])

    @routes.get("")
    async def one(consumer: Named, stream_id: UUID, _by: Annotated[Caller, Depends(caller(READ))]) -> ParkedWholeReply:
        """Return one parked stream; of its first fact personal texts are covered."""
        return ParkedWholeReply.model_validate(await operated.whole(consumer, stream_id))

    @routes.post("/{version}/unmasked")
    async def unmasked(
        consumer: Named,
        stream_id: UUID,
        version: Annotated[int, Path(ge=1, le=2**31 - 1)],
        by: Annotated[Asked, Depends(asked(ACT))],
    ) -> ParkedWholeReply:
        """Return it with the fact as it came and the whole error; who asks has recorded why."""
        shown = await operated.unmasked(consumer, stream_id, version, by.caller.subject)
        return ParkedWholeReply.model_validate(shown)

    return routes
