"""The JSON Schema of each fact, and whether one may follow another. Next stop: catalogue.py and asyncapi.py."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from deploy.documents.facts import Fact
from kernel.adapters.personal import Marks, marks

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SEALED = r"^enc:v1:[0-9a-f-]{36}:[0-9a-f-]{36}:[0-9]+:[A-Za-z0-9.]+:[A-Za-z0-9_-]+$"

Schema = dict[str, Any]


def schema_of(fact: Fact) -> Schema:
    """Return the schema of a fact's JSON as it lies in the log and goes over the wire."""
    # A class takes no configuration from outside, a union does; see kernel/adapters/codec.py.
    either: Any = fact.cls | None
    made = TypeAdapter(either, config=ConfigDict(alias_generator=to_camel)).json_schema(by_alias=True)
    parts: Schema = made["$defs"]
    whole = parts.pop(fact.cls.__name__)
    _seal(whole, parts, marks(fact.cls))
    for part in (whole, *parts.values()):
        _tidy(part)
    about = {"$schema": DIALECT, "$id": f"/schemas/{fact.type.name}/{fact.type.version}", "title": fact.type.wire_name}
    return (
        about | {name: value for name, value in whole.items() if name != "title"} | ({"$defs": parts} if parts else {})
    )


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return what readers or the log itself could not bear of *new* in the place of *old*, in words."""
    return list(_breaks(old, new, (old, new), ""))


def resolved(schema: Schema, root: Schema) -> Schema:
    """Return a schema, or the one within *root* that it refers to."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _breaks(old: Schema, new: Schema, roots: tuple[Schema, Schema], place: str) -> Iterator[str]:
    old, new = resolved(old, roots[0]), resolved(new, roots[1])
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield f"{place}/{name} is gone"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{place}/{name} is required now, and former facts may lack it"
    for name in sorted(before.keys() & after.keys()):
        yield from _breaks(before[name], after[name], roots, f"{place}/{name}")
    for name in ("type", "format", "pattern", "const", "x-personal"):
        if old.get(name) != new.get(name):
            yield f"{place or '/'} changed its {name} from {old.get(name)} to {new.get(name)}"
    for value in old.get("enum", ()):
        if value not in new.get("enum", ()):
            yield f"{place or '/'} can no longer be {value}"
    if ("items" in old) and ("items" in new):
        yield from _breaks(old["items"], new["items"], roots, f"{place}/*")
    yield from _breaks_among(old.get("anyOf", []), new.get("anyOf", []), roots, place)


def _breaks_among(old: list[Schema], new: list[Schema], roots: tuple[Schema, Schema], place: str) -> Iterator[str]:
    if len(old) != len(new):
        yield f"{place or '/'} may be other kinds of value than before"
    for before, after in zip(old, new, strict=False):
        yield from _breaks(before, after, roots, place)


def _seal(schema: Schema, parts: Mapping[str, Schema], of: Marks) -> None:
    """Say of each personal text whose it is and how it looks sealed."""
    for name, owner in of.texts:
        for text in _texts(schema["properties"][name]):
            text |= {"pattern": SEALED, "x-personal": owner}
    for name, inner in of.within:
        for ref in _refs(schema["properties"][name]):
            _seal(parts[ref], parts, inner)


def _texts(schema: Schema) -> Iterator[Schema]:
    if schema.get("type") == "string":
        yield schema
    for choice in schema.get("anyOf", ()):
        yield from _texts(choice)


def _refs(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for inner in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _refs(inner)


def _tidy(schema: Schema) -> None:
    """Take out titles that only repeat a name, and say that unknown members may come."""
    for field in schema.get("properties", {}).values():
        field.pop("title", None)
    schema.pop("title", None)
