"""The settings of a tenant as JSON. Next stop: application/tenant_settings.py."""

from fastapi import Request, Response, status

from gateway.api.guard import IfImage, IfImageOrNone, IfMatch
from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.tenant import TenantSettingsAnswer, TenantSettingsGiven
from gateway.application.directory import TenantSettings
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, SessionToken, Use
from gateway.application.image_answer import sent

router = operations("tenant")


@router.get("/tenant/settings", operation_id="tenantSettings", responses=problems(401, 403, 503))
async def show(viewer: CurrentViewer, use: Use, asked: AskedHere, response: Response) -> TenantSettingsAnswer:
    """Say what holds for all people of the tenant."""
    return _answer(response, await use.tenant_settings.show(viewer, asked))


@router.put(
    "/tenant/settings", operation_id="changeTenantSettings", responses=problems(401, 403, 409, 412, 422, 428, 503)
)
async def change(
    *,
    body: TenantSettingsGiven,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    response: Response,
    if_match: IfMatch,
) -> TenantSettingsAnswer:
    """Say what holds from now on, also for running sessions; networks that leave the caller out are refused."""
    fields = body.model_dump(mode="json", by_alias=True)
    done = await use.tenant_settings.change(viewer, token, fields, asked, if_match=if_match)
    return _answer(response, done)


@router.get(
    "/tenant/image",
    operation_id="tenantImage",
    response_class=Response,
    responses=problems(401, 404, 503) | {200: {"description": "A PNG.", "content": {"image/png": {}}}},
)
async def image(request: Request, viewer: CurrentViewer, use: Use, asked: AskedHere) -> Response:
    """Give the picture that the tenant shows its people."""
    return sent(await use.company_image.show(viewer, asked), request)


@router.put(
    "/tenant/image",
    operation_id="changeTenantImage",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 409, 412, 413, 422, 428, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "At most 200 kB and 1024 points on a side; it is kept smaller, and without anything else.",
            "content": {kind: {} for kind in ("image/png", "image/jpeg", "image/webp")},
        }
    },
)
async def change_image(  # noqa: PLR0917 - what a change needs
    request: Request, viewer: CheckedViewer, token: SessionToken, use: Use, asked: AskedHere, if_match: IfImageOrNone
) -> None:
    """Show another picture to the people of the tenant, or the first one."""
    await use.company_image.change(viewer, token, await request.body(), asked, if_match=if_match)


@router.delete(
    "/tenant/image",
    operation_id="removeTenantImage",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 409, 412, 422, 428, 503),
)
async def remove_image(
    viewer: CheckedViewer, token: SessionToken, use: Use, asked: AskedHere, if_match: IfImage
) -> None:
    """Show no picture any more."""
    await use.company_image.remove(viewer, token, asked, if_match=if_match)


def _answer(response: Response, settings: TenantSettings) -> TenantSettingsAnswer:
    response.headers["ETag"] = f'"{settings.version}"'
    return TenantSettingsAnswer.model_validate(settings)
