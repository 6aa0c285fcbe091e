"""How facts are looked for in a log: by the narrowest key that is said, within a window. Next stop: browsing.py.

What is wanted by several keys is looked for by the narrowest of them, within a window of facts; the rest is sieved. So
no look costs more in a log of a hundred million facts than in one of a thousand, and a page says where to look on.
"""

from dataclasses import dataclass
from typing import Any

from kernel.application.browsing import Sought, Way

WINDOW = 2000
"""Facts that a look goes through at most where it must sieve."""

BOUNDS = """
SELECT h.pos AS head, es.position_at($1) AS since, es.position_at($2) AS until FROM es.head h
"""

# The key stands in the comparison and in the order, so that no plan walks along the positions and sieves there instead.
_BY_STREAM = """
SELECT * FROM es.events
WHERE (stream_id, version) {past} ($3::uuid, coalesce(
    (SELECT v.version FROM es.events v WHERE v.pos = $4 AND v.stream_id = $3), {near}{edge}))
  AND (stream_id, version) > ($3, 0) AND (stream_id, version) < ($3, {most})
ORDER BY stream_id {order}, version {order} LIMIT $5
"""
# Who follows begins at the end of the log, mostly at a fact of another stream: the last one of this before it is near.
_NEAR_END = """(SELECT version FROM (
    SELECT version, pos FROM es.events WHERE stream_id = $3 ORDER BY stream_id DESC, version DESC LIMIT $5
) near WHERE pos < $4 ORDER BY version DESC LIMIT 1), """
_BY_EVENT = "SELECT * FROM es.events WHERE stream_id = $3::uuid AND version = $4 LIMIT $5"
_BY_CAUSE = """
SELECT * FROM es.events WHERE meta ? 'causationId'
   AND (meta ->> 'causationId', pos) > ($3, $1) AND (meta ->> 'causationId', pos) < ($3, $2)
ORDER BY meta ->> 'causationId' {order}, pos {order} LIMIT $4
"""
_BY_CORRELATION = """
SELECT * FROM es.events
WHERE ((meta ->> 'correlationId')::uuid, pos) > ($3, $1) AND ((meta ->> 'correlationId')::uuid, pos) < ($3, $2)
ORDER BY (meta ->> 'correlationId')::uuid {order}, pos {order} LIMIT $4
"""
_BY_TENANT_AND_TYPE = """
SELECT * FROM es.events WHERE (tenant_id, type, pos) > ($3, $4, $1) AND (tenant_id, type, pos) < ($3, $4, $2)
ORDER BY tenant_id {order}, type {order}, pos {order} LIMIT $5
"""
_BY_TYPE = """
SELECT * FROM es.events WHERE (type, pos) > ($3, $1) AND (type, pos) < ($3, $2)
ORDER BY type {order}, pos {order} LIMIT $4
"""
# One look a type that the tenant has, and the first of all those: the next type is found by a look of its own.
_BY_TENANT = """
SELECT e.* FROM (
    WITH RECURSIVE kind(type) AS (
        (SELECT k.type FROM es.events k WHERE (k.tenant_id, k.type) >= ($3::uuid, '') AND k.tenant_id = $3
         ORDER BY k.tenant_id, k.type LIMIT 1)
        UNION ALL
        SELECT (SELECT k.type FROM es.events k WHERE (k.tenant_id, k.type) > ($3, kind.type) AND k.tenant_id = $3
                ORDER BY k.tenant_id, k.type LIMIT 1)
        FROM kind WHERE kind.type IS NOT NULL
    ) SELECT type FROM kind WHERE type IS NOT NULL
) kinds CROSS JOIN LATERAL (
    SELECT * FROM es.events f
    WHERE (f.tenant_id, f.type, f.pos) > ($3, kinds.type, $1) AND (f.tenant_id, f.type, f.pos) < ($3, kinds.type, $2)
    ORDER BY f.tenant_id {order}, f.type {order}, f.pos {order} LIMIT $4
) e ORDER BY e.pos {order} LIMIT $4
"""
_BY_POSITION = "SELECT * FROM es.events WHERE pos > $1 AND pos < $2 ORDER BY pos {order} LIMIT $3"

