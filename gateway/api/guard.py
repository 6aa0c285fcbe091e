"""Stands before every operation of the public API and asks the policy. Next stop: application/policy.py."""

from typing import Annotated

from fastapi import Depends, Header, Request

from gateway.application import policy
from gateway.application.company_image import NO_IMAGE
from gateway.application.door import Use, viewer
from gateway.application.policy import Who
from kernel.domain.errors import Invalid, PreconditionFailed, PreconditionRequired

_NOBODY: frozenset[Who] = frozenset()

ETAG = r'^("[0-9]{1,10}"|\*)$'
IMAGE_TAG = r'^("[0-9a-f]{64}"|\*)$'
"""A picture is named by what it is: who put back the one that was there before changed nothing."""


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
    return _named(if_match)


IfMatch = Annotated[str | None, Depends(must_match)]


_IF_IMAGE = Header(
    alias="If-Match", pattern=IMAGE_TAG, description="The ETag of the picture that the change starts from; `*` is any."
)
_IF_NO_IMAGE = Header(alias="If-None-Match", pattern=r"^\*$", description="In its place: there is no picture yet.")


async def must_match_image(if_match: Annotated[str | None, _IF_IMAGE] = None) -> str | None:
    """Return the picture that a change starts from, None for any. Raises: PreconditionRequired where none is named."""
    return _named(if_match)


async def must_match_image_or_none(
    if_match: Annotated[str | None, _IF_IMAGE] = None, if_none_match: Annotated[str | None, _IF_NO_IMAGE] = None
) -> str | None:
    """Return the picture that a change starts from, or that there is none; None for any.

    Raises: PreconditionRequired where nothing is named; PreconditionFailed where both are, which nothing can be.
    See: RFC 9110, section 13.1.2.
    """
    if if_none_match is None:
        return _named(if_match)
    if if_match is not None:
        raise PreconditionFailed
    return NO_IMAGE


IfImage = Annotated[str | None, Depends(must_match_image)]
IfImageOrNone = Annotated[str | None, Depends(must_match_image_or_none)]


def _named(if_match: str | None) -> str | None:
    if if_match is None:
        raise PreconditionRequired
    return None if if_match == "*" else if_match


Guarded = Depends(guard)
