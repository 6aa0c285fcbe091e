"""How a reader stood over time, as JSON. Next stop: api/ops_history.py."""

from datetime import datetime

from pydantic import Field

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.ops import FlowAnswer
from gateway.application.flow_history import Span
from kernel.application.flowing import Verdict


class SpreadAnswer(Answer):
    """The least, the mean and the most of what was seen."""

    least: float
    mean: float
    most: float


class PointAnswer(Answer):
    """How a reader stood from one moment to the next point."""

    at: datetime
    samples: int = Field(description="Looks that it sums up.")
    lag: SpreadAnswer | None = Field(description="Facts that waited; null when no look knew it.")
    lag_seconds: SpreadAnswer | None = Field(description="Age of the oldest fact that waited; null likewise.")
    rate: SpreadAnswer | None = Field(description="Facts a second that the reader got past; null likewise.")
    head: int = Field(description="Facts that its topic or log had in all, at the end.")
    comes: float | None = Field(
        description="Facts a second that came since the point before that knew; null when this one does not."
    )
    verdict: Verdict = Field(description="The worst.")


class StretchAnswer(Answer):
    """A time with one verdict."""

    verdict: Verdict | None = Field(description="Null where nothing was recorded.")
    since: datetime
    until: datetime


class FlowHistoryAnswer(Answer):
    """How a reader stood in one topic."""

    consumer: str
    topic: str
    range: Span
    step: int = Field(description="Seconds that a point stands for.")
    since: datetime
    until: datetime
    answers: bool = Field(description="False when its process does not answer now.")
    now: FlowAnswer | None = Field(description="How it stands now.")
    points: list[PointAnswer] = Field(description="Oldest first; where none is, nothing was recorded.")
    verdicts: list[StretchAnswer] = Field(description="The verdicts one after another, without a hole.")
