"""The company's picture: shown at the top of pages, changed and removed. Next stop: application/company_image.py."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.datastructures import FormData, UploadFile

from gateway.application import policy
from gateway.application.company_image import NO_IMAGE
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.errors import ImageUnknown
from gateway.application.freshness import Fresh
from gateway.application.image_answer import sent
from gateway.application.policy import Operation
from gateway.web.confirming import Question, confirm
from gateway.web.forms import EMPTY, Filled, refusal_words, same_wish, status, text
from gateway.web.frame import Frame, Here, go
from kernel.domain.errors import PortalError, PreconditionFailed, Unavailable

router = APIRouter(include_in_schema=False)

WHERE = "/settings/company/image"
LARGEST = 4 * 1024 * 1024
"""Bytes of a form that are taken in, so that the page itself can say that a picture is too large."""
FOR_EVER = "private, max-age=31536000, immutable"
REASONS = frozenset({"too-large", "too-many-pixels", "not-a-picture"})
FIELD = "image"
DIGEST = re.compile(r"[0-9a-f]{64}")


@router.api_route("/company/image/{digest}", methods=["GET", "HEAD"])
async def picture(
    digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
    request: Request,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Send the picture of the viewer's company; its address changes with it, so it may be kept for ever."""
    found = await use.company_image.show(viewer, asked)
    if found.digest != digest:
        raise ImageUnknown
    answer = sent(found, request)
    answer.headers["Cache-Control"] = FOR_EVER
    return answer


@router.api_route(WHERE, methods=["GET", "HEAD"])
async def show(
    here: Here, viewer: CurrentViewer, fresh: Fresh, notice: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show the picture as it is."""
    policy.demand(viewer, Operation.CHANGE_TENANT_IMAGE)
    shown = notice if notice in ("shown", "removed") else ""
    return await _draw(here, EMPTY, notice=shown, stale=not fresh)


@router.post(WHERE)
async def change(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Show another picture."""
    policy.demand(viewer, Operation.CHANGE_TENANT_IMAGE)
    content = await _content(form)
    if not content:
        missing = Filled(errors={FIELD: here.words("company.image.missing")})
        return await _draw(here, missing, 422, shown=text(form, "shown", 64))
    try:
        await use.company_image.change(viewer, token, content, asked, if_match=_seen(form))
    except PortalError as error:
        # Drawn again, it starts from the picture that the person saw, unless they were told that there is another.
        shown = None if isinstance(error, PreconditionFailed) else text(form, "shown", 64)
        return await _draw(here, _refused(here, error), status(error), shown=shown, key=same_wish(error, asked))
    return go(f"{WHERE}?notice=shown")


@router.api_route(f"{WHERE}/removal", methods=["GET", "HEAD"])
async def ask(
    here: Here, viewer: CurrentViewer, shown: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = ""
) -> Response:
    """Ask once more before the picture goes that the page showed."""
    policy.demand(viewer, Operation.REMOVE_TENANT_IMAGE)
    return await confirm(here, _removal(here, shown))


@router.post(f"{WHERE}/removal")
async def remove(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Show none any more."""
    try:
        await use.company_image.remove(viewer, token, asked, if_match=_seen(form))
    except Unavailable as error:
        question, said = _removal(here, text(form, "shown", 64)), refusal_words(error, here.words)
        return await confirm(here, question, said, status(error), key=same_wish(error, asked))
    except PortalError as error:
        return await _draw(here, _refused(here, error), status(error))
    return go(f"{WHERE}?notice=removed")


def _removal(here: Frame, shown: str) -> Question:
    words = here.words
    return Question(
        title=words("company.image.remove.title"),
        then=words("company.image.remove.then"),
        deed=words("company.image.remove"),
        action=f"{WHERE}/removal",
        shown=shown,
        trail=(
            (words("settings.title"), "/settings"),
            (words("company.title"), "/settings/company"),
            (words("company.image"), WHERE),
        ),
    )


async def _content(form: FormData) -> bytes:
    file = form.get(FIELD)
    if not isinstance(file, UploadFile):
        return b""
    content = await file.read()
    await form.close()
    return content


def _seen(form: FormData) -> str:
    """Return the picture that the page showed, as If-Match has it. Raises: PreconditionFailed for what no page said."""
    shown = text(form, "shown", 64)
    if shown and not DIGEST.fullmatch(shown):
        raise PreconditionFailed
    return f'"{shown}"' if shown else NO_IMAGE


def _refused(here: Frame, error: PortalError) -> Filled:
    if isinstance(error, PreconditionFailed):
        return Filled(refusal=here.words("form.changed"))
    codes = [str(one.get("code")) for one in error.extra.get("errors", ())]
    if codes and codes[0] in REASONS:
        return Filled(errors={FIELD: here.words(f"company.image.{codes[0]}")})
    return Filled(refusal=refusal_words(error, here.words))


async def _draw(
    here: Frame,
    filled: Filled,
    number: int = 200,
    *,
    notice: str = "",
    stale: bool = False,
    shown: str | None = None,
    key: str | None = None,
) -> Response:
    return await here.page("settings/image.html", number, key=key, form=filled, notice=notice, stale=stale, shown=shown)
