"""Says in the description which answer leads to which operation: the ids that it holds. See: OpenAPI, Link Object.

Derived from the names alone: what an answer calls `userId` is what every path means by `{userId}`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

JSON = "application/json"
CREATED = "201"
CURSOR, NEXT = "cursor", "nextCursor"
_NAMES = re.compile(r"{(\w+)}")

Document = Mapping[str, Any]


def link(document: Document) -> None:
    """Add links to the answers of what makes or lists something, to all that the same caller can ask with it."""
    operations = list(_operations(document))
    for path, operation in operations:
        if _NAMES.search(path):
            continue
        for status, answer in operation["responses"].items():
            told = dict(_told(document, answer, made=status == CREATED)) if status.startswith("2") else {}
            links = {
                one["operationId"]: _link(one["operationId"], {name: told[name] for name in names})
                for other, one in operations
                if (names := _NAMES.findall(other))
                and set(names) <= told.keys()
                and one.get("security") == operation.get("security")
            }
            if NEXT in told and any(one["name"] == CURSOR for one in operation.get("parameters", ())):
                links["next"] = _link(operation["operationId"], {CURSOR: told[NEXT]})
            if links:
                answer["links"] = links


def _operations(document: Document) -> Iterator[tuple[str, Any]]:
    for path, verbs in document["paths"].items():
        for operation in verbs.values():
            yield path, operation


def _link(operation: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    return {"operationId": operation, "parameters": dict(parameters)}


def _told(document: Document, answer: Document, *, made: bool) -> Iterator[tuple[str, str]]:
    """Yield what an answer names and where: the first of each list in it, and what was made."""
    schema = _resolved(document, answer.get("content", {}).get(JSON, {}).get("schema", {}))
    for name, one in schema.get("properties", {}).items():
        if name == NEXT:
            yield name, f"$response.body#/{name}"
        elif one.get("type") == "array":
            for inner in _resolved(document, one["items"]).get("properties", {}):
                yield inner, f"$response.body#/{name}/0/{inner}"
            if made:
                yield name.removesuffix("s"), f"$response.body#/{name}/0"
        elif made:
            yield name, f"$response.body#/{name}"


def _resolved(document: Document, schema: Document) -> Document:
    reference = schema.get("$ref")
    found: Document = document["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    return found
