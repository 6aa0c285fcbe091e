"""Callers' own second step as JSON. Next stop: application/second_step.py."""

from uuid import UUID

from fastapi import Request, status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.second_step import TrustedBrowserList
from gateway.application import cookies
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, Use

router = operations("second step")


@router.get("/me/trusted-browsers", operation_id="trustedBrowsers", responses=problems(401, 503))
async def trusted_browsers(viewer: CurrentViewer, use: Use, asked: AskedHere) -> TrustedBrowserList:
    """List the browsers that skip the code, the one used last first."""
    return TrustedBrowserList.model_validate(await use.second_step.trusted_browsers(viewer, asked))


@router.delete(
    "/me/trusted-browsers/{browserId}",
    operation_id="forgetBrowser",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 404, 422, 503),
)
async def forget_browser(
    *,
    browserId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CheckedViewer,
    use: Use,
    asked: AskedHere,
) -> None:
    """Have one of the caller's browsers asked for a code again."""
    await use.second_step.forget_browser(viewer, browserId, asked)


@router.delete(
    "/me/trusted-browsers",
    operation_id="forgetBrowsers",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 503),
)
async def forget_browsers(*, viewer: CheckedViewer, request: Request, use: Use, asked: AskedHere) -> None:
    """Have all of the caller's browsers asked for a code again."""
    await use.second_step.forget_browsers(viewer, asked)
    cookies.drop(request, cookies.TRUSTED)
