"""How readers stood over the last seven days, as JSON. Next stop: application/ops_history.py."""

from typing import Annotated

from fastapi import Path, Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops import FlowAnswer
from gateway.api.schemas.ops_history import FlowHistoryAnswer, PointAnswer, SpreadAnswer, StretchAnswer
from gateway.application.door import AskedHere, CurrentViewer, Use
from gateway.application.flow_history import Span, Spread

router = operations("ops")


@router.get(
    "/ops/streams/{consumer}/{topic}/history",
    operation_id="opsStreamHistory",
    responses=problems(401, 403, 404, 422, 503),
)
async def history(
    *,
    consumer: Annotated[str, Path(max_length=100)],
    topic: Annotated[str, Path(max_length=200)],
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    span: Annotated[Span, Query(alias="range", description="How far back.")] = Span.HOUR,
) -> FlowHistoryAnswer:
    """Say how a reader stood in a topic: lag in facts and seconds, rate and verdict, thinner the further back."""
    found = await use.ops_history.of(viewer, (consumer, topic), span, asked)
    return FlowHistoryAnswer(
        consumer=found.consumer,
        topic=found.topic,
        range=found.span,
        step=found.step,
        since=found.since,
        until=found.until,
        answers=found.answers,
        now=FlowAnswer.model_validate(found.flow) if found.flow else None,
        points=[
            PointAnswer(
                at=one.at,
                samples=one.samples,
                lag=_spread(one.lag),
                lag_seconds=_spread(one.lag_seconds),
                rate=_spread(one.rate),
                head=one.head,
                comes=comes,
                verdict=one.verdict,
            )
            for one, comes in zip(found.points, found.comes, strict=True)
        ],
        verdicts=[StretchAnswer.model_validate(one) for one in found.stretches],
    )


def _spread(seen: Spread | None) -> SpreadAnswer | None:
    return None if seen is None else SpreadAnswer.model_validate(seen)
