"""The operations of the API as its description has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from gateway.front import describe
from tests.unit.gateway.bodies import OWN


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    id: str
    verb: str
    path: str
    conditional: bool = False
    """Whether it must say which version it starts from."""
    described: Any = field(default_factory=dict, hash=False, compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the path names."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def changes(self) -> bool:
        """Return whether it changes something."""
        return self.verb != "GET"

    @property
    def takes_a_body(self) -> bool:
        """Return whether anything is sent with it."""
        return "requestBody" in self.described

    @property
    def answers(self) -> frozenset[str]:
        """Return the kinds of content it answers with when it goes well."""
        return frozenset(self.described["responses"].get("200", {}).get("content", {}))

    def parameters(self, place: str) -> Mapping[str, Any]:
        """Return the schemas of what may be said in the query or in headers."""
        return {one["name"]: one["schema"] for one in self.described.get("parameters", ()) if one["in"] == place}

    def ids_in_body(self) -> tuple[tuple[str, ...], ...]:
        """Return where in the body ids stand, each as the names that lead there."""
        content = self.described.get("requestBody", {}).get("content", {})
        return tuple(_ids(content.get("application/json", {}).get("schema", {})))

    def url(self, ids: Mapping[str, UUID | str] = OWN) -> str:
        """Return the path with its names filled in."""
        return self.path.format(**ids)


def _is_conditional(described: Mapping[str, Any]) -> bool:
    named = next((one for one in described.get("parameters", ()) if one["name"] == "If-Match"), None)
    return named is not None and named["required"]


@cache
def description() -> Mapping[str, Any]:
    """Return the description, made once."""
    return describe()


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation, in the order of the description."""
    return tuple(
        Operation(id=one["operationId"], verb=verb.upper(), path=path, conditional=_is_conditional(one), described=one)
        for path, verbs in description()["paths"].items()
        for verb, one in verbs.items()
    )


def formats(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the formats that a value may have, whichever of its alternatives it is, or the members of a list."""
    several = [schema, *schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]
    inner = frozenset[str]().union(*(formats(one) for one in several if one is not schema))
    return inner | ({schema["format"]} if "format" in schema else frozenset())


def _ids(schema: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, one in _resolved(schema).get("properties", {}).items():
        if "uuid" in formats(one):
            yield (*before, name)
        for inner in (one, *one.get("anyOf", ()), one.get("items", {})):
            yield from _ids(inner, (*before, name)) if "$ref" in inner else ()


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref", ""))
    found: Mapping[str, Any] = (
        description()["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    )
    return found


def put(body: Any, place: tuple[str, ...], value: str) -> Any:
    """Return a body with an id at a place: in the first of each list that leads there, alone in a list of ids."""
    name, *rest = place
    if isinstance(body, list):
        return [put(body[0], place, value), *body[1:]]
    if rest:
        return {**body, name: put(body[name], tuple(rest), value)}
    return {**body, name: [value] if name.endswith(("Ids", "streams")) else value}


def paths() -> Iterator[tuple[str, frozenset[str]]]:
    """Return every path with its verbs."""
    for path in dict.fromkeys(one.path for one in operations()):
        yield path, frozenset(one.verb for one in operations() if one.path == path)
