"""Figures that may not be known, and who would have to know them, as text. Next stop: ops.py."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

UNKNOWN = "not known"

_WORDS = {
    "KAFKA": "Kafka does not answer",
    "TOPIC": "Kafka knows no end, the topic is gone or nobody leads a partition",
    "DATABASE": "The database does not answer",
    "REDIS": "Redis does not answer",
}


def figure(value: float | None, digits: int = 0) -> str:
    """Return a figure as text."""
    return UNKNOWN if value is None else f"{value:,.{digits}f}"


def silences(standings: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """Return a line for each server that does not answer, with the services that wait for it or the topics."""
    found: dict[str, dict[str, None]] = {}
    flows = [(one["service"], flow) for one in standings for flow in one["flows"]]
    is_kafka = any(flow["silent"] == "KAFKA" for _, flow in flows)
    for service, flow in flows:
        # How far a relay is behind its log says; that it waits for a Kafka that is silent to others says its verdict.
        waits = is_kafka and flow["consumer"].endswith(".relay") and flow["verdict"] == "STALLED"
        who = flow["silent"] or ("KAFKA" if waits else None)
        if who:
            found.setdefault(who, {})[flow["topic"] if who == "TOPIC" else service] = None
    return [f"{who_is_silent(who)}: {', '.join(names)}" for who, names in found.items()]


def foreign(standings: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """Return a line for each topic with records that no service wrote, as the reader says that met the most of them."""
    met = [(flow["topic"], flow["foreign"]) for one in standings for flow in one["flows"] if flow.get("foreign")]
    most = dict(sorted(met, key=lambda one: int(one[1]["count"])))
    return [
        f"{topic}: {one['count']:,} records that no service of ours wrote were passed by; "
        f"the last at {one['part']}/{one['offset']}: {one['reason']}"
        for topic, one in most.items()
    ]


def who_is_silent(who: str) -> str:
    """Return in words who does not say how far a reader is behind."""
    return _WORDS.get(who, who)


def name_silent(names: Iterable[str]) -> None:
    """Say who gave no answer, beside what is printed for programs."""
    said = ", ".join(sorted(names))
    if said:
        typer.echo(f"No answer from: {said}", err=True)
