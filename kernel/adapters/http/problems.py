"""Errors as answers: the one place that knows status numbers. See: RFC 9457."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic.alias_generators import to_camel

from kernel.adapters.http.refusals import TooLarge
from kernel.adapters.telemetry import trace
from kernel.domain.errors import (
    ClaimTaken,
    Denied,
    Gone,
    Invalid,
    Locked,
    NotFound,
    PortalError,
    PreconditionFailed,
    PreconditionRequired,
    Refused,
    StreamMoved,
    TooManyTries,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
TYPES = "/help/problems"

STATUS: Mapping[type[PortalError], int] = {
    Refused: 409,
    Denied: 403,
    Unauthenticated: 401,
    NotFound: 404,
    Gone: 410,
    PreconditionFailed: 412,
    PreconditionRequired: 428,
    Locked: 423,
    Invalid: 422,
    TooLarge: 413,
    TooManyTries: 429,
    StreamMoved: 409,
    ClaimTaken: 409,
    Unavailable: 503,
}

PATIENCE = {429: 30, 503: 1}
"""Seconds that a caller is asked to wait where the error does not say."""


def status_of(error: PortalError) -> int:
    """Return the status of an error's kind; 500 for one that is nobody's to answer."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def problem(
    status: int, code: str, *, detail: str = "", extra: Mapping[str, Any] | None = None, headers: Any = None
) -> JSONResponse:
    """Return the answer that tells of a problem; *extra* in Python names."""
    members: dict[str, Any] = {
        "type": f"{TYPES}/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
    }
    if detail:
        members["detail"] = detail
    if number := trace.trace_id():
        members["traceId"] = number
    members |= {to_camel(name): value for name, value in (extra or {}).items()}
    said = dict(headers or {})
    if status in PATIENCE:
        said["Retry-After"] = str((extra or {}).get("retry_after", PATIENCE[status]))
    return JSONResponse(members, status, headers=said, media_type=MEDIA_TYPE)


def answer(error: PortalError) -> JSONResponse:
    """Return the answer for an error of ours."""
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem(status, "internal")
    headers = {"WWW-Authenticate": "Bearer"} if error.code == Unauthenticated.code else None
    return problem(status, error.code, detail=error.detail, extra=error.extra, headers=headers)


_CODES = {
    "extra_forbidden": "unknown-field",
    "string_too_short": "too-short",
    "string_too_long": "too-long",
    "too_short": "too-few",
    "too_long": "too-many",
    "enum": "unknown-value",
    "literal_error": "unknown-value",
    "json_invalid": "malformed-json",
    "value_error": "malformed",
    "string_pattern_mismatch": "malformed",
    "string_unicode": "malformed",
    "greater_than_equal": "too-small",
    "greater_than": "too-small",
    "less_than_equal": "too-large",
    "less_than": "too-large",
}


def field_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Return pydantic's errors as {pointer, code, detail}, without what was sent. See: RFC 6901."""
    return [
        {"pointer": _pointer(error["loc"]), "code": _code(error["type"]), "detail": _detail(error)} for error in errors
    ]


def _pointer(place: Sequence[str | int]) -> str:
    # The first member says where in the request: body, path, query or header.
    steps = () if place and place[-1:] == place[1:2] and isinstance(place[-1], int) and len(place) == 2 else place[1:]  # noqa: PLR2004
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _code(kind: str) -> str:
    if kind in _CODES:
        return _CODES[kind]
    if kind.endswith("_parsing"):
        return "malformed"
    if kind.endswith("_type"):
        return "wrong-type"
    return kind.replace("_", "-")


def _detail(error: Mapping[str, Any]) -> str:
    # A parser's message quotes the input, which may be a secret that was sent in the wrong field.
    return "Cannot be read" if error["type"].endswith(("_parsing", "json_invalid")) else str(error["msg"])
