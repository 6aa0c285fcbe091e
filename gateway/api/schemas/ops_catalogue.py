"""What goes out of the catalogue of facts. Next stop: api/ops_catalogue.py."""

from typing import Any

from pydantic import Field

from gateway.api.schemas.answer import Answer


class FieldAnswer(Answer):
    """A member of a fact."""

    name: str = Field(examples=["userId"])
    kind: str = Field(examples=["uuid"])
    required: bool
    personal: bool = Field(description="Sealed with a key of the person's own.")


class FactAnswer(Answer):
    """A version of a fact."""

    type: str = Field(examples=["portal.user.activated.v1"])
    title: str
    meaning: str = Field(description="What became true, in the language of the person or of `Accept-Language`.")
    service: str = Field(description="Who records it.")
    topic: str | None = Field(description="Where it is published; null for one that never leaves its service.")
    readers: list[str]


class FactsAnswer(Answer):
    """All facts."""

    items: list[FactAnswer]


class WholeFactAnswer(FactAnswer):
    """A version of a fact with all that is known of it."""

    fields: list[FieldAnswer]
    json_schema: dict[str, Any] = Field(description="JSON Schema 2020-12 of the fact.")
    sample: Any = Field(description="A sample of its JSON, made up.")
