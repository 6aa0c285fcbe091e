"""Mails of all companies in the ops console: how they stand, one mail's life, what is done. Next: templates/ops/."""

from collections.abc import AsyncIterable
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gateway.application import policy
from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, StreamViewer, Use
from gateway.application.errors import AlreadyOrdered
from gateway.application.mails import Receiver
from gateway.application.ops_live import looks
from gateway.application.ops_mails_ports import Kind, MailChoice, MailReach, Standing
from gateway.application.policy import Operation
from gateway.application.viewer import Viewer
from gateway.web.forms import Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from gateway.web.mail_words import about, status_words, why
from gateway.web.ops_words import link, reason_in
from kernel.domain.errors import Invalid, PortalError, Unavailable

router = APIRouter(include_in_schema=False)

MAILS, DEED = "/ops/mails", "/ops/mails/deed"
ROWS = 50
NOTIFIER = "notifier"
"""The service that knows of mails, as the console names it."""
DEEDS = {
    "resend": Operation.OPS_RESEND_MAILS,
    "pause": Operation.OPS_PAUSE_MAILS,
    "resume": Operation.OPS_RESUME_MAILS,
    "drain": Operation.OPS_DRAIN_MAILS,
    "receiver": Operation.OPS_MAIL_RECEIVER,
}
"""What can be done about mails, as a form names it."""

Word = Annotated[str, Query(max_length=100)]


async def _watches(viewer: StreamViewer) -> Viewer:
    policy.demand(viewer, Operation.OPS_MAILS_NOW)
    return viewer


@router.api_route(MAILS, methods=["GET", "HEAD"])
async def mails(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    state: Word = "",
    kind: Word = "",
    tenant: Word = "",
    cursor: Word = "",
    done: Word = "",
) -> Response:
    """Show the queue by kind and list mails, newest first; states and kinds are links."""
    choice = _choice(state, kind, tenant)
    return await here.page(
        "ops/mails.html",
        found=await here.use.ops_mails.page(viewer, choice, asked, limit=ROWS, cursor=cursor or None),
        choice=choice,
        cursor=cursor,
        done=done if done in DEEDS else "",
        states=tuple(Standing),
        silent=(),
        **await _now(here, viewer, asked),
    )