_SIEVED = """
WITH look AS MATERIALIZED (
    SELECT pos, stream_id, version, tenant_id, type, schema_v, public, octet_length(data) AS bytes,
           meta::text AS meta, recorded_at
    FROM ({looked}) wanted
), reach AS (
    SELECT count(*) AS looked, {furthest}(pos) AS place, {furthest}(recorded_at) AS until FROM look
)
SELECT reach.*, found.* FROM reach LEFT JOIN LATERAL (
    SELECT * FROM look WHERE {sieve} ORDER BY pos {order} LIMIT {most}
) found ON true ORDER BY found.pos {order}
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A statement and what goes into it."""

    text: str
    given: tuple[Any, ...]
    window: int
    """How many facts it looks at, at most."""


def bounds(sought: Sought, way: Way, edges: Any) -> tuple[int, int]:
    """Return between which two positions is looked, neither of them included."""
    low = max(edges["since"] or 0 if sought.since else 0, (sought.first or 1) - 1)
    high = edges["head"] + 1
    if sought.until is not None:
        high = min(high, (edges["until"] or 0) + 1)
    if sought.last is not None:
        high = min(high, sought.last + 1)
    if way.place is not None:
        low, high = (max(low, way.place), high) if way.oldest_first else (low, min(high, way.place))
    return low, high


def question(sought: Sought, way: Way, between: tuple[int, int]) -> Question:
    """Return how facts are looked for: by the narrowest key that is said."""
    order = "ASC" if way.oldest_first else "DESC"
    given: tuple[Any, ...]
    rest = {"tenant_id": sought.tenant_id, "type": sought.type, "correlation_id": sought.correlation_id}
    if sought.stream_id is not None:
        rest |= {"causation_id": sought.causation_id}
        looked, given = _of_stream(sought, way)
        between_too = True
    elif sought.causation_id is not None:
        looked, given, between_too = _BY_CAUSE, (sought.causation_id,), False
    elif sought.correlation_id is not None:
        del rest["correlation_id"]
        looked, given, between_too = _BY_CORRELATION, (sought.correlation_id,), False
    else:
        rest, between_too = {}, False
        looked, given = _by_tenant_or_type(sought)
    sieve = {name: value for name, value in rest.items() if value is not None}
    window = WINDOW if sieve or between_too else way.limit
    values = (*between, *given, window)
    conditions = [_SIEVE[name].format(number) for number, name in enumerate(sieve, start=len(values) + 1)]
    text = _SIEVED.format(
        looked=looked.format(
            order=order,
            past=">" if way.oldest_first else "<",
            near=_NEAR_END if way.oldest_first else "",
            edge=0 if way.oldest_first else _LAST,
            most=_LAST,
        ),
        furthest="max" if way.oldest_first else "min",
        # Both bounds are said to every statement, those that have no use for them within included.
        sieve=" AND ".join(["pos > $1", "pos < $2", *conditions]),
        order=order,
        most=int(way.limit),
    )
    return Question(text, (*values, *sieve.values()), window)


_LAST = 2**31 - 1
_SIEVE = {
    "tenant_id": "tenant_id = ${}",
    "type": "type = ${}",
    "correlation_id": "(meta::jsonb ->> 'correlationId')::uuid = ${}",
    "causation_id": "meta::jsonb ->> 'causationId' = ${}",
}


def _of_stream(sought: Sought, way: Way) -> tuple[str, tuple[Any, ...]]:
    if sought.version is not None:
        return _BY_EVENT, (sought.stream_id, sought.version)
    return _BY_STREAM, (sought.stream_id, way.place)


def _by_tenant_or_type(sought: Sought) -> tuple[str, tuple[Any, ...]]:
    match sought.tenant_id, sought.type:
        case None, None:
            return _BY_POSITION, ()
        case None, kind:
            return _BY_TYPE, (kind,)
        case tenant, None:
            return _BY_TENANT, (tenant,)
        case tenant, kind:
            return _BY_TENANT_AND_TYPE, (tenant, kind)
