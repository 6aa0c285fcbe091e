"""Stands before every operation of the public API and asks the policy. Next stop: application/policy.py."""

from typing import Annotated

from fastapi import Depends, Header, Request

from gateway.application import policy
from gateway.application.door import Use, viewer
from gateway.application.policy import Who
from kernel.domain.errors import Invalid, PreconditionRequired

_NOBODY: frozenset[Who] = frozenset()

ETAG = r'^("[0-9]{1,10}"|\*)$'


async def guard(request: Request, use: Use) -> None:
    """Let a call go on that the policy lets its caller make. Raises: SessionMissing; Denied; Invalid; Unavailable."""
    _see_each_once(request)
    operation = getattr(request.scope.get("route"), "operation_id", None) or ""
    allowed = policy.POLICY.get(operation, _NOBODY)
    if Who.ANYBODY in allowed or allowed == {Who.OPERATOR}:
        # A system of the operator shows a token; whether it holds the scope is asked where the scope is known.
        return
    policy.demand(await viewer(request, use), operation)


def _see_each_once(request: Request) -> None:
    """Refuse a query that says the same thing twice: of two readers each could believe another one of them."""
    said = [name for name, _ in request.query_params.multi_items()]
    if repeated := dict.fromkeys(name for name in said if said.count(name) > 1):
        detail = "Must stand only once"
        raise Invalid(errors=[{"pointer": f"/{name[:50]}", "code": "repeated", "detail": detail} for name in repeated])


_IF_MATCH = Header(alias="If-Match", pattern=ETAG, description="The ETag that the change starts from; `*` is any.")


async def must_match(if_match: Annotated[str | None, _IF_MATCH] = None) -> str | None:
    """Return the version that a change starts from, None for any. Raises: PreconditionRequired where none is named.

    See: RFC 9110, section 13.1.1; RFC 6585, section 3.
    """
    if if_match is None:
        raise PreconditionRequired
    return None if if_match == "*" else if_match


IfMatch = Annotated[str | None, Depends(must_match)]
Guarded = Depends(guard)
