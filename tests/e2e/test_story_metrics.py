"""Every process measures itself by the agreed names, and no figure says whom it is about."""

import asyncio
import re
from collections.abc import Sequence

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.services import NAMES
from deploy.stack import Stack
from tests.e2e.people import Person
from tests.e2e.portal import Portal
from tests.observability import SCRAPED, alerts, metrics_of, shown

EVERYWHERE = {
    "http_requests_total",
    "http_request_duration_seconds_bucket",
    "event_loop_lag_seconds",
    "process_cpu_seconds_total",
    "projection_lag_seconds",
    "projection_lag_events",
    "dlq_depth",
    "consumer_applied_total",
    "db_client_connections",
    "messaging_process_duration_seconds_bucket",
}
WITH_A_LOG = {
    "outbox_depth",
    "outbox_oldest_seconds",
    "messaging_client_sent_messages_total",
    "messaging_client_operation_duration_seconds_bucket",
    "append_batch_seconds_bucket",
}
OWN = {
    "gateway": {"http_client_request_duration_seconds_bucket", "messaging_client_consumed_messages_total"},
    "identity": {"login_total", "hash_queue_seconds_bucket", "hash_seconds_bucket", "hash_threads"},
    "users": {"messaging_client_consumed_messages_total"},
    "contracts": set(),
    "notifier": {"mail_attempts_total", "mail_queue_depth", "mail_queue_oldest_seconds"},
}
SOMEBODYS = re.compile(r"@|[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")

Samples = dict[str, list[tuple[dict[str, str], float]]]


async def scraped(stack: Stack, name: str) -> Samples:
    """Return what a process says of itself, by metric."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{stack.plan.service(name).management}/metrics")
    found: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


async def missing(stack: Stack, names: Sequence[str], wanted: set[str]) -> set[str]:
    """Return what no process says of itself, given the time in which the watch looks twice."""
    left = wanted
    for _ in range(20):
        left = wanted.difference(*[await scraped(stack, name) for name in names])
        if not left:
            break
        await asyncio.sleep(0.5)
    return left


def value(samples: Samples, metric: str, **labels: str) -> float:
    """Return the sum of the figures whose labels say so."""
    return sum(figure for told, figure in samples.get(metric, ()) if labels.items() <= told.items())


async def test_m8_every_metric_that_rules_and_dashboard_name_is_told_by_some_process(
    portal: Portal, services: Stack
) -> None:
    await portal.entered(Person(second_factor="MAIL_OTP"))
    named = {name for one in alerts() for name in metrics_of(one.expression)}
    named |= {name for _, expression in shown() for name in metrics_of(expression)}

    assert await missing(services, NAMES, named - SCRAPED) == set()


async def test_m8_every_process_measures_requests_events_and_pools(portal: Portal, services: Stack) -> None:
    browser, _ = await portal.entered(Person(second_factor="MAIL_OTP"))
    for path in ("/users", "/messages"):
        assert (await browser.get(path)).is_success, path
    for name in NAMES:
        wanted = EVERYWHERE | OWN[name] | (WITH_A_LOG if name != "gateway" else set())

        assert await missing(services, [name], wanted) == set(), name


async def test_a12_no_figure_says_whom_it_is_about(portal: Portal, services: Stack) -> None:
    person = Person()
    browser, _ = await portal.entered(person)
    await browser.get(f"/users?q={person.mark}")
    await browser.http.get(f"/nowhere/{person.mark}")
    for name in NAMES:
        for metric, samples in (await scraped(services, name)).items():
            for labels, _ in samples:
                texts = [text for label, text in labels.items() if label not in {"version", "implementation"}]
                assert not any(SOMEBODYS.search(text) or person.mark in text for text in texts), (metric, labels)


async def test_m8_an_answer_from_memory_is_counted_like_every_other(portal: Portal, services: Stack) -> None:
    browser, _ = await portal.entered(Person())
    await browser.dashboard()
    asked = {"method": "GET", "route": "/api/v1/dashboard", "status": "200"}
    before = value(await scraped(services, "gateway"), "http_requests_total", **asked)
    for _ in range(20):
        assert (await browser.get("/dashboard")).is_success
    after = await scraped(services, "gateway")
    assert value(after, "http_requests_total", **asked) == before + 20
    assert value(after, "http_request_duration_seconds_count", method="GET", route="/api/v1/dashboard") >= before + 20


async def test_m8_what_the_edge_turns_away_is_counted(portal: Portal, services: Stack) -> None:
    before = value(await scraped(services, "gateway"), "http_requests_total", route="edge", status="421")
    await portal.browser().http.get("/", headers={"host": "elsewhere.example"})
    after = value(await scraped(services, "gateway"), "http_requests_total", route="edge", status="421")
    assert after == before + 1


async def test_m8_logins_are_counted_by_step_and_result(portal: Portal, services: Stack) -> None:
    person = Person()
    browser, app = await portal.activated(person)
    before = await scraped(services, "identity")
    await browser.post("/login", {"userId": person.email, "password": "not-this-one"})
    await browser.log_in(person, app)
    after = await scraped(services, "identity")
    for step, result in (("password", "credentials-wrong"), ("password", "passed"), ("code", "passed")):
        counted = [value(one, "login_total", step=step, result=result) for one in (before, after)]
        assert counted[1] == counted[0] + 1, (step, result)
    assert value(after, "hash_queue_seconds_count") >= value(before, "hash_queue_seconds_count") + 2
