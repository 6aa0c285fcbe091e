"""Which mails a person wants: own choices, and an administrator's for others. Next: application/notifications.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.datastructures import FormData

from gateway.application.asked import Asked
from gateway.application.door import AskedHere, CheckedForm, CurrentViewer, SessionToken, Use
from gateway.application.notification_ports import Notifications, Wishes
from gateway.application.viewer import Viewer
from gateway.web.forms import refusal_words, same_wish, status
from gateway.web.frame import Frame, Here, go
from kernel.domain.errors import PortalError

router = APIRouter(include_in_schema=False)

OWN = "/settings/notifications"

Notice = Annotated[str, Query(max_length=20)]


@router.api_route(OWN, methods=["GET", "HEAD"])
async def own(here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere, notice: Notice = "") -> Response:
    """Show which mails the person wants."""
    found = await use.notifications.own(viewer, asked)
    return await _own(here, found, notice="notifications" if notice == "saved" else "")


@router.post(OWN)
async def choose_own(
    *, viewer: CurrentViewer, form: CheckedForm, here: Here, token: SessionToken, use: Use, asked: AskedHere
) -> Response:
    """Keep which mails the person wants."""
    before = await use.notifications.own(viewer, asked)
    try:
        await use.notifications.choose_own(viewer, token, _wishes(form, before), asked)
    except PortalError as error:
        said, key = refusal_words(error, here.words), same_wish(error, asked)
        return await _own(here, before, status(error), refusal=said, key=key)
    return go(f"{OWN}?notice=saved")


@router.api_route("/users/{user_id}/notifications", methods=["GET", "HEAD"])
async def of_user(
    *, user_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere, notice: Notice = ""
) -> Response:
    """Show which mails a user wants."""
    found = await use.notifications.of_person(viewer, user_id, asked)
    return await _of_user(here, viewer, user_id, found, asked, notice=notice == "saved")


@router.post("/users/{user_id}/notifications")
async def choose(
    *,
    user_id: UUID,
    viewer: CurrentViewer,
    form: CheckedForm,
    here: Here,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
) -> Response:
    """Keep which mails a user wants."""
    before = await use.notifications.of_person(viewer, user_id, asked)
    try:
        await use.notifications.choose(viewer, token, user_id, _wishes(form, before), asked)
    except PortalError as error:
        said, key = refusal_words(error, here.words), same_wish(error, asked)
        return await _of_user(here, viewer, user_id, before, asked, number=status(error), refusal=said, key=key)
    return go(f"/users/{user_id}/notifications?notice=saved")


def _wishes(form: FormData, before: Notifications) -> Wishes:
    """Return what was ticked; browsers send nothing of those that cannot be refused."""
    wanted, daily = form.getlist("wanted"), form.getlist("daily")
    kinds = [one.kind for one in before.items if one.refusable]
    return Wishes(
        refused=[one for one in kinds if one not in wanted],
        daily=[one for one in kinds if one in wanted and one in daily],
    )


async def _own(
    here: Frame,
    found: Notifications,
    number: int = 200,
    *,
    notice: str = "",
    refusal: str = "",
    key: str | None = None,
) -> Response:
    return await here.page(
        "settings/notifications.html", number, key=key, found=found, action=OWN, notice=notice, refusal=refusal
    )


async def _of_user(
    here: Frame,
    viewer: Viewer,
    user_id: UUID,
    found: Notifications,
    asked: Asked,
    *,
    number: int = 200,
    notice: bool = False,
    refusal: str = "",
    key: str | None = None,
) -> Response:
    row = await here.use.people.one(viewer, user_id, asked)
    return await here.page(
        "users/notifications.html",
        number,
        key=key,
        row=row,
        found=found,
        action=f"/users/{user_id}/notifications",
        notice=notice,
        refusal=refusal,
    )