@router.get(MAILS + "/changes", response_class=EventSourceResponse, response_model=None)
async def changes(
    *,
    here: Here,
    viewer: Annotated[Viewer, Depends(_watches)],
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> AsyncIterable[ServerSentEvent]:
    """Send how mail stands again every second; while nobody says it the page keeps what it shows, and says so."""
    yield ServerSentEvent(comment="here", retry=1000)
    async for looking in looks(use.sessions, viewer, token):
        try:
            shown = {"silent": (), **await _now(here, looking, asked)}
        except Unavailable:
            shown = {"silent": (NOTIFIER,), "now": None}
        yield ServerSentEvent(raw_data=here.fragment("ops/mail_changes.html", **shown))


@router.api_route(DEED, methods=["GET", "HEAD"])
async def ask(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    what: Word = "",
    state: Word = "",
    kind: Word = "",
    tenant: Word = "",
    mail: UUID | None = None,
) -> Response:
    """Say how many mails something would be about, and ask why."""
    return await _ask(here, viewer, asked, what, _choice(state, kind, tenant, str(mail or "")))


@router.post(DEED)
async def act(*, here: Here, viewer: CurrentViewer, form: CheckedForm, asked: AskedHere) -> Response:
    """Do it; what may be learnt by it is shown at once."""
    what = text(form, "what", 20)
    policy.demand(viewer, DEEDS.get(what, Operation.OPS_RESEND_MAILS))
    choice = _choice(*(text(form, name, 100) for name in ("state", "kind", "tenant", "mail")))
    reason, errors = reason_in(form, here.words)
    if errors:
        return await _ask(here, viewer, asked, what, choice, 422, Filled(values={"reason": reason}, errors=errors))
    try:
        if what == "receiver":
            shown = await here.use.ops_mails.receiver(viewer, _one(choice), reason, asked)
            return await _life(here, viewer, _one(choice), asked, shown)
        await _do(here, viewer, what, choice, reason, asked)
    except AlreadyOrdered:
        # What the form was about may be gone by now; that it is on record is to be said all the same.
        raise
    except PortalError as refusal:
        filled = Filled(values={"reason": reason}, refusal=refusal_words(refusal, here.words))
        return await _ask(here, viewer, asked, what, choice, status(refusal), filled, key=same_wish(refusal, asked))
    return go(link(MAILS, done=what))


@router.api_route(MAILS + "/{message_id}", methods=["GET", "HEAD"])
async def one(*, here: Here, viewer: CurrentViewer, asked: AskedHere, message_id: UUID) -> Response:
    """Show all that happened to one mail, and which fact led to it."""
    return await _life(here, viewer, message_id, asked)


async def _life(here: Frame, viewer: Viewer, message_id: UUID, asked: Asked, shown: Receiver | None = None) -> Response:
    life = await here.use.ops_mails.life(viewer, message_id, asked)
    return await here.page("ops/mail.html", life=life, shown=shown, **_shared(here, viewer))


async def _now(here: Frame, viewer: Viewer, asked: Asked) -> dict[str, Any]:
    now = await here.use.ops_mails.now(viewer, asked)
    return {
        "now": now,
        "queue": {one.kind: one for one in now.queue},
        "pauses": {one.kind: one for one in now.pauses},
        "as_of": here.use.dashboard.now(),
        **_shared(here, viewer),
    }


def _shared(here: Frame, viewer: Viewer) -> dict[str, Any]:
    return {
        "kinds": tuple(Kind),
        "acts": policy.lets(viewer, Operation.OPS_PAUSE_MAILS),
        "link": link,
        "says": _Says(here),
    }


async def _ask(  # noqa: PLR0917 - what the page shows
    here: Frame,
    viewer: Viewer,
    asked: Asked,
    what: str,
    choice: MailChoice,
    number: int = 200,
    form: Filled | None = None,
    *,
    key: str | None = None,
) -> Response:
    if what == "receiver":
        policy.demand(viewer, Operation.OPS_MAIL_RECEIVER)
        reach = MailReach(mails=len(choice.mails))
    else:
        reach = await _do(here, viewer, what, choice, "-", asked, dry_run=True)
    known = {"what": what, "choice": choice, "reach": reach, "form": form or Filled()}
    return await here.page("ops/mail_deed.html", number, key=key, **known, **_shared(here, viewer))


async def _do(  # noqa: PLR0917 - what is wanted
    here: Frame, viewer: Viewer, what: str, choice: MailChoice, reason: str, asked: Asked, *, dry_run: bool = False
) -> MailReach:
    use = here.use.ops_mails
    match what:
        case "resend":
            return await use.resend(viewer, choice, reason, asked, dry_run=dry_run)
        case "pause":
            return await use.pause(viewer, choice.kind, reason, asked, dry_run=dry_run)
        case "resume":
            return await use.resume(viewer, choice.kind, reason, asked, dry_run=dry_run)
        case "drain":
            return await use.drain(viewer, choice.kind, reason, asked, dry_run=dry_run)
        case _:
            raise Invalid("nothing that can be done about mails")


def _choice(state: str, kind: str, tenant: str, mail: str = "") -> MailChoice:
    try:
        return MailChoice(
            state=Standing(state) if state else None,
            kind=Kind(kind) if kind else None,
            tenant_id=UUID(tenant.strip()) if tenant.strip() else None,
            mails=(UUID(mail),) if mail else (),
        )
    except ValueError:
        raise Invalid("no state, kind or id of ours") from None


def _one(choice: MailChoice) -> UUID:
    if not choice.mails:
        raise Invalid("one mail must be named")
    return choice.mails[0]


class _Says:
    """Puts a mail into the words of the page's language."""

    def __init__(self, here: Frame) -> None:
        self.about = partial(about, here.words)
        self.why = partial(why, here.words)
        self.status = partial(status_words, here.words)
