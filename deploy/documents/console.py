"""The facts as the ops console shows them. Next stop: gateway/adapters/catalogue.py."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.documents.catalogue import meaning, readers
from deploy.documents.facts import Fact, Reading
from deploy.documents.schemas import Schema, resolved, schema_of


def console_catalogue(facts: Sequence[Fact], readings: Sequence[Reading], samples: Path) -> dict[str, Any]:
    """Return all facts: who records and who reads them, their fields and schema, and the sample kept in *samples*."""
    return {"facts": [_entry(fact, readings, samples) for fact in facts]}


def _entry(fact: Fact, readings: Sequence[Reading], samples: Path) -> Mapping[str, Any]:
    schema = schema_of(fact)
    sample = samples / fact.service / fact.file
    return {
        "type": fact.type.wire_name,
        "title": fact.cls.__name__,
        "meaning": meaning(fact),
        "service": fact.service,
        "topic": fact.topic if fact.type.public else None,
        "readers": readers(fact, readings),
        "fields": list(_fields(schema, schema, "")),
        "schema": schema,
        "sample": sample.read_text(encoding="utf-8") if sample.exists() else "",
    }


def _fields(schema: Schema, root: Schema, before: str) -> Iterator[Mapping[str, Any]]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        place = f"{before}{name}"
        yield {
            "name": place,
            "kind": _kind(field, root),
            "required": name in required,
            "personal": "x-personal" in str(field),
        }
        inner = resolved(field.get("items", field), root)
        if "properties" in inner:
            yield from _fields(inner, root, f"{place}[]." if "items" in field else f"{place}.")


def _kind(field: Schema, root: Schema) -> str:
    field = resolved(field, root)
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(_kind(one, root) for one in field["anyOf"]))
    if "enum" in field:
        return " | ".join(str(one) for one in field["enum"])
    if "items" in field:
        return f"{_kind(field['items'], root)}[]"
    return str(field.get("format") or field.get("const") or field.get("type") or "any")
