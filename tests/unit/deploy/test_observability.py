"""The files for Prometheus and Grafana agree with each other and with the handbook."""

import json
import re

import pytest

from deploy.places import PROJECT
from deploy.ports import Ports
from deploy.services import NAMES
from tests.observability import DASHBOARD, FOLDER, Alert, alerts, headings, metrics_of, read, shown

_ALERT = re.compile(r'ALERTS\{alertname="(\w+)"')


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
def test_m8_an_alert_can_be_read_and_says_what_is_wrong_and_what_to_do(alert: Alert) -> None:
    assert metrics_of(alert.expression)
    assert set(alert.annotations) == {"summary", "description", "runbook_url"}
    assert alert.labels["severity"] in {"page", "ticket"}
    document, _, section = alert.annotations["runbook_url"].partition("#")
    assert section in headings(PROJECT / document)


def test_m8_each_alert_is_tried_on_bad_figures_and_all_are_quiet_on_good_ones() -> None:
    asked = [one for test in read("rules_test.yml")["tests"] for one in test["promql_expr_test"]]
    fire = [name for one in asked for sample in one["exp_samples"] for name in _ALERT.findall(sample["labels"])]
    assert set(fire) == {alert.name for alert in alerts()}
    quiet = [one for one in asked if not one["exp_samples"]]
    assert len(quiet) == len(read("rules_test.yml")["tests"])


@pytest.mark.parametrize(("title", "expression"), shown(), ids=lambda text: text[:40])
def test_m8_what_the_dashboard_shows_can_be_read(title: str, expression: str) -> None:
    assert title
    assert metrics_of(expression)


def test_an_expression_that_is_none_is_found() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        metrics_of("sum by (job) (rate(http_requests_total[5m])")
    assert metrics_of('sum(rate(a_total{b="c"}[5m])) / on (x) max(d) > 2 or vector(0)') == {"a_total", "d"}


def test_the_dashboard_has_every_panel_once_and_none_over_another() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for at in (panel["gridPos"] for panel in panels)
        for x in range(at["x"], at["x"] + at["w"])
        for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_every_process_is_asked_on_its_management_port() -> None:
    asked = {job["job_name"]: job["static_configs"][0]["targets"] for job in read("prometheus.yml")["scrape_configs"]}
    ports = Ports()
    assert asked == {name: [f"{name}:{getattr(ports, f'{name}_management')}"] for name in NAMES}
    assert read("prometheus.yml")["rule_files"] == ["rules.yml"]


def test_grafana_finds_the_dashboard_and_where_its_figures_are() -> None:
    source = read("grafana/provisioning/datasources/prometheus.yml")["datasources"][0]
    asked = {
        target["datasource"]["uid"]
        for panel in json.loads(DASHBOARD.read_text())["panels"]
        for target in panel.get("targets", ())
    }
    assert asked == {source["uid"]}
    provider = read("grafana/provisioning/dashboards/portal.yml")["providers"][0]
    assert provider["options"]["path"].endswith(DASHBOARD.parent.relative_to(FOLDER / "grafana").as_posix())
