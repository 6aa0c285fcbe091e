"""Pages of what was changed, who was registered and who came in. Next stop: application/histories.py."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from gateway.application.access import EVERY, Action
from gateway.application.directory import HistoryEntry, HistoryKind, HistoryOf, LinkState
from gateway.application.door import AskedHere, CurrentViewer, Use
from gateway.application.freshness import Fresh
from gateway.application.permittable import ids_in
from gateway.application.viewer import Viewer
from gateway.web.devices import device
from gateway.web.frame import Frame, Here
from gateway.web.groups import service_words
from gateway.web.history import moments
from gateway.web.own import PASSED

router = APIRouter(include_in_schema=False)

API = "/api/v1"
Cursor = Annotated[str, Query(max_length=1000)]


@router.api_route("/users/{user_id}/history", methods=["GET", "HEAD"])
async def of_user(
    *, user_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere, fresh: Fresh, cursor: Cursor = ""
) -> Response:
    """Show everything that changed of a user, a part at a time."""
    row = await use.people.one(viewer, user_id, asked)
    page = await use.histories.page(viewer, HistoryOf(HistoryKind.USER, user_id), asked, cursor=cursor or None)
    return await here.page(
        "users/history.html",
        row=row,
        history=moments(here.words, page.items),
        more=page.next_cursor,
        cursor=cursor,
        export=f"{API}/users/{user_id}/history/export",
        stale=not fresh,
    )


@router.api_route("/users/{user_id}/logins", methods=["GET", "HEAD"])
async def logins(
    *, user_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere, cursor: Cursor = ""
) -> Response:
    """Show a user's logins, those that were refused too."""
    row = await use.people.one(viewer, user_id, asked)
    page = await use.histories.logins(viewer, user_id, asked, cursor=cursor or None)
    return await here.page(
        "users/logins.html",
        row=row,
        logins=page.items,
        more=page.next_cursor,
        cursor=cursor,
        device=device,
        passed=PASSED,
    )


@router.api_route("/groups/{group_id}/history", methods=["GET", "HEAD"])
async def of_group(
    *, group_id: UUID, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere, fresh: Fresh, cursor: Cursor = ""
) -> Response:
    """Show everything that changed of a group, and who joined and left it."""
    row = await use.groups.one(viewer, group_id, asked)
    page = await use.histories.page(viewer, HistoryOf(HistoryKind.GROUP, group_id), asked, cursor=cursor or None)
    return await here.page(
        "groups/history.html",
        row=row,
        history=moments(here.words, page.items, HistoryKind.GROUP, await called(here, viewer, page.items)),
        more=page.next_cursor,
        cursor=cursor,
        export=f"{API}/groups/{group_id}/history/export",
        stale=not fresh,
    )


@router.api_route("/settings/company/history", methods=["GET", "HEAD"])
async def of_settings(
    *, here: Here, viewer: CurrentViewer, use: Use, asked: AskedHere, cursor: Cursor = ""
) -> Response:
    """Show everything that changed of the company's settings."""
    page = await use.histories.page(viewer, HistoryOf(HistoryKind.SETTINGS), asked, cursor=cursor or None)
    return await here.page(
        "settings/history.html",
        history=moments(here.words, page.items, HistoryKind.SETTINGS),
        more=page.next_cursor,
        cursor=cursor,
        export=f"{API}/tenant/settings/history/export",
    )


@router.api_route("/registrations", methods=["GET", "HEAD"])
async def registrations(
    *,
    here: Here,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
    fresh: Fresh,
    state: Annotated[str, Query(max_length=20)] = "",
    cursor: Cursor = "",
) -> Response:
    """Show who was registered by whom, and how the activation stands."""
    wanted = LinkState(state) if state in tuple(LinkState) else None
    page = await use.histories.registrations(viewer, asked, state=wanted, cursor=cursor or None)
    return await here.page(
        "registrations.html",
        rows=page.items,
        more=page.next_cursor,
        cursor=cursor,
        state=wanted or "",
        states=tuple(LinkState),
        stale=not fresh,
    )


async def called(here: Frame, viewer: Viewer, entries: Sequence[HistoryEntry]) -> Mapping[str, str]:
    """Return what people call what permissions name: contracts by their numbers, actions by their words."""
    said = [text for one in entries if one.field == "permissions" for text in (one.old, one.new) if text]
    contracts = await here.use.permittables.those(viewer, ids_in(said))
    services = {EVERY, *await here.use.permittables.services(viewer)}
    return (
        {str(key): one.contract_number for key, one in contracts.items()}
        | {action: here.words(f"group.action.{action}") for action in Action}
        | {name: service_words(here.words, name) for name in services}
    )
