"""Works out what an expression says of given figures, as Prometheus 3 does: the part of its language that rules use.

Names of metrics are dropped at once: no rule tells two figures apart by their name alone. What is not known here is
refused, never guessed. Next stop: alerting.py.
"""

import itertools
import math
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import promql_parser as promql

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Samples = list[tuple[float, float]]
"""Seconds and value, oldest first."""

LOOKBACK = 300.0
"""For how many seconds a sample counts when none comes after it."""

_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left / right if right else math.nan if not left else math.copysign(math.inf, left),
}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_FOLDED: dict[str, Callable[[Iterable[float]], float]] = {"sum": math.fsum, "max": max, "min": min}


class NotKnown(Exception):
    """The expression says something that is not worked out here."""


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over time."""

    name: str
    labels: Labels
    samples: Samples


def evaluate(expression: str, series: list[Series], at: float) -> Vector:
    """Return what *expression* says *at* so many seconds. Raises: NotKnown."""
    found = _At(series, at).value(promql.parse(expression))
    if isinstance(found, float):
        raise NotKnown(f"{expression} is a number")
    return found


@dataclass(frozen=True, slots=True)
class _At:
    """The figures as they stand at one moment."""

    series: list[Series]
    at: float

    def value(self, part: Any) -> Vector | float:
        match part:
            case promql.NumberLiteral():
                return float(part.val)
            case promql.ParenExpr():
                return self.value(part.expr)
            case promql.VectorSelector():
                newest = ((one, self._within(one, LOOKBACK)) for one in self._selected(part))
                return {one.labels: samples[-1][1] for one, samples in newest if samples}
            case promql.AggregateExpr():
                return _aggregated(part, self._vector(part.expr))
            case promql.Call():
                return self._called(part)
            case promql.BinaryExpr():
                return _joined(part, self.value(part.lhs), self.value(part.rhs))
            case _:
                raise NotKnown(str(part))

    def _called(self, call: Any) -> Vector:
        match call.func.name, list(call.args):
            case "rate", [ranged]:
                return self._over(ranged, lambda samples, seconds: _grown(samples, self.at, seconds) / seconds, least=2)
            case "increase", [ranged]:
                return self._over(ranged, lambda samples, seconds: _grown(samples, self.at, seconds), least=2)
            case "min_over_time", [ranged]:
                return self._over(ranged, lambda samples, _: min(value for _, value in samples), least=1)
            case "histogram_quantile", [part, buckets]:
                return _quantiles(float(part.val), self._vector(buckets))
            case name, _:
                raise NotKnown(name)

    def _over(self, ranged: Any, fold: Callable[[Samples, float], float], *, least: int) -> Vector:
        seconds = ranged.range.total_seconds()
        taken = ((one.labels, self._within(one, seconds)) for one in self._selected(ranged.vector_selector))
        return {labels: fold(samples, seconds) for labels, samples in taken if len(samples) >= least}

    def _vector(self, part: Any) -> Vector:
        found = self.value(part)
        if isinstance(found, float):
            raise NotKnown("a number where figures belong")
        return found

    def _within(self, one: Series, seconds: float) -> Samples:
        return [sample for sample in one.samples if self.at - seconds < sample[0] <= self.at]

    def _selected(self, selector: Any) -> list[Series]:
        if selector.offset is not None or selector.at is not None or selector.matchers.or_matchers:
            raise NotKnown("a selector with more than labels")
        return [
            one
            for one in self.series
            if one.name == selector.name and all(_fits(matcher, one.labels) for matcher in selector.matchers.matchers)
        ]


def _fits(matcher: Any, labels: Labels) -> bool:
    value = dict(labels).get(matcher.name, "")
    if matcher.op in (promql.MatchOp.Equal, promql.MatchOp.NotEqual):
        return (value == matcher.value) is (matcher.op == promql.MatchOp.Equal)
    return (re.fullmatch(matcher.value, value) is not None) is (matcher.op == promql.MatchOp.Re)


def _grown(samples: Samples, at: float, seconds: float) -> float:
    """Return by how much a counter grew in the *seconds* before *at*, continued to both edges as Prometheus does."""
    grown = samples[-1][1] - samples[0][1]
    for (_, before), (_, after) in itertools.pairwise(samples):
        grown += before if after < before else 0  # it began anew
    seen = samples[-1][0] - samples[0][0]
    usual = seen / (len(samples) - 1)
    ahead, behind = samples[0][0] - (at - seconds), at - samples[-1][0]
    ahead, behind = (usual / 2 if edge >= usual * 1.1 else edge for edge in (ahead, behind))
    if grown > 0 and samples[0][1] >= 0:
        ahead = min(ahead, seen * samples[0][1] / grown)  # no counter was ever below 0
    return grown * (seen + ahead + behind) / seen


def _quantiles(part: float, buckets: Vector) -> Vector:
    by_rest: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for labels, count in buckets.items():
        by_rest[labels - {("le", dict(labels)["le"])}].append((float(dict(labels)["le"]), count))
    return {labels: _quantile(part, sorted(counts)) for labels, counts in by_rest.items()}


def _quantile(part: float, counts: list[tuple[float, float]]) -> float:
    total = counts[-1][1]
    if counts[-1][0] != math.inf or len(counts) == 1 or not total:
        return math.nan
    rank = part * total
    index = next(at for at, (_, count) in enumerate(counts) if count >= rank)
    if index == len(counts) - 1:
        return counts[-2][0]
    start, below = counts[index - 1] if index else (0.0, 0.0)
    end, count = counts[index]
    return start + (end - start) * (rank - below) / (count - below)


def _aggregated(part: Any, found: Vector) -> Vector:
    if str(part.op) not in _FOLDED or part.modifier is None or part.modifier.type != promql.AggModifierType.By:
        raise NotKnown(str(part))
    groups: dict[Labels, list[float]] = defaultdict(list)
    for labels, value in found.items():
        groups[frozenset(pair for pair in labels if pair[0] in part.modifier.labels)].append(value)
    return {labels: _FOLDED[str(part.op)](values) for labels, values in groups.items()}


def _joined(part: Any, left: Vector | float, right: Vector | float) -> Vector | float:
    sign = str(part.op)
    if part.modifier is not None and (part.modifier.return_bool or part.modifier.matching is not None):
        raise NotKnown(str(part))
    match left, right:
        case dict(), dict():
            if sign == "and":
                return {labels: value for labels, value in left.items() if labels in right}
            if sign == "or":
                return right | left
            pairs = {labels: (value, right[labels]) for labels, value in left.items() if labels in right}
        case dict(), float():
            pairs = {labels: (value, right) for labels, value in left.items()}
        case float(), dict() if sign in _ARITHMETIC:
            pairs = {labels: (left, value) for labels, value in right.items()}
        case _:
            raise NotKnown(str(part))
    if sign in _ARITHMETIC:
        return {labels: _ARITHMETIC[sign](*both) for labels, both in pairs.items()}
    if sign in _COMPARED:
        return {labels: both[0] for labels, both in pairs.items() if _COMPARED[sign](*both)}
    raise NotKnown(str(part))
