"""Many people at once, as JSON or as a table. Next stop: application/people.py."""

from typing import Annotated, Literal

from fastapi import Query, Request

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.facts import ManyRows
from gateway.api.schemas.people import ImportedRow, ImportedUsers
from gateway.api.table import TABLE, rows_of
from gateway.application.door import CheckedViewer, KeyedHere, SessionToken, Use

router = operations("users")


@router.post(
    "/user-imports",
    operation_id="importUsers",
    responses=problems(401, 403, 422, 429, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ManyRows.model_json_schema(by_alias=True)}, **TABLE},
        }
    },
)
async def import_users(
    *,
    request: Request,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: KeyedHere,
    activation: Annotated[
        Literal["now", "later"], Query(description="When the activation mails go out; later is by `resendActivation`.")
    ] = "now",
    dry_run: Annotated[
        bool, Query(alias="dryRun", description="Only say what would come of it: nobody is registered.")
    ] = False,
) -> ImportedUsers:
    """Register many people; a row says the fields of `addUser`, and is taken or refused for itself.

    A company may try or import 120,000 people an hour (`too-many-imported`), and have 60,000 who were never mailed
    (`too-many-unmailed`). Whoever is refused so sends the same again later, under the same key.
    """
    rows = rows_of(request.headers.get("content-type", ""), await request.body())
    if dry_run:
        found = await use.people.try_import(viewer, rows, asked)
    else:
        found = await use.people.import_people(viewer, token, rows, asked, invited=activation == "now")
    refused = [ImportedRow.model_validate(one) for one in found if one["code"]]
    return ImportedUsers(added=len(found) - len(refused), refused=len(refused), rows=refused)
