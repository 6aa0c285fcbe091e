"""Another service's refusal as an error of ours: the way back of problems.py."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from pydantic.alias_generators import to_snake

from kernel.adapters.http.problems import STATUS
from kernel.domain.errors import ClaimTaken, Denied, PortalError, StreamMoved, Unauthenticated, Unavailable
from kernel.domain.recorded import LogPosition

_STANDARD = frozenset({"type", "title", "status", "code", "detail", "instance", "traceId"})
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE = 60

_KINDS = {status: kind for kind, status in reversed(list(STATUS.items()))}
_BY_CODE = {kind.code: kind for kind in (StreamMoved, ClaimTaken)}
"""Two that share their status with another kind."""
_OUR_FAULT = frozenset({Unauthenticated.code, Denied.code})
"""Codes that refuse our own token: nothing that whoever asks us has done or could mend."""
_NAMED: dict[tuple[type[PortalError], str], type[PortalError]] = {}

log = structlog.get_logger(__name__)


def error_of(service: str, status: int, problem: Mapping[str, Any], retry_after: str | None = None) -> PortalError:
    """Return what a service's refusal means here, of its kind and with its code."""
    code = _code_of(problem)
    detail = str(problem.get("detail") or "")
    if code in _OUR_FAULT or (status not in _KINDS and status < HTTPStatus.INTERNAL_SERVER_ERROR):
        log.error("service.refuses_us", audience=service, status=status, error_code=code, detail=detail)
        return Unavailable(f"{service} does not take our call")
    kind = _BY_CODE.get(code) or _KINDS.get(status, Unavailable)
    extra = {to_snake(name): value for name, value in problem.items() if name not in _STANDARD}
    if retry_after and retry_after.isdecimal():
        extra.setdefault("retry_after", int(retry_after))
    if kind is Unavailable and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return Unavailable(f"{service} failed")
    return _named(kind, code or kind.code)(detail, **extra)


def positions_of(text: str | None) -> tuple[LogPosition, ...]:
    """Return the places that the X-Log-Position header says; none where it says nothing that can be read."""
    try:
        return tuple(LogPosition.parse(one.strip()) for one in text.split(",")) if text else ()
    except ValueError:
        return ()


def _code_of(problem: Mapping[str, Any]) -> str:
    code = problem.get("code")
    return code if isinstance(code, str) and len(code) <= _LONGEST_CODE and _CODE.fullmatch(code) else ""


def _named(kind: type[PortalError], code: str) -> type[PortalError]:
    """Return the kind under the code that was answered, so that whoever catches the kind passes the code on."""
    if code == kind.code:
        return kind
    if (kind, code) not in _NAMED:
        _NAMED[kind, code] = type(kind.__name__, (kind,), {"code": code, "__doc__": kind.__doc__})
    return _NAMED[kind, code]
