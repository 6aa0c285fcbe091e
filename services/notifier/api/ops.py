"""All companies' mails over HTTP, for the ops console alone. Next stop: application/desk.py.

An address leaves masked; in the clear one at a time, to who may act, and the console has recorded why before it asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import structlog
from fastapi import APIRouter, Query
from pydantic import Field

from kernel.adapters.http.body import Body, Reply
from kernel.adapters.http.moments import Moment
from kernel.adapters.http.texts import Reason
from kernel.domain.event import event_type
from services.notifier.api.messages import ReceiverReply, cursor_of, place_of
from services.notifier.api.use import ByOperator, ByViewer, Use, see_may_know
from services.notifier.application.desk import PACE, DeskMail, Wanted
from services.notifier.application.ports import Recipient
from services.notifier.domain.events import MessageEvent, Template
from services.notifier.domain.kinds import Kind
from services.notifier.domain.standing import Standing, masked

MOST, SHOWN, MOST_NAMED = 100, 50, 200
_OF_THE_MAIL = frozenset({"message_id", "user_id"})
"""What every fact of a mail says, and what the mail says already."""

router = APIRouter(prefix="/internal/ops/mails", tags=["internal"])
log = structlog.get_logger(__name__)


class MailReply(Reply):
    """One mail of any company."""

    message_id: UUID
    tenant_id: UUID
    user_id: UUID
    template: Template
    kind: Kind
    state: Standing
    receiver: str
    """Masked; empty when nobody is known to whom it would go."""
    try_times: int
    queued_at: datetime
    due_at: datetime | None
    in_flight: bool
    not_after: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    delayed: str | None
    cause_type: str
    cause_id: str
    correlation_id: UUID
    generation: int
    resend_of: UUID | None
    resent: bool

    @classmethod
    def of(cls, one: DeskMail, people: Mapping[UUID, Recipient]) -> Self:
        """Return a mail, its address masked."""
        named = {name: getattr(one.row, name) for name in cls.model_fields if hasattr(one.row, name)}
        who = people.get(one.row.user_id)
        own = {"kind": one.kind, "state": one.standing, "receiver": masked(who.email) if who else ""}
        return cls(**{**named, **own}, due_at=one.due_at, in_flight=one.in_flight, not_after=one.not_after)


class MailsReply(Reply):
    """A part of the list of mails, newest first."""

    items: Sequence[MailReply]
    next_cursor: str | None


class FactReply(Reply):
    """One thing that happened to a mail."""

    type: str
    version: int
    at: datetime
    actor: str
    said: Mapping[str, Any]


class LifeReply(Reply):
    """One mail with all that happened to it."""

    mail: MailReply
    facts: Sequence[FactReply]


class WaitingReply(Reply):
    """What waits of one kind."""

    kind: Kind
    waiting: int
    in_flight: int
    put_off: int
    next_try_at: datetime | None
    oldest_at: datetime | None


class PauseReply(Reply):
    """A kind that is not sent for the time being."""

    kind: Kind
    since: datetime
    paused_by: str
    reason: str


class OutcomeReply(Reply):
    """How many mails of a kind had one thing happen to them in the last day."""

    kind: Kind
    fact: str
    mails: int


class NowReply(Reply):
    """How mail stands."""

    queue: Sequence[WaitingReply]
    pauses: Sequence[PauseReply]
    outcomes: Sequence[OutcomeReply]


class ReachReply(Reply):
    """How many mails something was, or would be, about, and of how many it could not be done."""

    mails: int
    left: int


class Resend(Body):
    """Which mails are to be sent again: these, or those that reached nobody."""

    mails: tuple[UUID, ...] = Field((), max_length=MOST_NAMED)
    state: Standing | None = None
    kind: Kind | None = None
    tenant_id: UUID | None = None
    since: Moment | None = None
    dry_run: bool = False


class Kinds(Body):
    """Kinds of mail; none means all."""

    kinds: tuple[Kind, ...] = Field((), max_length=len(Kind))

    @property
    def meant(self) -> Sequence[Kind]:
        """Return which they are."""
        return self.kinds or tuple(Kind)


class Pausing(Kinds):
    """Kinds of mail, and why they are not to be sent."""

    reason: Reason


class Draining(Kinds):
    """Kinds of mail, and how many of them are to be tried a second."""

    pace: float = Field(PACE, ge=0.1, le=1000)
    dry_run: bool = False


@router.get("")
async def mails(  # noqa: PLR0917 - the names of the query
    use: Use,
    _by: ByViewer,
    state: Standing | None = None,
    kind: Kind | None = None,
    tenant_id: Annotated[UUID | None, Query(alias="tenantId")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> MailsReply:
    """List mails of all companies, or of one, newest first."""
    wanted = Wanted(standing=state, kind=kind, tenant_id=tenant_id)
    found, following = await use.desk.page(wanted, limit, place_of(cursor))
    people = await use.desk.receivers(found)
    return MailsReply(items=[MailReply.of(one, people) for one in found], next_cursor=cursor_of(following))


@router.get("/now")
async def now(use: Use, _by: ByViewer) -> NowReply:
    """Tell how mail stands: what waits, what is paused, what became of mails in the last day."""
    return NowReply.model_validate(await use.desk.desk.now())


@router.get("/{message_id}")
async def life(message_id: UUID, use: Use, _by: ByViewer) -> LifeReply:
    """Return one mail with all that happened to it."""
    found = await use.desk.life(message_id)
    people = await use.desk.receivers([found.mail])
    facts = [
        FactReply(
            type=event_type(fact.event).name,
            version=fact.version,
            at=fact.recorded_at,
            actor=fact.meta.actor,
            said=_said(fact.event),
        )
        for fact in found.facts
    ]
    return LifeReply(mail=MailReply.of(found.mail, people), facts=facts)


@router.post("/{message_id}/receiver")
async def receiver(message_id: UUID, use: Use, by: ByOperator) -> ReceiverReply:
    """Say to whom a mail goes, in the clear."""
    see_may_know(by)
    who = await use.desk.receiver(message_id)
    log.info("mail.receiver_shown", by=by.caller.subject, message_id=str(message_id))
    return ReceiverReply(name=who.name, email=who.email)


@router.post("/resend")
async def resend(body: Resend, use: Use, by: ByOperator) -> ReachReply:
    """Have mails sent again; those of which that makes no sense are left and counted."""
    wanted = Wanted(standing=body.state, kind=body.kind, tenant_id=body.tenant_id)
    done = await use.desk.resend(body.mails, wanted, body.since, by.context(), dry_run=body.dry_run)
    if done.position:
        for reader in use.readers:
            await reader.reached(done.position)
    return ReachReply.model_validate(done)


@router.post("/pause")
async def pause(body: Pausing, use: Use, by: ByOperator) -> NowReply:
    """Have mails of some kinds wait from now on, whichever process would send them."""
    await use.desk.desk.pause(body.meant, by.caller.subject, body.reason)
    log.warning("mail.paused", by=by.caller.subject, kinds=[str(one) for one in body.meant], reason=body.reason)
    return await now(use, by.caller)


@router.post("/resume")
async def resume(body: Kinds, use: Use, by: ByOperator) -> NowReply:
    """Have them sent again."""
    await use.desk.desk.resume(body.meant)
    log.warning("mail.resumed", by=by.caller.subject, kinds=[str(one) for one in body.meant])
    return await now(use, by.caller)


@router.post("/drain")
async def drain(body: Draining, use: Use, by: ByOperator) -> ReachReply:
    """Have everything tried now that waits for another try."""
    done = await use.desk.drain(body.meant, body.pace, dry_run=body.dry_run)
    if not body.dry_run:
        log.info("mail.drained", by=by.caller.subject, kinds=[str(one) for one in body.meant], count=done.mails)
    return ReachReply.model_validate(done)


def _said(fact: MessageEvent) -> Mapping[str, Any]:
    """Return what a fact says beside whose it is; facts of mails hold neither addresses nor secrets."""
    return {name: value for name, value in asdict(fact).items() if name not in _OF_THE_MAIL and value is not None}
