"""The facts as a page for people. Next stop: docs/events/README.md."""

from collections.abc import Iterator, Sequence
from inspect import getdoc

from deploy.documents.facts import Fact, Reading
from deploy.documents.schemas import Schema, resolved, schema_of

HEAD = """\
# The facts

What happened, by the service whose log holds it. Written by `make docs` from `services/*/domain/events.py`; the files \
beside this page are the JSON Schemas. How facts travel stands in [interfaces.md](../interfaces.md).

🔒 marks personal data: sealed with a key of the person's own. `?` marks what may be absent or null.
A schema only grows within its version: nothing goes, nothing new is required. Anything else is a new version.
"""


def catalogue(facts: Sequence[Fact], readings: Sequence[Reading]) -> str:
    """Return the page."""
    lines = [HEAD]
    for service in dict.fromkeys(fact.service for fact in facts):
        own = [fact for fact in facts if fact.service == service]
        lines += [f"## {service}: `{own[0].topic}`", "", "| fact | fields | read by |", "|---|---|---|"]
        lines += [_row(fact, readings) for fact in own]
        lines.append("")
    return "\n".join(lines)


def meaning(fact: Fact) -> str:
    """Return what became true, in a sentence."""
    return (getdoc(fact.cls) or "").splitlines()[0]


def readers(fact: Fact, readings: Sequence[Reading]) -> list[str]:
    """Return who reads a fact."""
    return list(dict.fromkeys(one.reader for one in readings if one.wire_name == fact.type.wire_name))


def _row(fact: Fact, readings: Sequence[Reading]) -> str:
    schema = schema_of(fact)
    name = f"[`{fact.type.wire_name}`]({fact.file})" + ("" if fact.type.public else " (never leaves the service)")
    fields = ", ".join(_fields(schema, schema))
    return f"| {name}<br>{meaning(fact)} | {fields} | {', '.join(readers(fact, readings)) or 'nobody'} |"


def _fields(schema: Schema, root: Schema) -> Iterator[str]:
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        mark = ("🔒" if "x-personal" in str(field) else "") + ("" if name in required else "?")
        yield f"`{name}`{mark}{_within(field, root)}"


def _within(field: Schema, root: Schema) -> str:
    inner = resolved(field.get("items", field), root)
    if "enum" in inner:
        return f" ({', '.join(str(value) for value in inner['enum'])})"
    if "properties" not in inner:
        return ""
    listed = "[]" if "items" in field else ""
    return f"{listed} {{{', '.join(_fields(inner, root))}}}"
