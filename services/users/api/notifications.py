"""Which mails a person wants, over HTTP: of oneself, and of others. Next stop: application/handlers.py, looking.py."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from kernel.adapters.http.body import Body
from kernel.adapters.http.preconditions import Expected
from kernel.domain.recorded import Appended
from services.users.api.answers import NotificationOne, NotificationsOne
from services.users.api.use import ByAdministrator, ByReader, BySelf, Use
from services.users.domain.errors import UserUnknown
from services.users.domain.notifications import MailKind

router = APIRouter()

OTHERS = "/users/{user_id}/notifications"
OWN = "/users/{user_id}/preferences/notifications"


class NotificationsForm(Body):
    """The kinds of mail that a person does not want, and those that they want once a day."""

    refused: Annotated[tuple[MailKind, ...], Field(max_length=len(MailKind))]
    daily: Annotated[tuple[MailKind, ...], Field(max_length=len(MailKind))] = ()


@router.get(OTHERS)
async def show(*, user_id: UUID, use: Use, by: ByReader, response: Response) -> NotificationsOne:
    """Return which mails a person of the tenant wants."""
    return await _notifications(use, response, by.context().tenant_id, user_id)


@router.put(OTHERS)
async def choose(
    *, user_id: UUID, body: NotificationsForm, use: Use, by: ByAdministrator, at: Expected, response: Response
) -> NotificationsOne:
    """Say which mails a person of the tenant does not want, all of them."""
    done = await use.users.choose_notifications(user_id, body.refused, body.daily, by.context(), at)
    return await _chosen(use, response, by.context().tenant_id, done)


@router.get(OWN)
async def show_own(*, user_id: UUID, use: Use, by: BySelf, response: Response) -> NotificationsOne:
    """Return which mails one wants."""
    if by.caller.subject != f"user:{user_id}":
        raise UserUnknown
    return await _notifications(use, response, by.context().tenant_id, user_id)


@router.put(OWN)
async def choose_own(
    *, user_id: UUID, body: NotificationsForm, use: Use, by: BySelf, at: Expected, response: Response
) -> NotificationsOne:
    """Say which mails one does not want, all of them."""
    done = await use.users.prefer_notifications(user_id, body.refused, body.daily, by.context(), at)
    return await _chosen(use, response, by.context().tenant_id, done)


async def _chosen(use: Use, response: Response, tenant_id: UUID, done: Appended) -> NotificationsOne:
    await use.shown(response, done)
    return await _notifications(use, response, tenant_id, done.stream_id)


async def _notifications(use: Use, response: Response, tenant_id: UUID, user_id: UUID) -> NotificationsOne:
    kinds, version = await use.looking.notifications(tenant_id, user_id)
    response.headers["ETag"] = f'"{version}"'
    return NotificationsOne(items=tuple(map(NotificationOne.model_validate, kinds)), version=version)
