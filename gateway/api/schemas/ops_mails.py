"""What goes in and out about mails of all companies. Next stop: api/ops_mails.py."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.api.schemas.answer import Answer
from gateway.application.ops_mails_ports import Kind, MailChoice, Standing
from kernel.adapters.http.body import Body
from kernel.adapters.http.texts import Reason

MOST_MAILS = 200


class OpsMailAnswer(Answer):
    """One mail of any company."""

    message_id: UUID
    tenant_id: UUID
    user_id: UUID
    template: str = Field(examples=["ACTIVATION"])
    kind: Kind
    state: Standing = Field(description="The states of TMF681; `bounced` is one that a mail server gave back.")
    receiver: str = Field(description="Masked; empty for who is no user any more.", examples=["h•••@example.co.jp"])
    try_times: int
    queued_at: datetime
    due_at: datetime | None = Field(description="When it is tried next; null for one that has ended.")
    in_flight: bool = Field(description="Whether it is being sent at this moment.")
    not_after: datetime = Field(description="After that it is not sent any more.")
    sent_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    delayed: str | None
    cause_type: str
    cause_id: str = Field(description="The fact that led to it: `stream/version`.")
    correlation_id: UUID
    generation: int
    resend_of: UUID | None
    resent: bool


class OpsMailList(Answer):
    """Mails, newest first."""

    items: list[OpsMailAnswer]
    next_cursor: str | None


class MailFactAnswer(Answer):
    """One thing that happened to a mail."""

    type: str = Field(examples=["message.deferred"])
    version: int
    at: datetime
    actor: str
    said: dict[str, Any] = Field(description="What the fact says; neither an address nor a secret.")


class MailLifeAnswer(Answer):
    """One mail with all that happened to it."""

    mail: OpsMailAnswer
    facts: list[MailFactAnswer]


class WaitingAnswer(Answer):
    """What waits of one kind."""

    kind: Kind
    waiting: int
    in_flight: int
    put_off: int = Field(description="Of those that wait, how many a try failed of.")
    next_try_at: datetime | None
    oldest_at: datetime | None


class PauseAnswer(Answer):
    """A kind that is not sent for the time being."""

    kind: Kind
    since: datetime
    paused_by: str
    reason: str


class OutcomeAnswer(Answer):
    """To how many mails of a kind one thing happened in the last day."""

    kind: Kind
    fact: str
    mails: int


class MailNowAnswer(Answer):
    """How mail stands."""

    queue: list[WaitingAnswer]
    pauses: list[PauseAnswer]
    outcomes: list[OutcomeAnswer]


class MailReceiverAnswer(Answer):
    """To whom a mail goes, in the clear."""

    name: str
    email: str


class MailReachAnswer(Answer):
    """How many mails it was, or would be, about."""

    mails: int
    left: int = Field(description="Those of which it makes no sense: a code, a link that is over, one sent again.")


class Reasoned(Body):
    """Why something is done."""

    reason: Reason = Field(description="Is recorded with who asked.")


class MailsOrder(Reasoned):
    """Which kind of mail is meant; all where none is named."""

    kind: Kind | None = None
    dry_run: bool = False


class MailsResent(Reasoned):
    """Which mails are to be sent again: these, or those of the last day that reached nobody."""

    mails: tuple[UUID, ...] = Field((), max_length=MOST_MAILS, description="These ones.")
    state: Standing | None = Field(None, description="Only `failed` or only `bounced` ones.")
    kind: Kind | None = None
    tenant_id: UUID | None = None
    dry_run: bool = False

    @model_validator(mode="after")
    def _lost(self) -> Self:
        if self.state not in (None, Standing.FAILED, Standing.BOUNCED):
            raise PydanticCustomError("not-lost", "Must be failed or bounced: others reached somebody, or still may")
        return self

    def choice(self) -> MailChoice:
        """Return it as the journey knows it."""
        return MailChoice(mails=self.mails, state=self.state, kind=self.kind, tenant_id=self.tenant_id)
