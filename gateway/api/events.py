"""Changes as a stream of server-sent events. Next stop: application/live.py."""

from collections.abc import AsyncIterable
from typing import Annotated, Any

from fastapi import Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import ContractAnswer
from gateway.application.door import SessionToken, StreamViewer, Use
from gateway.application.live import LiveEvent

router = operations("events")

RETRY_MS = 2000


@router.get(
    "/events",
    response_class=EventSourceResponse,
    operation_id="events",
    responses=problems(401, 429, 503),
    response_model=None,
)
async def events(
    viewer: StreamViewer,
    token: SessionToken,
    use: Use,
    last_event_id: Annotated[str | None, Header(max_length=2000)] = None,
) -> AsyncIterable[ServerSentEvent]:
    """Tell what changes for the caller; the stream ends with the session.

    `contract`: one contract, as it is now or null when it is no longer in force. `dashboard`: read the dashboard again.
    `session`: read the session again. `resync`: changes were missed, read all again. The id of an event is the vector
    of positions behind it.
    """
    yield ServerSentEvent(comment="here", retry=RETRY_MS)
    async for event in use.live.changes(viewer, token, last_event_id):
        yield ServerSentEvent(event=event.name, id=event.id, data=_data(event))


def _data(event: LiveEvent) -> dict[str, Any]:
    if event.name != "contract":
        return {}
    contract = ContractAnswer.model_validate(event.contract).model_dump(mode="json") if event.contract else None
    return {"contractId": str(event.contract_id), "contract": contract}
