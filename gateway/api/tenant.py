"""The settings of a tenant as JSON. Next stop: application/tenant_settings.py."""

from fastapi import Response

from gateway.api.guard import IfMatch
from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.tenant import TenantSettingsAnswer, TenantSettingsGiven
from gateway.application.directory import TenantSettings
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, SessionToken, Use

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


def _answer(response: Response, settings: TenantSettings) -> TenantSettingsAnswer:
    response.headers["ETag"] = f'"{settings.version}"'
    return TenantSettingsAnswer.model_validate(settings)
