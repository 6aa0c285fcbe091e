"""The catalogue of facts as JSON, for the platform's operators. Next stop: application/catalogue.py."""

import json
from dataclasses import asdict
from typing import Annotated

from fastapi import Path

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops_catalogue import FactAnswer, FactsAnswer, WholeFactAnswer
from gateway.application.door import CurrentViewer, Use

router = operations("ops")


@router.get("/ops/catalogue", operation_id="opsCatalogue", responses=problems(401, 403))
async def catalogue(viewer: CurrentViewer, use: Use) -> FactsAnswer:
    """List the facts that services record, and who reads them."""
    found = use.catalogue.by_service(viewer)
    return FactsAnswer(items=[FactAnswer.model_validate(one) for facts in found.values() for one in facts])


@router.get("/ops/catalogue/{factType}", operation_id="opsFact", responses=problems(401, 403, 404, 422))
async def fact(
    *,
    factType: Annotated[str, Path(max_length=100)],  # noqa: N803 - the path's name is the API's
    viewer: CurrentViewer,
    use: Use,
) -> WholeFactAnswer:
    """Say all of one fact: its fields, its schema, a sample."""
    known = asdict(use.catalogue.one(viewer, factType))
    known["json_schema"] = json.loads(known.pop("schema"))
    known["sample"] = json.loads(known["sample"] or "null")
    return WholeFactAnswer.model_validate(known)
