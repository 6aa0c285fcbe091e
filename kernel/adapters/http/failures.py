"""Turns every error that leaves a route into a problem. Next stop: problems.py."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from kernel.adapters.http.problems import answer, field_errors, problem, status_of
from kernel.domain.errors import PortalError

_CODES = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    415: "unsupported-media-type",
}

log = structlog.get_logger(__name__)


def tell_failures(app: FastAPI) -> None:
    """Have *app* answer every error as a problem."""
    handlers: list[tuple[type[Exception], Any]] = [
        (PortalError, _portal_error),
        (RequestValidationError, _bad_input),
        (HTTPException, _http),
        (Exception, _unexpected),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


async def _portal_error(_request: Request, error: PortalError) -> JSONResponse:
    if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request.failed", error_code=error.code, detail=error.detail)
    return answer(error)


async def _bad_input(_request: Request, error: RequestValidationError) -> JSONResponse:
    return problem(422, "invalid", extra={"errors": field_errors(error.errors())})


async def _http(_request: Request, error: HTTPException) -> JSONResponse:
    return problem(error.status_code, _CODES.get(error.status_code, "refused"), headers=error.headers)


async def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # The server logs it with its trace; a caller learns nothing of our insides.
    return problem(500, "internal")
