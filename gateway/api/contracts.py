"""One contract, its past and its note as JSON. Next stop: application/contracts.py."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response, status

from gateway.api.guard import IfMatch
from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.contracts import (
    ContractAnswer,
    ContractChangeAnswer,
    ContractChangeList,
    ContractThenAnswer,
    MemoChange,
)
from gateway.application.door import AskedHere, CheckedViewer, CurrentViewer, SessionToken, Use
from gateway.application.freshness import Fresh
from gateway.application.lookback import NamedChange
from kernel.adapters.http.moments import Moment

router = operations("services")


@router.get("/contracts/{contractId}", operation_id="contract", responses=problems(401, 404, 422, 503))
async def contract(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    asked: AskedHere,
    response: Response,
    as_of: Annotated[Moment | None, Query(alias="asOf", description="Say what it was at this moment.")] = None,
) -> ContractAnswer | ContractThenAnswer:
    """Say everything about one contract, as it is or as it was."""
    _ = fresh
    if as_of is not None:
        then = await use.lookback.then(viewer, contractId, as_of, asked)
        return ContractThenAnswer(
            contract_id=contractId,
            contract_number=then.contract_number,
            service_name=then.service_name,
            as_of=as_of,
            says=dict(then.says),
        )
    row = await use.contracts.one(viewer, contractId)
    response.headers["ETag"] = f'"{row.version}"'
    return ContractAnswer.model_validate(row)


@router.get("/contracts/{contractId}/changes", operation_id="contractChanges", responses=problems(401, 404, 422, 503))
async def changes(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
    fresh: Fresh,
    asked: AskedHere,
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
) -> ContractChangeList:
    """Say what changed of a contract between two moments, when, and by whom."""
    _ = fresh
    found = await use.lookback.changes(viewer, contractId, since, until, asked)
    return ContractChangeList(items=[_change(one) for one in found])


@router.put(
    "/contracts/{contractId}/memo",
    operation_id="changeMemo",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(401, 403, 404, 409, 412, 422, 428, 503),
)
async def change_memo(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    body: MemoChange,
    viewer: CheckedViewer,
    token: SessionToken,
    use: Use,
    asked: AskedHere,
    if_match: IfMatch,
) -> None:
    """Note something on a contract, for everybody of the company who may see it; needs the permission to edit."""
    await use.contracts.change_memo(viewer, token, contractId, body.memo, asked, if_match=if_match)


def _change(of: NamedChange) -> ContractChangeAnswer:
    one = of.change
    return ContractChangeAnswer(
        at=one.at,
        recorded_at=one.recorded_at,
        by=one.actor,
        by_name=of.by_name,
        field=one.field,
        old=one.old,
        new=one.new,
        cause=one.cause,
        fact=one.fact,
    )
