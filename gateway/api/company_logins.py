"""Who of the company came in and who was refused, as JSON and as files. Next stop: application/company_logins.py."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import StreamingResponse

from gateway.api import history_file
from gateway.api.operations import operations
from gateway.api.schemas.answer import Responses, problems
from gateway.api.schemas.company_logins import CompanyLoginList, LoginsFormat, LoginsPart
from gateway.application import spreadsheet
from gateway.application.door import AskedHere, CurrentViewer, SessionToken, Use, language_of

router = operations("histories")

_LOOK = problems(401, 403, 422, 503)
_FILE: Responses = _LOOK | {
    200: {
        "description": "All of them, newest first; CSV is UTF-8 with a byte order mark, no cell of it a formula.",
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("/logins", operation_id="logins", responses=_LOOK)
async def logins(
    part: Annotated[LoginsPart, Query()], viewer: CurrentViewer, use: Use, asked: AskedHere
) -> CompanyLoginList:
    """List the logins of everybody of the company, those that were refused too; newest first.

    A login that was refused is kept for 90 days, one that succeeded for 400.
    """
    found = await use.company_logins.page(viewer, part.wanted, asked, limit=part.limit, cursor=part.cursor)
    return CompanyLoginList.model_validate(found)


@router.get("/logins/export", operation_id="exportLogins", response_class=StreamingResponse, responses=dict(_FILE))
async def export_logins(
    *,
    wanted: Annotated[LoginsFormat, Query()],
    viewer: CurrentViewer,
    token: SessionToken,
    request: Request,
    use: Use,
    asked: AskedHere,
) -> StreamingResponse:
    """Give the logins of everybody of the company as a file."""
    steps, language = await use.company_logins.export(viewer, token, wanted.wanted, asked), language_of(request, viewer)
    name = f"logins.{wanted.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": language}
    if wanted.format == "json":
        return StreamingResponse(history_file.logins_as_json(steps), media_type="application/json", headers=headers)
    lines = history_file.logins_as_csv(steps, language)
    return StreamingResponse(lines, media_type=spreadsheet.MEDIA_TYPE, headers=headers)
