"""Where the settings of a contract are changed, as JSON. Next stop: application/hop.py."""

from uuid import UUID

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.hop import SettingsSiteAnswer
from gateway.application.door import CurrentViewer, Use

router = operations("contracts")


@router.get(
    "/contracts/{contractId}/settings-site", operation_id="settingsSite", responses=problems(401, 403, 404, 503)
)
async def settings_site(contractId: UUID, viewer: CurrentViewer, use: Use) -> SettingsSiteAnswer:  # noqa: N803 - the path says so
    """Say where the settings of a contract are changed; opened in the caller's browser, the address logs them in."""
    site, url = await use.hop.begin(viewer, contractId)
    return SettingsSiteAnswer(name_ja=site.name("ja"), name_en=site.name("en"), url=url)
