"""Mails to a user, and to everybody in the company: what became of each, and sending it again. Next: mail_words.py."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.mails import MailState
from gateway.application.viewer import Viewer
from gateway.web.forms import refusal_words, same_wish, status
from gateway.web.frame import Frame, Here, go
from gateway.web.mail_words import about, caused, status_words, why
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)

EVERYBODY = "/settings/mail"
ROWS = 50
STATES = tuple(MailState)

Cursor = Annotated[str, Query(max_length=100)]
Notice = Annotated[str, Query(max_length=20)]


@router.api_route(EVERYBODY, methods=["GET", "HEAD"])
async def everybody(
    *,
    here: Here,
    viewer: CurrentViewer,
    asked: AskedHere,
    state: Annotated[str, Query(max_length=20)] = "",
    cursor: Cursor = "",
    notice: Notice = "",
) -> Response:
    """List the mails to everybody in the company; each state is a link."""
    return await _everybody(here, viewer, asked, state=state, cursor=cursor, notice=notice)


@router.post(EVERYBODY + "/{message_id}/resend")
async def resend_anybodys(
    *,
    message_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Send a mail of the list again."""
    _ = form
    try:
        await use.mail.resend(viewer, token, message_id, asked)
    except PortalError as error:
        said, key = refusal_words(error, here.words), same_wish(error, asked)
        return await _everybody(here, viewer, asked, status(error), refusal=said, key=key)
    return go(f"{EVERYBODY}?notice=resent")


@router.api_route("/users/{user_id}/mail", methods=["GET", "HEAD"])
async def of_user(
    *, user_id: UUID, here: Here, viewer: CurrentViewer, asked: AskedHere, cursor: Cursor = "", notice: Notice = ""
) -> Response:
    """List the mails to one user."""
    return await _of_user(here, viewer, user_id, asked, cursor=cursor, notice=notice)


@router.post("/users/{user_id}/mail/{message_id}/resend")
async def resend_to_user(
    *,
    user_id: UUID,
    message_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Send a mail to one user again."""
    _ = form
    try:
        await use.mail.resend(viewer, token, message_id, asked)
    except PortalError as error:
        said, key = refusal_words(error, here.words), same_wish(error, asked)
        return await _of_user(here, viewer, user_id, asked, status(error), refusal=said, key=key)
    return go(f"/users/{user_id}/mail?notice=resent")


async def _everybody(
    here: Frame,
    viewer: Viewer,
    asked: Asked,
    number: int = 200,
    *,
    state: str = "",
    cursor: str = "",
    notice: str = "",
    refusal: str = "",
    key: str | None = None,
) -> Response:
    wanted = MailState(state) if state in STATES else None
    page = await here.use.mail.page(viewer, asked, wanted, limit=ROWS, cursor=cursor or None)
    return await here.page(
        "settings/mail.html",
        number,
        key=key,
        page=page,
        states=STATES,
        wanted=wanted,
        cursor=cursor,
        notice=notice == "resent",
        refusal=refusal,
        says=_Says(here),
    )


async def _of_user(
    here: Frame,
    viewer: Viewer,
    user_id: UUID,
    asked: Asked,
    number: int = 200,
    *,
    cursor: str = "",
    notice: str = "",
    refusal: str = "",
    key: str | None = None,
) -> Response:
    row = await here.use.people.one(viewer, user_id, asked)
    page = await here.use.mail.of_person(viewer, user_id, asked, limit=ROWS, cursor=cursor or None)
    return await here.page(
        "users/mail.html",
        number,
        key=key,
        row=row,
        page=page,
        cursor=cursor,
        notice=notice == "resent",
        refusal=refusal,
        says=_Says(here),
    )


class _Says:
    """Puts a mail into the words of the page's language."""

    def __init__(self, here: Frame) -> None:
        self.about = partial(about, here.words)
        self.why = partial(why, here.words)
        self.status = partial(status_words, here.words)
        self.caused = partial(caused, here.words)
