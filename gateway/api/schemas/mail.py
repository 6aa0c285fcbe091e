"""What goes in and out about mails and who wants which. Next stop: api/messages.py, api/notifications.py."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.api.schemas.answer import Answer
from gateway.application.mails import Mail, MailState
from gateway.application.notifications import MailKind
from kernel.adapters.http.body import Body


class PageQuery(BaseModel):
    """Which part of the list."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=100)


class MessageQuery(PageQuery):
    """Which mails, and which part of the list."""

    state: MailState | None = None


class ReceiverAnswer(Answer):
    """Whom a mail goes to."""

    name: str
    email: str


class CauseAnswer(Answer):
    """The fact that led to a mail."""

    type: str = Field(description="What kind of fact; empty for mails from before this was kept.")
    id: str = Field(description="`stream/version`", examples=["019abcde-0000-7000-8000-000000000011/2"])
    correlation_id: UUID = Field(description="The same for everything that one click or post led to.")


class MessageAnswer(Answer):
    """One mail, but for what it says. See: TMF681, CommunicationMessage."""

    message_id: UUID
    user_id: UUID
    template: str = Field(examples=["ACTIVATION"])
    kind: str = Field(examples=["SECURITY"])
    state: MailState
    try_times: int
    queued_at: datetime
    scheduled_send_time: datetime | None = Field(description="When it is tried next.")
    send_time_complete: datetime | None = Field(description="When a mail server took it over.")
    ended_at: datetime | None = Field(description="When it was clear that nothing more becomes of it.")
    reason: str | None = Field(
        description="Why the last try failed, or why there is no other: `SMTP_<answer>`, `DSN_<status>`, `EXPIRED`, …"
    )
    delayed: str | None = Field(description="Trouble on its further way that may pass, as RFC 3463 numbers it.")
    cause: CauseAnswer
    generation: int = Field(description="1 for the first mail of its cause, one more each time it is sent again.")
    resend_of: UUID | None
    may_be_resent: bool
    receiver: ReceiverAnswer | None = Field(description="Null for who is no user any more.")

    @classmethod
    def of(cls, mail: Mail) -> Self:
        """Return a mail under the names of TMF681."""
        return cls(
            message_id=mail.message_id,
            user_id=mail.user_id,
            template=mail.template,
            kind=mail.kind,
            state=mail.state,
            try_times=mail.try_times,
            queued_at=mail.queued_at,
            scheduled_send_time=mail.next_try_at,
            send_time_complete=mail.sent_at,
            ended_at=mail.ended_at,
            reason=mail.reason,
            delayed=mail.delayed,
            cause=CauseAnswer(type=mail.cause_type, id=mail.cause_id, correlation_id=mail.correlation_id),
            generation=mail.generation,
            resend_of=mail.resend_of,
            may_be_resent=mail.may_be_resent,
            receiver=ReceiverAnswer(name=mail.receiver.name, email=mail.receiver.email) if mail.receiver else None,
        )


class MessageList(Answer):
    """A part of the list of mails, newest first."""

    items: list[MessageAnswer]
    next_cursor: str | None = Field(description="Goes into `cursor` to get the rows after these; null at the end.")


class NotificationAnswer(Answer):
    """One kind of mail as it stands with a person."""

    kind: MailKind
    wanted: bool
    daily: bool = Field(description="Whether it is put together into one mail at 08:00 of the person's own zone.")
    refusable: bool = Field(description="False for mail about security, and for the representative's about faults.")


class NotificationsAnswer(Answer):
    """All kinds of mail as they stand with a person."""

    items: list[NotificationAnswer]
    version: int = Field(description="Also in the ETag; goes into If-Match.")


class NotificationsGiven(Body):
    """The kinds of mail that a person does not want, and those that they want once a day: all of them."""

    refused: Annotated[list[MailKind], Field(max_length=len(MailKind), examples=[["MAINTENANCE"]])]
    daily: Annotated[list[MailKind], Field(default_factory=list, max_length=len(MailKind), examples=[["ORDER_STATUS"]])]
