"""What a row of the log says of how its fact came about. Next stop: log_reader.py, outbox.py."""

import json
from collections.abc import Mapping
from uuid import UUID

NOT_SAID = "the log does not say who wanted it, or its correlation"
"""Why a fact without one of the two cannot be read."""


def members(text: str) -> dict[str, str]:
    """Return the texts of a fact's meta by name; what is none is not there.

    Nobody but the store writes to a log. But who reads one must get past a row that somebody wrote by hand.
    """
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        # A number of thousands of digits, or brackets as deep, are JSON for PostgreSQL.
        return {}
    if not isinstance(read, dict):
        return {}
    return {name: value for name, value in read.items() if isinstance(value, str) and value}


def correlation_of(told: Mapping[str, str]) -> UUID | None:
    """Return what everything has in common that one click led to, where a fact says it."""
    try:
        return UUID(told["correlationId"])
    except (KeyError, ValueError):
        return None
