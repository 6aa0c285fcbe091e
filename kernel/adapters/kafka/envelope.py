"""The envelope: CloudEvents 1.0 headers, binary mode, from a row of the log and back. Next stop: reader.py.

See: CloudEvents Kafka protocol binding 1.0.2, section 3.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypedDict
from uuid import UUID

from kernel.application.consume import Incoming
from kernel.domain.errors import Unreadable
from kernel.domain.event import wire_type

Headers = list[tuple[str, bytes]]

UNKNOWN = UUID(int=0)
"""Stands for the correlation of a fact whose log does not say it."""

_PORTAL = "/portal/"
"""What a service's name stands behind, as the source of its facts."""
_OF_THE_LOG = ("actor", "client", "unreadable")
"""What only the own log tells a reader; no topic carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A fact as the log keeps it, with the partition it belongs to."""

    position: int
    partition: int
    public: bool
    stream_id: UUID
    version: int
    tenant_id: UUID
    type: str
    schema_version: int
    data: bytes
    meta: Mapping[str, Any]
    recorded_at: datetime

    @property
    def wire_type(self) -> str:
        """Return the CloudEvents type."""
        return wire_type(self.type, self.schema_version)

    @property
    def key(self) -> bytes:
        """Return the record's key: a stream stays in order."""
        return str(self.stream_id).encode()


def headers(fact: Outgoing, *, service: str, previous: int, epoch: int) -> Headers:
    """Return the headers of the record that carries *fact*."""
    stream = fact.key
    at = fact.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    made: Headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"%b/%d" % (stream, fact.version)),
        ("ce_source", f"{_PORTAL}{service}".encode()),
        ("ce_type", fact.wire_type.encode()),
        ("ce_subject", stream),
        ("ce_time", at.encode()),
        ("content-type", b"application/json"),
        ("ce_dataschema", f"/schemas/{fact.type}/{fact.schema_version}".encode()),
        ("ce_partitionkey", stream),
        ("ce_tenantid", str(fact.tenant_id).encode()),
        ("ce_streamversion", b"%d" % fact.version),
        ("ce_logpos", b"%d" % fact.position),
        ("ce_prevpos", b"%d" % previous),
        ("ce_logepoch", b"%d" % epoch),
        # Never left out: readers take a record without it for none of ours, and the chain would have a gap for ever.
        ("ce_correlationid", str(fact.meta.get("correlationId") or UNKNOWN).encode()),
    ]
    for name, member in (
        ("ce_causationid", "causationId"),
        ("ce_keyid", "keyId"),
        ("traceparent", "traceparent"),
    ):
        if value := fact.meta.get(member):
            made.append((name, str(value).encode()))
    return made


def incoming(carried: Iterable[tuple[str, bytes]], data: bytes | None, partition: int) -> Incoming:
    """Return the envelope of a record. Raises: Unreadable when no relay can have written it."""
    try:
        given = dict(carried)
        causation, trace = given.get("ce_causationid"), given.get("traceparent")
        return Incoming(
            type=given["ce_type"].decode(),
            stream_id=UUID(given["ce_subject"].decode()),
            version=int(given["ce_streamversion"]),
            tenant_id=_often(given["ce_tenantid"]),
            source=given["ce_source"].decode().removeprefix(_PORTAL),
            partition=partition,
            position=int(given["ce_logpos"]),
            previous=int(given["ce_prevpos"]),
            epoch=int(given["ce_logepoch"]),
            recorded_at=datetime.fromisoformat(given["ce_time"].decode()),
            correlation_id=_often(given["ce_correlationid"]),
            causation_id=causation.decode() if causation else None,
            traceparent=trace.decode() if trace else None,
            data=data or b"",
        )
    except (KeyError, ValueError, AttributeError, TypeError) as broken:
        # What stands in a foreign header may be anybody's name: only which one is missing, or the kind of the error.
        why = f"{broken} is missing" if isinstance(broken, KeyError) else type(broken).__name__
        raise Unreadable(f"not an envelope of ours: {why}") from broken


@lru_cache(maxsize=4096)
def _often(text: bytes) -> UUID:
    """Return an id that many records in a row share; parsing it is a fair part of what a record costs."""
    return UUID(text.decode())


def text_headers(about: Incoming) -> dict[str, str]:
    """Return what is kept of the envelope when a record is set aside; `from_text()` reads it."""
    return {
        "ce_type": about.type,
        "ce_subject": str(about.stream_id),
        "ce_streamversion": str(about.version),
        "ce_tenantid": str(about.tenant_id),
        "ce_source": f"{_PORTAL}{about.source}",
        "ce_logpos": str(about.position),
        "ce_prevpos": str(about.previous),
        "ce_logepoch": str(about.epoch),
        "ce_time": about.recorded_at.isoformat(),
        "ce_correlationid": str(about.correlation_id),
        **({"ce_causationid": about.causation_id} if about.causation_id else {}),
        **({"traceparent": about.traceparent} if about.traceparent else {}),
        **{name: value for name in _OF_THE_LOG if (value := getattr(about, name))},
    }


class Aside(TypedDict):
    """What operators are told of the envelope of a record that was set aside. See: application/parking.ParkedStream."""

    event_type: str
    tenant_id: UUID | None
    recorded_at: datetime | None
    source: str


def aside_of(kept: Mapping[str, str]) -> Aside:
    """Return it from what `text_headers()` kept; what is not there is empty."""
    tenant, at = kept.get("ce_tenantid"), kept.get("ce_time")
    return Aside(
        event_type=kept.get("ce_type", ""),
        tenant_id=UUID(tenant) if tenant else None,
        recorded_at=datetime.fromisoformat(at) if at else None,
        source=kept.get("ce_source", "").removeprefix(_PORTAL),
    )


def from_text(kept: Mapping[str, str], data: bytes, partition: int) -> Incoming:
    """Return the envelope of a record that was set aside. Raises: Unreadable."""
    about = incoming(((name, value.encode()) for name, value in kept.items()), data, partition)
    actor, client, unreadable = (kept.get(name) for name in _OF_THE_LOG)
    return replace(about, actor=actor, client=client, unreadable=unreadable or "")
