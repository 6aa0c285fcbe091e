"""The alerts do what their tests say: worked out here on every machine, and by promtool too where there is one."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.alerting import complaints, seconds, spoken
from tests.observability import FOLDER, read
from tests.prometheus_files import Config, Rules, faults
from tests.promql import NotKnown, Series, evaluate

PROMTOOL = shutil.which("promtool")
WAYS = ["here", *(["promtool"] if PROMTOOL else [])]
_THRESHOLD = re.compile(r"(?<=[<>=] )\d[\d.]*")


@pytest.mark.parametrize("way", WAYS)
def test_m8_prometheus_can_read_what_to_ask_and_when_to_call_somebody(way: str) -> None:
    if way == "promtool":
        _promtool("check", "config", "prometheus.yml")
        _promtool("check", "rules", "rules.yml")
    config, rules = read("prometheus.yml"), read("rules.yml")
    assert faults(Config, config) == faults(Rules, rules) == []
    assert all((FOLDER / name).is_file() for name in config["rule_files"])
    names = [[group["name"] for group in rules["groups"]], [rule["alert"] for rule in _rules()]]
    assert all(len(set(one)) == len(one) for one in names)


@pytest.mark.parametrize("way", WAYS)
def test_m8_each_alert_fires_when_it_should_and_is_quiet_until_then(way: str) -> None:
    if way == "promtool":
        _promtool("test", "rules", "rules_test.yml")
    assert complaints(read("rules.yml"), read("rules_test.yml")) == []


def test_m8_no_threshold_and_no_time_of_an_alert_changes_without_a_test_that_fails() -> None:
    unseen = [what for rule in _rules() for what, changed in _changed(rule) if not complaints(*_alone(changed))]
    assert unseen == []


def test_a_file_that_prometheus_would_refuse_is_found() -> None:
    rules = read("rules.yml")
    rules["groups"][0]["rules"][0] |= {"for": "a while", "expr": "sum(", "labells": {}}
    found = " ".join(faults(Rules, rules))
    assert all(key in found for key in ("rules.0.for", "rules.0.expr", "rules.0.labells"))
    assert faults(Config, read("prometheus.yml") | {"scrape": []})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(c[1m])", 1.0),
        ("increase(c[1m])", 60.0),
        ("min_over_time(g[1m])", 2.0),
        ("sum by (x) (g) / 4", 0.5),
        ('g{x!="a"} or g', 2.0),
        ("g and c > 100", None),
        ("g == 2 or c", 2.0),
        ("histogram_quantile(0.5, b)", 1.5),
    ],
)
def test_an_expression_says_what_prometheus_says_of_it(expression: str, expected: float | None) -> None:
    """The counter begins anew after a minute, the gauge falls, and half of what is in the buckets took up to 1.5."""
    labels = frozenset({("x", "a")})
    times = [15.0 * step for step in range(9)]
    series = [
        Series("c", labels, [(at, at if at < 60 else at - 60 + 15) for at in times]),
        Series("g", labels, [(at, 9.0 if at < 60 else 2.0) for at in times]),
        *(
            Series("b", labels | {("le", edge)}, [(120.0, count)])
            for edge, count in (("1", 0.0), ("2", 4.0), ("+Inf", 4.0))
        ),
    ]
    assert evaluate(expression, series, 120.0).get(labels) == expected


def test_what_is_not_known_here_is_refused_rather_than_guessed() -> None:
    for expression in ("avg by (x) (g)", "delta(g[1m])", "g offset 1m", "a + on (x) b", "sum without (x) (g)"):
        with pytest.raises(NotKnown):
            evaluate(expression, [], 0)
    with pytest.raises(NotKnown):
        spoken("{{ humanise }}", {}, 1)
    with pytest.raises(KeyError):
        spoken("{{ $labels.jobb }}", {"job": "users"}, 1)


def test_figures_are_told_to_people_as_prometheus_tells_them() -> None:
    said = "{{ $value | humanize }}, {{ $value | humanizeDuration }}, {{ $value | humanizePercentage }}"
    assert spoken(said, {}, 0.25) == "250m, 250ms, 25%"
    assert spoken(said, {}, 4000) == "4k, 1h 6m 40s, 4e+05%"


def _rules() -> Iterator[dict[str, Any]]:
    return (rule for group in read("rules.yml")["groups"] for rule in group["rules"])


def _changed(rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give *rule* with one threshold, or its time, made less or more."""
    for found in _THRESHOLD.finditer(rule["expr"]):
        value = float(found[0])
        for other in (value * 2 / 3, value * 3 / 2) if value else (1,):
            expression = f"{rule['expr'][: found.start()]}{other}{rule['expr'][found.end() :]}"
            yield f"{rule['alert']}: {found[0]} as {other}", deepcopy(rule) | {"expr": expression}
    waits = seconds(rule["for"]) if "for" in rule else 0
    for other in (f"{waits / 2:.0f}s", f"{waits * 2:.0f}s") if waits else ("15s",):
        yield f"{rule['alert']}: for {other}", deepcopy(rule) | {"for": other}


def _alone(rule: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return one rule and the tests that are about it."""
    tests = read("rules_test.yml")
    about = [test for test in tests["tests"] if f'"{rule["alert"]}"' in str(test)]
    return {"groups": [{"rules": [rule]}]}, tests | {"tests": about}


def _promtool(*words: str) -> None:
    done = subprocess.run([str(PROMTOOL), *words], cwd=FOLDER, capture_output=True, text=True, check=False)  # noqa: S603 - words of our own
    assert done.returncode == 0, done.stdout + done.stderr
