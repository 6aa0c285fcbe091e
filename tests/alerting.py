"""Runs the tests of alerts as `promtool test rules` does, where there is no promtool: the forms that ours use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import promql_parser

from tests.promql import Labels, NotKnown, Series, evaluate

FIRING = 'ALERTS{alertstate="firing"}'
_SERIES = re.compile(r"(\w+)\{(.*)\}")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_VALUES = re.compile(r"(-?[\d.]+)(?:([+-][\d.]+))?(?:x(\d+))?")
_TEMPLATE = re.compile(r"\{\{ (?:\$labels\.(\w+)|\$value \| (\w+)) \}\}")
_STEPS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


@dataclass(slots=True)
class _Alert:
    """One alert, and since when its expression holds of what."""

    rule: dict[str, Any]
    since: dict[Labels, float] = field(default_factory=dict)
    values: dict[Labels, float] = field(default_factory=dict)

    def look(self, series: list[Series], at: float) -> None:
        self.values = evaluate(self.rule["expr"], series, at)
        self.since = {labels: self.since.get(labels, at) for labels in self.values}

    def firing(self, at: float) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
        """Give the labels and the words of what fires *at* so many seconds."""
        waits = seconds(self.rule["for"]) if "for" in self.rule else 0
        for labels, since in self.since.items():
            if at - since >= waits:
                value = self.values[labels]
                words = {key: spoken(text, dict(labels), value) for key, text in self.rule["annotations"].items()}
                yield dict(sorted((dict(labels) | self.rule.get("labels", {})).items())), words


def complaints(rules: dict[str, Any], tests: dict[str, Any]) -> list[str]:
    """Return what the *rules* do otherwise than the *tests* say. Raises: NotKnown."""
    return [f"{test['name']}: {found}" for test in tests["tests"] for found in _tried(rules, test, tests)]


def _tried(rules: dict[str, Any], test: dict[str, Any], tests: dict[str, Any]) -> Iterator[str]:
    series = [_series(one, seconds(test["interval"])) for one in test["input_series"]]
    alerts = [_Alert(rule) for group in rules["groups"] for rule in group["rules"]]
    asked: dict[float, list[dict[str, Any]]] = {}
    for one in (*test["promql_expr_test"], *test.get("alert_rule_test", ())):
        asked.setdefault(seconds(one["eval_time"]), []).append(one)
    step, at = seconds(tests["evaluation_interval"]), 0.0
    if any(moment % step for moment in asked):
        raise NotKnown("a moment between two evaluations")
    while at <= max(asked):
        for alert in alerts:
            alert.look(series, at)
        for one in asked.get(at, ()):
            expected, found = (_states if "expr" in one else _said)(one, alerts, at)
            if expected != found:
                yield f"after {one['eval_time']} expected {expected}, found {found}"
        at += step


def _states(one: dict[str, Any], alerts: list[_Alert], at: float) -> tuple[Any, Any]:
    """Return which alerts are expected to fire, and which do."""
    if one["expr"] != FIRING:
        raise NotKnown(one["expr"])
    state = {"alertstate": "firing"}
    names = ((labels, alert.rule["alert"]) for alert in alerts for labels, _ in alert.firing(at))
    fire = [sorted((labels | state | {"alertname": name}).items()) for labels, name in names]
    return sorted(sorted(_LABEL.findall(sample["labels"])) for sample in one["exp_samples"]), sorted(fire)


def _said(one: dict[str, Any], alerts: list[_Alert], at: float) -> tuple[Any, Any]:
    """Return with which words an alert is expected to fire, and with which it does."""
    (alert,) = (alert for alert in alerts if alert.rule["alert"] == one["alertname"])
    named = one.get("exp_alerts", ())
    expected = [(dict(sorted(said["exp_labels"].items())), said["exp_annotations"]) for said in named]
    return sorted(expected, key=str), sorted(alert.firing(at), key=str)


def _series(given: dict[str, str], interval: float) -> Series:
    name, labels = _parts(given["series"])
    values: list[float] = []
    for word in given["values"].split():
        written = _VALUES.fullmatch(word)
        if written is None:
            raise NotKnown(word)
        first, growth, more = float(written[1]), float(written[2] or 0), int(written[3] or 0)
        values += [first + growth * index for index in range(more + 1)]
    return Series(name, labels, [(index * interval, value) for index, value in enumerate(values)])


def _parts(text: str) -> tuple[str, Labels]:
    written = _SERIES.fullmatch(text)
    if written is None:
        raise NotKnown(text)
    return written[1], frozenset(_LABEL.findall(written[2]))


def seconds(duration: str) -> float:
    """Return how many seconds `1m30s` is."""
    return promql_parser.parse_duration(duration).total_seconds()


def spoken(text: str, labels: dict[str, str], value: float) -> str:
    """Return an annotation with its places filled. Raises: NotKnown, KeyError for a label that is not there."""
    said = _TEMPLATE.sub(lambda at: labels[at[1]] if at[1] else _HUMAN[at[2]](value), text)
    if "{{" in said:
        raise NotKnown(text)
    return said


def _number(value: float) -> str:
    for power, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= power:
            return f"{value / power:.4g}{sign}"
    if value and abs(value) < 1:
        return f"{value * 1000:.4g}m"
    return f"{value:.4g}"


def _duration(value: float) -> str:
    if abs(value) < 1:
        return f"{_number(value)}s"
    if value < 60:
        return f"{value:.4g}s"
    rest, parts = int(value), []
    for length, sign in _STEPS:
        count, rest = divmod(rest, length)
        if parts or count:
            parts.append(f"{count}{sign}")
    return " ".join(parts)


_HUMAN = {"humanize": _number, "humanizeDuration": _duration, "humanizePercentage": lambda value: f"{value * 100:.4g}%"}
