"""The operator's back office as JSON: tokens, applications, contracts. Next stop: application/back_office.py."""

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Form, Request, Response, status

from gateway.api.operations import operations
from gateway.api.schemas.answer import problems
from gateway.api.schemas.back_office import (
    ApplicationForm,
    ApplicationReceipt,
    ContractTerms,
    ServiceStatusChange,
    TokenAnswer,
)
from gateway.application.contract_ports import Forwarded
from gateway.application.door import AskedHere, KeyedHere, Use
from gateway.application.errors import ClientUnknown
from kernel.adapters.http.tokens import Caller, caller

router = operations("back office")

Applications = Annotated[Caller, Depends(caller("applications:write"))]
Contracts = Annotated[Caller, Depends(caller("contracts:write"))]

_REPEATED: dict[int | str, dict[str, Any]] = {
    200: {"model": ApplicationReceipt, "description": "The same application was received before."}
}
_CHANGE = problems(401, 403, 404, 409, 422, 503)


@router.post("/oauth/token", operation_id="token", responses=problems(401, 422, 429, 503))
async def token(
    *,
    request: Request,
    use: Use,
    asked: AskedHere,
    grant_type: Annotated[str, Form(pattern="^client_credentials$")],
    scope: Annotated[str, Form(max_length=500)] = "",
    client_id: Annotated[str, Form(max_length=100)] = "",
    client_secret: Annotated[str, Form(max_length=500)] = "",
) -> TokenAnswer:
    """Get an access token by client credentials, in the form or by Basic authentication. See: RFC 6749, section 4.4."""
    _ = grant_type
    basic = _basic(request.headers.get("authorization", ""))
    name, secret = basic or (client_id, client_secret)
    granted = await use.back_office.grant(name, secret, scope, asked)
    return TokenAnswer(access_token=granted.token, expires_in=granted.seconds, scope=" ".join(sorted(granted.scopes)))


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ClientUnknown from None
    return name, secret


@router.post(
    "/applications",
    operation_id="receiveApplication",
    status_code=status.HTTP_201_CREATED,
    responses=problems(401, 403, 409, 422, 503) | _REPEATED,
)
async def receive_application(
    *, body: ApplicationForm, who: Applications, use: Use, asked: KeyedHere, response: Response
) -> ApplicationReceipt:
    """Hand in an application form. The administrator it names gets the activation mail."""
    form = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    done = await use.back_office.contracts.receive_application(form, who.subject, asked)
    _answer(response, done)
    return ApplicationReceipt.model_validate(done.body)


@router.put("/operator/contracts/{contractId}", operation_id="changeContract", responses=_CHANGE)
async def change_contract(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    body: ContractTerms,
    who: Contracts,
    use: Use,
    asked: AskedHere,
    response: Response,
) -> None:
    """Say what a contract says from now on; fields that are left out keep their values."""
    fields = body.model_dump(mode="json", by_alias=True, exclude_unset=True)
    _answer(response, await use.back_office.contracts.change_contract(contractId, fields, who.subject, asked))


@router.put("/operator/contracts/{contractId}/service-status", operation_id="changeServiceStatus", responses=_CHANGE)
async def change_service_status(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    body: ServiceStatusChange,
    who: Contracts,
    use: Use,
    asked: AskedHere,
    response: Response,
) -> None:
    """Say how the service on a contract runs."""
    contracts = use.back_office.contracts
    done = await contracts.change_service_status(contractId, body.service_status, who.subject, asked)
    _answer(response, done)


@router.delete("/operator/contracts/{contractId}", operation_id="terminateContract", responses=_CHANGE)
async def terminate(
    *,
    contractId: UUID,  # noqa: N803 - the path's name is the API's
    who: Contracts,
    use: Use,
    asked: AskedHere,
    response: Response,
) -> None:
    """End a contract."""
    _answer(response, await use.back_office.contracts.terminate(contractId, who.subject, asked))


def _answer(response: Response, done: Forwarded) -> None:
    response.status_code = done.status
    if done.position is not None:
        response.headers["X-Log-Position"] = str(done.position)
