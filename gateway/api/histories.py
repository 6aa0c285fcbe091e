"""What was changed, who was registered and who came in, as JSON and as files. Next stop: application/histories.py."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import StreamingResponse

from gateway.api import history_file
from gateway.api.operations import operations
from gateway.api.schemas.answer import Responses, problems
from gateway.api.schemas.histories import (
    Format,
    HistoryList,
    HistoryPart,
    LoginRecordList,
    Part,
    RegistrationList,
    RegistrationPart,
)
from gateway.application import spreadsheet
from gateway.application.directory import HistoryEntry, HistoryKind, HistoryOf
from gateway.application.door import AskedHere, CurrentViewer, SessionToken, Use, language_of
from gateway.application.phone_mask import each, masked_entry

router = operations("histories")

_LOOK = problems(401, 403, 404, 422, 503)
_FILE: Responses = _LOOK | {
    200: {
        "description": "All of it, newest first; CSV is UTF-8 with a byte order mark, and no cell of it is a formula.",
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
    }
}

WhichPart = Annotated[Part, Query()]
WhichHistory = Annotated[HistoryPart, Query()]


async def _of_user(
    userId: UUID,  # noqa: N803 - the path's name is the API's
) -> HistoryOf:
    return HistoryOf(HistoryKind.USER, userId)


async def _of_group(
    groupId: UUID,  # noqa: N803 - the path's name is the API's
) -> HistoryOf:
    return HistoryOf(HistoryKind.GROUP, groupId)


async def _of_contract(
    contractId: UUID,  # noqa: N803 - the path's name is the API's
) -> HistoryOf:
    return HistoryOf(HistoryKind.CONTRACT, contractId)


OfUser = Annotated[HistoryOf, Depends(_of_user)]
OfGroup = Annotated[HistoryOf, Depends(_of_group)]
OfContract = Annotated[HistoryOf, Depends(_of_contract)]
SETTINGS = HistoryOf(HistoryKind.SETTINGS)


@router.get("/users/{userId}/history", operation_id="userHistory", responses=_LOOK)
async def of_user(of: OfUser, part: WhichHistory, viewer: CurrentViewer, use: Use, asked: AskedHere) -> HistoryList:
    """Say what changed of a person: when, by whom, from where, from what to what."""
    found = await use.histories.page(viewer, part.of(of), asked, limit=part.limit, cursor=part.cursor)
    return HistoryList.model_validate(found)


@router.get("/groups/{groupId}/history", operation_id="groupHistory", responses=_LOOK)
async def of_group(of: OfGroup, part: WhichHistory, viewer: CurrentViewer, use: Use, asked: AskedHere) -> HistoryList:
    """Say what changed of a group, and who joined and left it."""
    found = await use.histories.page(viewer, part.of(of), asked, limit=part.limit, cursor=part.cursor)
    return HistoryList.model_validate(found)


@router.get("/contracts/{contractId}/history", operation_id="contractHistory", responses=problems(401, 404, 422, 503))
async def of_contract(
    of: OfContract, part: WhichHistory, viewer: CurrentViewer, use: Use, asked: AskedHere
) -> HistoryList:
    """Say what changed of a contract; from where is told to administrators alone."""
    found = await use.contract_histories.page(viewer, part.of(of), asked, limit=part.limit, cursor=part.cursor)
    return HistoryList.model_validate(found)


@router.get("/tenant/settings/history", operation_id="tenantSettingsHistory", responses=problems(401, 403, 422, 503))
async def of_settings(part: WhichHistory, viewer: CurrentViewer, use: Use, asked: AskedHere) -> HistoryList:
    """Say what changed of the settings of the tenant."""
    found = await use.histories.page(viewer, part.of(SETTINGS), asked, limit=part.limit, cursor=part.cursor)
    return HistoryList.model_validate(found)


@dataclass(frozen=True, slots=True)
class Exporting:
    """What every export needs beside whose history it is."""

    wanted: Format
    language: str
    read: Callable[[HistoryOf], Awaitable[AsyncIterator[Sequence[HistoryEntry]]]]

    async def file(self, of: HistoryOf) -> StreamingResponse:
        """Return a history as a file."""
        steps, name = await self.read(of), f"history-{of.kind.lower()}.{self.wanted.format}"
        if self.wanted.phone_numbers == "masked":
            steps = each(steps, masked_entry)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": self.language}
        if self.wanted.format == "json":
            return StreamingResponse(history_file.as_json(steps), media_type="application/json", headers=headers)
        lines = history_file.as_csv(steps, self.language)
        return StreamingResponse(lines, media_type=spreadsheet.MEDIA_TYPE, headers=headers)


async def _exporting(
    *,
    wanted: Annotated[Format, Query()],
    viewer: CurrentViewer,
    token: SessionToken,
    request: Request,
    use: Use,
    asked: AskedHere,
) -> Exporting:
    async def read(of: HistoryOf) -> AsyncIterator[Sequence[HistoryEntry]]:
        journey = use.contract_histories if of.kind is HistoryKind.CONTRACT else use.histories
        return await journey.export(viewer, token, wanted.of(of), asked)

    return Exporting(wanted, language_of(request, viewer), read)


Export = Annotated[Exporting, Depends(_exporting)]


@router.get(
    "/users/{userId}/history/export",
    operation_id="exportUserHistory",
    response_class=StreamingResponse,
    responses=dict(_FILE),
)
async def export_user(of: OfUser, export: Export) -> StreamingResponse:
    """Give the whole history of a person as a file."""
    return await export.file(of)


@router.get(
    "/groups/{groupId}/history/export",
    operation_id="exportGroupHistory",
    response_class=StreamingResponse,
    responses=dict(_FILE),
)
async def export_group(of: OfGroup, export: Export) -> StreamingResponse:
    """Give the whole history of a group as a file."""
    return await export.file(of)


@router.get(
    "/contracts/{contractId}/history/export",
    operation_id="exportContractHistory",
    response_class=StreamingResponse,
    responses=problems(401, 404, 422, 503) | dict(_FILE),
)
async def export_contract(of: OfContract, export: Export) -> StreamingResponse:
    """Give the whole history of a contract as a file."""
    return await export.file(of)


@router.get(
    "/tenant/settings/history/export",
    operation_id="exportTenantSettingsHistory",
    response_class=StreamingResponse,
    responses=dict(_FILE),
)
async def export_settings(export: Export) -> StreamingResponse:
    """Give the whole history of the settings as a file."""
    return await export.file(SETTINGS)


@router.get("/users/{userId}/logins", operation_id="userLogins", responses=_LOOK)
async def logins(
    *,
    userId: UUID,  # noqa: N803 - the path's name is the API's
    part: WhichPart,
    viewer: CurrentViewer,
    use: Use,
    asked: AskedHere,
) -> LoginRecordList:
    """List a person's logins, those that were refused too, and when they were locked; newest first."""
    found = await use.histories.logins(viewer, userId, asked, limit=part.limit, cursor=part.cursor)
    return LoginRecordList.model_validate(found)


@router.get("/registrations", operation_id="registrations", responses=problems(401, 403, 422, 503))
async def registrations(
    part: Annotated[RegistrationPart, Query()], viewer: CurrentViewer, use: Use, asked: AskedHere
) -> RegistrationList:
    """List who was registered by whom, and how the activation stands; newest first."""
    found = await use.histories.registrations(viewer, asked, state=part.state, limit=part.limit, cursor=part.cursor)
    return RegistrationList.model_validate(found)
