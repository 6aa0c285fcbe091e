"""The description of the public API, as OpenAPI 3.1. Next stop: schemas/ for the bodies."""

from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse

from gateway.api.answer_headers import name_headers
from gateway.api.keyless import KEYLESS
from gateway.api.links import link
from gateway.api.operations import BASE
from gateway.api.schemas.answer import Problem, problems
from gateway.application.policy import POLICY, Who

TITLE = "Business portal"
VERSION = "1.0.0"
DESCRIPTION = """\
The portal for companies that buy telecom services.

Browsers hold a session in a cookie; calls that change something then carry `X-CSRF-Token` (from `GET /session`).
Systems of the operator get a token at `POST /oauth/token`. Every POST of a person with a session or of a system with a
token carries an `Idempotency-Key` (422 without): sent again with the same key it is carried out once. The POSTs that
come before there is a session or a token need none, and each says why it may be sent again. One thing has an `ETag`;
who changes or ends a user, a group, the settings, the picture or the memo of a contract names it in `If-Match` (428
without) and is refused when it is an old one (412). A change of access is in force before it is answered.
Errors are problem details (RFC 9457); programs go by `code`.
Times are RFC 3339 in UTC. A read may say `Prefer: wait=n` to wait for the caller's own writes; without it an answer
that may be older than them says `X-Stale: true`.
"""

SECURITY = {
    "session": {"type": "apiKey", "in": "cookie", "name": "__Host-portal-session"},
    "backOffice": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {
                "tokenUrl": f"{BASE}/oauth/token",
                "scopes": {
                    "applications:write": "Hand in applications and say how far they are.",
                    "contracts:write": "Change contracts.",
                    "status:write": "Say how services run.",
                    "incidents:write": "Report incidents.",
                    "maintenance:write": "Announce planned work.",
                },
            }
        },
    },
}

router = APIRouter(include_in_schema=False)


@router.get(f"{BASE}/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """Describe the public API."""
    return JSONResponse(document(request.app))


@cache
def document(app: FastAPI) -> dict[str, Any]:
    """Return the description of every operation below the API's base path."""
    document = get_openapi(
        title=TITLE, version=VERSION, openapi_version="3.1.0", description=DESCRIPTION, routes=app.routes
    )
    document["paths"] = {path: value for path, value in document["paths"].items() if path.startswith(BASE)}
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    problem = Problem.model_json_schema(by_alias=True, ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    parts["securitySchemes"] = SECURITY
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _finish(operation)
            _ask_for_headers(method, operation)
    name_headers(document)
    link(document)
    return document


def _finish(operation: dict[str, Any]) -> None:
    """Say who may call, and that every refusal is a problem, whatever the framework would say by itself."""
    responses = operation["responses"]
    if "422" in responses:
        responses["422"] = problems(422)[422]
    if "requestBody" in operation:
        # Before anybody looks at what it says: it is no JSON, or too much of it.
        responses |= {
            str(status): answer for status, answer in problems(400, 413).items() if str(status) not in responses
        }
    responses["default"] = {**problems(503)[503], "description": "Any other refusal, as a problem."}
    if "401" in responses and Who.ANYBODY not in POLICY[operation["operationId"]]:
        of_operator = any("back office" in tag for tag in operation["tags"])
        operation["security"] = [{"backOffice": []} if of_operator else {"session": []}]


def _ask_for_headers(method: str, operation: dict[str, Any]) -> None:
    """Say which headers a change needs that comes with a session or a token."""
    if method == "get":
        return
    named = []
    if operation.get("security") == [{"session": []}]:
        named.append(("X-CSRF-Token", "As `GET /session` says it."))
    if reason := KEYLESS.get(operation["operationId"]):
        operation["description"] += f"\n\nNeeds no `Idempotency-Key`: {reason[0].lower()}{reason[1:]}"
    elif method == "post":
        named.append(("Idempotency-Key", "The same for the same wish, however often it is sent."))
    given = operation.get("parameters", ())
    may_begin = any(one["name"] == "If-None-Match" for one in given)
    for one in given:
        # The framework cannot know that a call without it is refused with a code of its own.
        one["required"] = one["required"] or (one["name"] == "If-Match" and not may_begin)
    if named:
        operation.setdefault("parameters", []).extend(
            {"name": name, "in": "header", "required": True, "description": why, "schema": {"type": "string"}}
            for name, why in named
        )
