"""What goes in and out where operators browse events and publish them again. Next stop: api/ops_events.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.api.schemas.answer import Answer
from gateway.application.ops_again import Publishing
from gateway.application.ops_events_ports import Again, EventPage, EventWhole, Found
from kernel.adapters.http.body import Body
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Reason
from kernel.adapters.kafka.topics import PARTITIONS
from kernel.application.browsing import Schema, Shown, Stage

LARGEST = 2**63 - 1


class EventAnswer(Answer):
    """An event without what it says."""

    service: str = Field(description="In whose log it is.", examples=["users"])
    event_id: str = Field(description="`stream/version`; with the service it names one event.")
    position: int = Field(description="Its place in the log, from 1, without holes.")
    stream_id: UUID
    version: int
    tenant_id: UUID
    type: str = Field(examples=["user.registered"])
    schema_version: int
    public: bool = Field(description="False for what never leaves its service.")
    actor: str | None = Field(
        description="Null where the log does not say.", examples=["user:019abcde-0000-7000-8000-000000000001"]
    )
    correlation_id: UUID | None = Field(
        description="The same for everything that one click or call led to; null where the log does not say."
    )
    causation_id: str | None
    recorded_at: datetime
    bytes: int

    @classmethod
    def of(cls, found: Found) -> Self:
        """Return it as it is told."""
        return cls.model_validate({**_members(found.envelope), "service": found.service, "event_id": found.envelope.id})


class EventList(Answer):
    """Events of all services, by when they were recorded."""

    items: list[EventAnswer]
    next_cursor: str | None = Field(
        description="Asks for those behind. A page may be short or empty and still have one: the rest is looked for on."
    )
    silent: list[str] = Field(
        description="Services whose events are missing, for they did not answer; the next page asks them for these."
    )

    @classmethod
    def of(cls, page: EventPage) -> Self:
        """Return it as it is told."""
        return cls(
            items=[EventAnswer.of(one) for one in page.items],
            next_cursor=page.next_cursor,
            silent=list(page.silent),
        )


class CoveredAnswer(Answer):
    """A text of the payload that is not for everybody."""

    path: str = Field(description="JSON Pointer (RFC 6901) into the payload.", examples=["/email"])
    shown: Shown
    subject_id: UUID | None = Field(description="Whose it is.")


class PayloadAnswer(Answer):
    """What the event says; texts that are covered are null."""

    data: Any
    fits_schema: Schema = Field(description="How it stands to what is declared of its type and version.")
    covered: list[CoveredAnswer]
    note: str


class AtReaderAnswer(Answer):
    """What became of the event at one reader."""

    consumer: str
    topic: str
    stage: Stage


class EventWholeAnswer(Answer):
    """One event: envelope, payload, what became of it, what caused it and what it caused."""

    event: EventAnswer
    headers: Mapping[str, str] = Field(description="As they go over the wire. See: CloudEvents 1.0.")
    topic: str
    part: int
    published: bool
    payload: PayloadAnswer
    readers: list[AtReaderAnswer]
    causes: list[EventAnswer]
    effects: EventList
    silent: list[str] = Field(description="Services that could not say what became of it.")

    @classmethod
    def of(cls, one: EventWhole) -> Self:
        """Return it as it is told."""
        whole, payload = one.whole, one.whole.payload
        return cls(
            event=EventAnswer.of(Found(service=one.service, envelope=whole.envelope)),
            headers=whole.headers,
            topic=whole.topic,
            part=whole.part,
            published=whole.published,
            payload=PayloadAnswer(
                data=payload.data,
                fits_schema=payload.schema,
                covered=[CoveredAnswer.model_validate(text) for text in payload.covered],
                note=payload.note,
            ),
            readers=[AtReaderAnswer.model_validate(reader) for reader in one.readers],
            causes=[EventAnswer.of(cause) for cause in one.causes],
            effects=EventList.of(one.effects),
            silent=list(one.silent),
        )


class UnmaskBody(Body):
    """Why somebody wants to see what is personal."""

    reason: Reason = Field(description="Is recorded with who asked, before anything is shown.")


class AgainBody(Body):
    """What is to be published again, and why."""

    service: str = Field(min_length=1, max_length=40, examples=["users"])
    partition: int | None = Field(None, ge=0, lt=PARTITIONS, description="Only this one of its topic.")
    from_position: int | None = Field(None, ge=1, le=LARGEST)
    from_time: Moment | None = None
    reason: Reason = Field(description="Is recorded with who asked.")
    dry_run: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.from_position is None) == (self.from_time is None):
            raise PydanticCustomError("required", "Must say a position or a time, and not both")
        return self

    def again(self) -> Again:
        """Return it as the journey knows it."""
        return Again(service=self.service, partition=self.partition, first=self.from_position, since=self.from_time)


class RangeAnswer(Answer):
    """How much is, or would be, sent again; mails are not."""

    first: int = Field(description="The position it begins at.")
    events: int
    tenants: int
    streams: int
    mails: int = Field(0, description="Always 0: who sends mails knows which events it has seen.")


class ProgressAnswer(Answer):
    """How far publishing again is."""

    service: str
    topic: str
    parts: list[int]
    first: int
    place: int
    head: int
    sent: int
    at: datetime
    done_at: datetime | None


class PublishingAnswer(Answer):
    """What is, or was last, published again."""

    items: list[ProgressAnswer]
    silent: list[str] = Field(description="Services that could not say.")

    @classmethod
    def of(cls, found: Publishing) -> Self:
        """Return it as it is told."""
        items = [ProgressAnswer.model_validate({**_members(one), "service": name}) for name, one in found.items.items()]
        return cls(items=items, silent=list(found.silent))


def _members(one: object) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}  # type: ignore[attr-defined]
