"""Mails of all companies as JSON, for the platform's operators. Next stop: application/ops_mails.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops_mails import (
    MailLifeAnswer,
    MailNowAnswer,
    MailReachAnswer,
    MailReceiverAnswer,
    MailsOrder,
    MailsResent,
    OpsMailList,
    Reasoned,
)
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, KeyedHere, Use
from gateway.application.ops_mails_ports import Kind, MailChoice, Standing

router = operations("ops")

_LOOK, _ONE = problems(401, 403, 422, 503), problems(401, 403, 404, 422, 503)
_ALL, _SOME = _LOOK | problems(409), _ONE | problems(409)


@router.get("/ops/mails", operation_id="opsMails", responses=_LOOK)
async def mails(
    *,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    state: Standing | None = None,
    kind: Kind | None = None,
    tenantId: UUID | None = None,  # noqa: N803 - the name is the API's
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> OpsMailList:
    """List mails of all companies, newest first; to whom only masked."""
    choice = MailChoice(state=state, kind=kind, tenant_id=tenantId)
    return OpsMailList.model_validate(await use.ops_mails.page(viewer, choice, asked, limit=limit, cursor=cursor))


@router.get("/ops/mails/now", operation_id="opsMailsNow", responses=_LOOK)
async def now(viewer: CurrentViewer, use: Use, asked: AskedHere) -> MailNowAnswer:
    """Say what waits by kind, what is paused, and what became of mails in the last day."""
    return MailNowAnswer.model_validate(await use.ops_mails.now(viewer, asked))


@router.get("/ops/mails/messages/{messageId}", operation_id="opsMail", responses=_ONE)
async def mail(
    *,
    messageId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> MailLifeAnswer:
    """Say all that happened to one mail, and which fact led to it."""
    return MailLifeAnswer.model_validate(await use.ops_mails.life(viewer, messageId, asked))


@router.post("/ops/mails/messages/{messageId}/receiver", operation_id="opsMailReceiver", responses=_SOME)
async def receiver(
    *,
    messageId: UUID,  # noqa: N803 - the path's name is the API's
    body: Reasoned,
    viewer: CheckedViewer,
    use: Use,
    asked: KeyedHere,
) -> MailReceiverAnswer:
    """Say to whom a mail goes, in the clear; who looked and why is recorded before."""
    found = await use.ops_mails.receiver(viewer, messageId, body.reason, asked)
    return MailReceiverAnswer.model_validate(found)


@router.post("/ops/mails/resend", operation_id="opsResendMails", responses=_SOME)
async def resend(*, body: MailsResent, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> MailReachAnswer:
    """Have mails sent again: these, or those of the last day that reached nobody, 500 at most."""
    done = await use.ops_mails.resend(viewer, body.choice(), body.reason, asked, dry_run=body.dry_run)
    return MailReachAnswer.model_validate(done)


@router.post("/ops/mails/pause", operation_id="opsPauseMails", responses=_ALL)
async def pause(*, body: MailsOrder, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> MailReachAnswer:
    """Have mails of a kind, or all, wait until they are resumed; says how many wait now."""
    done = await use.ops_mails.pause(viewer, body.kind, body.reason, asked, dry_run=body.dry_run)
    return MailReachAnswer.model_validate(done)


@router.post("/ops/mails/resume", operation_id="opsResumeMails", responses=_ALL)
async def resume(*, body: MailsOrder, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> MailReachAnswer:
    """Have them sent again; what lost its sense meanwhile is not sent any more."""
    done = await use.ops_mails.resume(viewer, body.kind, body.reason, asked, dry_run=body.dry_run)
    return MailReachAnswer.model_validate(done)


@router.post("/ops/mails/drain", operation_id="opsDrainMails", responses=_ALL)
async def drain(*, body: MailsOrder, viewer: CheckedViewer, use: Use, asked: KeyedHere) -> MailReachAnswer:
    """Have everything tried now that waits for another try, at a bounded pace."""
    done = await use.ops_mails.drain(viewer, body.kind, body.reason, asked, dry_run=body.dry_run)
    return MailReachAnswer.model_validate(done)
