"""The catalogue of facts as JSON, for the platform's operators. Next stop: application/catalogue.py."""

import json
from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Request

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.ops_catalogue import FactAnswer, FactsAnswer, WholeFactAnswer
from gateway.application.catalogue import CataloguedFact
from gateway.application.door import CurrentViewer, Use, language_of

router = operations("ops")


@router.get("/ops/catalogue", operation_id="opsCatalogue", responses=problems(401, 403))
async def catalogue(request: Request, viewer: CurrentViewer, use: Use) -> FactsAnswer:
    """List the facts that services record, and who reads them."""
    found, language = use.catalogue.by_service(viewer), language_of(request, viewer)
    return FactsAnswer(items=[_told(one, language) for facts in found.values() for one in facts])


@router.get("/ops/catalogue/{factType}", operation_id="opsFact", responses=problems(401, 403, 404, 422))
async def fact(
    *,
    factType: Annotated[str, Path(max_length=100)],  # noqa: N803 - the path's name is the API's
    request: Request,
    viewer: CurrentViewer,
    use: Use,
) -> WholeFactAnswer:
    """Say all of one fact: its fields, its schema, a sample."""
    one = use.catalogue.one(viewer, factType)
    known = {**asdict(one), "meaning": one.meaning_in(language_of(request, viewer))}
    known["json_schema"] = json.loads(known.pop("schema"))
    known["sample"] = json.loads(known["sample"] or "null")
    return WholeFactAnswer.model_validate(known)


def _told(fact: CataloguedFact, language: str) -> FactAnswer:
    return FactAnswer.model_validate(fact).model_copy(update={"meaning": fact.meaning_in(language)})
