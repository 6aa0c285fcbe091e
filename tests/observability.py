"""What the files for Prometheus and Grafana say: alerts, their tests, the expressions of rules and dashboard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import promql_parser
import yaml

from deploy.places import PROJECT

FOLDER = PROJECT / "deploy" / "observability"
DASHBOARD = FOLDER / "grafana" / "dashboards" / "portal.json"
SCRAPED = frozenset({"up", "ALERTS"})
"""What Prometheus says by itself."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of the rules."""

    name: str
    expression: str
    annotations: dict[str, str]
    labels: dict[str, str]


def alerts() -> list[Alert]:
    """Return all alerts."""
    return [
        Alert(rule["alert"], rule["expr"], rule.get("annotations", {}), rule.get("labels", {}))
        for group in read("rules.yml")["groups"]
        for rule in group["rules"]
    ]


def shown() -> list[tuple[str, str]]:
    """Return title and expression of all that the dashboard shows."""
    board = json.loads(DASHBOARD.read_text())
    return [(panel["title"], one["expr"]) for panel in board["panels"] for one in panel.get("targets", ())]


def read(name: str) -> Any:
    """Return what a file says."""
    return yaml.safe_load((FOLDER / name).read_text())


def metrics_of(expression: str) -> set[str]:
    """Return the metrics that an expression names. Raises: ValueError when it is none."""
    return set(_names(promql_parser.parse(expression.replace("$__rate_interval", "5m"))))


def _names(part: Any) -> Iterator[str]:
    match part:
        case promql_parser.VectorSelector():
            yield part.name
        case promql_parser.MatrixSelector():
            yield from _names(part.vector_selector)
        case promql_parser.BinaryExpr():
            yield from _names(part.lhs)
            yield from _names(part.rhs)
        case promql_parser.Call():
            for argument in part.args:
                yield from _names(argument)
        case promql_parser.AggregateExpr() | promql_parser.ParenExpr() | promql_parser.SubqueryExpr():
            yield from _names(part.expr)


def headings(file: Path) -> set[str]:
    """Return how links name the sections of a document."""
    lines = [line for line in file.read_text().splitlines() if line.startswith("#")]
    words = (line.lstrip("#").strip().lower() for line in lines)
    return {"".join(one for one in text.replace(" ", "-") if one.isalnum() or one == "-") for text in words}
