"""What goes in and out of the ops console. Next stop: api/ops.py."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.api.schemas.answer import Answer
from gateway.api.schemas.ops_events import CoveredAnswer
from gateway.application.ops_ports import Choice
from kernel.adapters.http.body import Body
from kernel.adapters.http.texts import Reason
from kernel.application.flowing import Verdict
from kernel.application.parking import ParkedWhole
from kernel.application.watching import Silent

MOST_STREAMS = 200

SILENT = (
    "Who would have to say how far it is behind, and does not: `KAFKA`, the `DATABASE` of the service or the `REDIS` "
    "of the read models does not answer; `TOPIC`: Kafka knows no end, the topic is gone or nobody leads a partition."
)

Name = Annotated[str, Field(max_length=100)]


class PartAnswer(Answer):
    """How a reader stands in one partition."""

    part: int
    place: int = Field(description="What the reader applies next: an offset of the topic, or a position of the log.")
    head: int = Field(description="Where the partition ends.")
    lag: int | None = Field(description="Null when it is not known; place and head are then what was last known.")
    verdict: Verdict
    silent: Silent | None = Field(description=SILENT)


class ForeignAnswer(Answer):
    """Records of a topic that no service of ours wrote, and the last of them."""

    count: int = Field(description="How many a reader passed by since its process began.")
    part: int
    offset: int
    at: datetime = Field(description="When the last one was passed by.")
    reason: str = Field(description="Why it cannot be ours; nothing of what it says.")


class FlowAnswer(Answer):
    """How a reader stands in one topic, or the relay of a log before its own."""

    consumer: str = Field(examples=["users.contracts"])
    topic: str = Field(examples=["portal.contracts.events.v1"])
    lag: int | None = Field(description="Facts that wait; null when it is not known of every partition.")
    lag_seconds: float | None = Field(description="Age of the oldest fact that waits; null when it is not known.")
    rate: float | None = Field(description="Facts a second, over the last window; null when it is not known.")
    verdict: Verdict = Field(
        description="Judged by the last forty seconds, without thresholds; `UNKNOWN` while somebody is silent, "
        "`STALLED` when the reader has tried in vain all that time."
    )
    silent: Silent | None = Field(description=SILENT)
    since: datetime
    parts: list[PartAnswer]
    foreign: ForeignAnswer | None = Field(
        None, description="Records that no service of ours wrote, which it passed by; null when there were none."
    )


class StandingAnswer(Answer):
    """How one service stands."""

    service: str
    answers: bool = Field(description="False when nothing can be said of it now.")
    verdict: Verdict
    flows: list[FlowAnswer]


class StreamsAnswer(Answer):
    """How everything flows."""

    items: list[StandingAnswer]


class GroupAnswer(Answer):
    """Parked streams that have reader and kind of error in common."""

    consumer: str
    error: str
    streams: int
    since: datetime
    retrying: int = Field(description="Of how many a retry was asked for that has not been made yet.")


class GroupsAnswer(Answer):
    """What is parked, counted."""

    items: list[GroupAnswer]
    silent: list[str] = Field(description="Services that could not say.")


class ParkedAnswer(Answer):
    """A stream that waits for somebody."""

    consumer: str
    stream_id: UUID
    topic: str
    part: int
    since: datetime
    error: str
    detail: str
    events: int = Field(description="The fact that could not be applied, and all that wait behind it.")
    behind: int = Field(description="Facts that wait behind it.")
    retry_at: datetime | None
    attempts: int = Field(description="How often the fact was tried that is in the way.")
    tried_at: datetime | None = Field(description="When it was tried last.")
    event_type: str
    version: int
    tenant_id: UUID | None
    recorded_at: datetime | None
    source: str = Field(description="The service in whose log that fact is.", examples=["contracts"])
    event_id: str = Field(description="`stream/version`; with the source it names the event.")


class AsItCameAnswer(Answer):
    """What may quote anybody; only what stands for a secret is starred out."""

    error: str = Field(description="The whole error. Empty where the fact tells of somebody who was forgotten.")
    text: str = Field(description="The bytes as text; what is no UTF-8 or is not seen, as an escape.")
    hex_dump: str = Field(description="Offset, sixteen bytes in hexadecimal, and those that are ASCII, by lines.")


class ToldAnswer(Answer):
    """What a fact says; texts that are covered are null."""

    data: Any = Field(description="Null when it is no JSON.")
    covered: list[CoveredAnswer]


class ParkedWholeAnswer(ParkedAnswer):
    """A stream that waits for somebody, and the fact that could not be applied."""

    payload: ToldAnswer = Field(
        description="Of a type that the reader's service does not write, every doubtful text is covered."
    )
    bytes: int
    as_it_came: AsItCameAnswer | None = Field(description="Null unless a reason was given.")

    @classmethod
    def of(cls, one: ParkedWhole) -> Self:
        """Return it as it is told."""
        stream = ParkedAnswer.model_validate(one.stream).model_dump(by_alias=False)
        return cls.model_validate({**stream, "payload": one.told, "bytes": one.bytes, "as_it_came": one.as_it_came})


class ParkedList(Answer):
    """Parked streams, oldest first."""

    items: list[ParkedAnswer]
    next_cursor: str | None
    silent: list[str] = Field(
        description="Services that could not say, here or on a page before; for what is missing of them begin anew."
    )


class ParkedChoice(Body):
    """Which parked streams are meant, why, and whether only to say how many they are."""

    consumer: Name | None = Field(None, description="Those of one reader.")
    error: Name | None = Field(None, description="Those with one kind of error.")
    streams: tuple[UUID, ...] = Field((), max_length=MOST_STREAMS, description="These ones.")
    reason: Reason = Field(description="Is recorded with who asked.")
    dry_run: bool = False

    def choice(self) -> Choice:
        """Return it as the journey knows it."""
        return Choice(consumer=self.consumer, error=self.error, streams=self.streams)


class ParkedDiscard(ParkedChoice):
    """Which parked streams may be given up, and why: one reader's, by kind of error or one by one."""

    consumer: Name

    @model_validator(mode="after")
    def _narrow(self) -> Self:
        if self.error is None and not self.streams:
            raise PydanticCustomError("required", "Must name streams or a kind of error")
        return self


class DoneAnswer(Answer):
    """How much was, or would be, tried again or given up."""

    streams: int
    events: int
    silent: list[str] = Field(description="Services that it did not reach.")
