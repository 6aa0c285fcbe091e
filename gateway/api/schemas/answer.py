"""The shape all answers share, and what a refusal looks like. Next stop: the schemas beside it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """An answer: camelCase outside, snake_case inside."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, frozen=True, serialize_by_alias=True
    )


class FieldError(Answer):
    """One bad field."""

    pointer: str = Field(description="JSON Pointer (RFC 6901) to the field.", examples=["/email"])
    code: str = Field(examples=["missing"])
    detail: str


class Problem(Answer):
    """Why a call was refused. See: RFC 9457."""

    type: str = Field(description="A page that explains the problem.", examples=["/help/problems/session-missing"])
    title: str
    status: int = Field(ge=400, le=599)
    code: str = Field(description="Stable; programs go by it.", examples=["session-missing"])
    detail: str | None = None
    trace_id: str | None = Field(default=None, description="The number to name to support.")
    errors: list[FieldError] | None = Field(default=None, description="Every bad field, all at once.")
    tries_left: int | None = Field(default=None, description="How often the caller may still try.")
    retry_after: int | None = Field(default=None, description="Seconds to wait before the next try.")


Responses = Mapping[int | str, dict[str, Any]]

_WHY = {
    400: "The request cannot be read.",
    401: "Who calls is not known, or the proof was wrong.",
    403: "The caller may not do this.",
    404: "There is no such thing for this caller.",
    409: "The state of things forbids it now.",
    410: "It was there once and is used up, replaced or expired.",
    412: "It was changed since the caller saw it.",
    413: "It is too large.",
    422: "The input cannot be accepted; every bad field is named.",
    423: "It is locked.",
    428: "If-Match is missing: the caller must say which version they change.",
    429: "Too many tries; Retry-After says how long to wait.",
    503: "Something needed is not there; Retry-After says when to come again.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the problems that an operation may answer."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _WHY[status], "content": content} for status in statuses}
