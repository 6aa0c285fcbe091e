"""The facts as AsyncAPI 3.1: channels, messages, who sends and who receives. Next stop: docs/asyncapi.json."""

from collections.abc import Sequence
from typing import Any

from deploy.documents.catalogue import meaning, readers
from deploy.documents.facts import Fact, Reading
from deploy.documents.schemas import Schema, schema_of
from deploy.services import project_version
from kernel.adapters.kafka.topics import PARTITIONS

SCHEMAS = "#/components/schemas/"
MESSAGES = "#/components/messages/"
UUID = {"type": "string", "format": "uuid"}
NUMBER = {"type": "string", "pattern": "^[0-9]+$"}

ENVELOPE: Schema = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode, with the chain that lets no hole pass unnoticed.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_tenantid",
        "ce_streamversion",
        "ce_logpos",
        "ce_prevpos",
        "ce_logepoch",
        "ce_correlationid",
    ],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "description": "The fact's name for ever: stream/version."},
        "ce_source": {"type": "string", "description": "The service that owns the log: /portal/<service>."},
        "ce_type": {"type": "string"},
        "ce_subject": {**UUID, "description": "The stream."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded."},
        "ce_dataschema": {"type": "string"},
        "ce_partitionkey": UUID,
        "ce_tenantid": UUID,
        "ce_streamversion": NUMBER,
        "ce_logpos": {**NUMBER, "description": "The place in the log."},
        "ce_prevpos": {**NUMBER, "description": "The place of the record before it in this partition."},
        "ce_logepoch": {**NUMBER, "description": "Grows when the log is restored from a backup."},
        "ce_correlationid": UUID,
        "ce_causationid": {"type": "string", "description": "The fact that this one follows from, if it does."},
        "traceparent": {"type": "string"},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


def asyncapi(facts: Sequence[Fact], readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the description of all public facts."""
    public = [fact for fact in facts if fact.type.public]
    schemas: dict[str, Schema] = {"Envelope": ENVELOPE}
    for fact in public:
        schemas |= _parts(fact)
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Business portal: facts",
            "version": project_version(),
            "description": "What the services tell each other over Kafka. Unknown members are to be passed by.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "127.0.0.1:59092", "protocol": "kafka"}},
        "channels": _channels(public),
        "operations": _sends(public) | _receives(public, readings),
        "components": {"messages": {fact.type.wire_name: _message(fact) for fact in public}, "schemas": schemas},
    }


def _channels(facts: Sequence[Fact]) -> dict[str, Any]:
    channels: dict[str, Any] = {}
    for fact in facts:
        channel = channels.setdefault(
            fact.service,
            {
                "address": fact.topic,
                "title": f"What happened in {fact.service}",
                "messages": {},
                "bindings": {"kafka": {"partitions": PARTITIONS, "bindingVersion": "0.5.0"}},
            },
        )
        channel["messages"][fact.type.wire_name] = {"$ref": MESSAGES + fact.type.wire_name}
    return channels


def _sends(facts: Sequence[Fact]) -> dict[str, Any]:
    return {
        f"{service}.publishes": {
            "action": "send",
            "channel": {"$ref": f"#/channels/{service}"},
            "summary": f"{service} publishes its log, in order within each stream.",
        }
        for service in dict.fromkeys(fact.service for fact in facts)
    }


def _receives(facts: Sequence[Fact], readings: Sequence[Reading]) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for fact in facts:
        for reader in readers(fact, readings):
            if reader == fact.service:
                continue
            operation = operations.setdefault(
                f"{reader}.reads.{fact.service}",
                {"action": "receive", "channel": {"$ref": f"#/channels/{fact.service}"}, "messages": []},
            )
            operation["messages"].append({"$ref": f"#/channels/{fact.service}/messages/{fact.type.wire_name}"})
    return operations


def _message(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.type.wire_name,
        "title": fact.cls.__name__,
        "summary": meaning(fact),
        "contentType": "application/json",
        "headers": {"$ref": f"{SCHEMAS}Envelope"},
        "payload": {"$ref": SCHEMAS + fact.type.wire_name},
        "bindings": {"kafka": {"key": {**UUID, "description": "The stream."}, "bindingVersion": "0.5.0"}},
    }


def _parts(fact: Fact) -> dict[str, Schema]:
    """Return a fact's schema and the parts of it, named so that two services' never meet."""
    schema = schema_of(fact)
    parts = schema.pop("$defs", {})
    for name in ("$schema", "$id"):
        del schema[name]
    named = {fact.type.wire_name: schema} | {f"{fact.service}.{name}": part for name, part in parts.items()}
    return {name: _pointed(part, fact.service) for name, part in named.items()}


def _pointed(value: Any, service: str) -> Any:
    """Return a schema whose references point into this document."""
    if isinstance(value, dict):
        return {
            name: f"{SCHEMAS}{service}.{inner.rpartition('/')[2]}" if name == "$ref" else _pointed(inner, service)
            for name, inner in value.items()
        }
    return [_pointed(inner, service) for inner in value] if isinstance(value, list) else value
