"""All companies' mails over HTTP, for the ops console alone. Next stop: application/desk.py.

An address leaves masked; in the clear one at a time, to who may act, and the console has recorded why before it asks.
"""

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Query

from services.notifier.api.messages import ReceiverReply, cursor_of, place_of
from services.notifier.api.ops_schemas import (
    Draining,
    FactReply,
    Kinds,
    LifeReply,
    MailReply,
    MailsReply,
    NowReply,
    Pausing,
    ReachReply,
    Resend,
)
from services.notifier.api.use import ByOperator, ByViewer, Use, see_may_know
from services.notifier.application.desk import Wanted
from services.notifier.domain.kinds import Kind
from services.notifier.domain.standing import Standing

MOST, SHOWN = 100, 50

router = APIRouter(prefix="/internal/ops/mails", tags=["internal"])
log = structlog.get_logger(__name__)


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
    return LifeReply(mail=MailReply.of(found.mail, people), facts=[FactReply.of(fact) for fact in found.facts])


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
