"""One trace leads from the click to the mail, through every process, and says nothing about anybody."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from deploy.services import NAMES
from deploy.stack import Stack
from tests.e2e.collector import Collector, Told, collecting
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until

SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5


@pytest.fixture(scope="module")
async def collector(services: Stack) -> AsyncIterator[Collector]:
    """Give a collector that all services tell their spans, and start them again without it afterwards."""
    async with collecting() as made:
        told = {"OTEL_EXPORTER_OTLP_ENDPOINT": made.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        await asyncio.gather(*(asyncio.to_thread(services.restart, name, **told) for name in NAMES))
        yield made
        await asyncio.gather(*(asyncio.to_thread(services.restart, name) for name in NAMES))


def clicked() -> tuple[str, str]:
    """Return a trace as a browser begins it, and its header."""
    trace = secrets.token_hex(16)
    return trace, f"00-{trace}-{secrets.token_hex(8)}-01"


async def reached(collector: Collector, trace: str, services: set[str]) -> list[Told]:
    """Return a trace once its mail was handed in and all of *services* were passed."""

    async def whole() -> list[Told] | None:
        spans = collector.of(trace)
        handed = next((span for span in spans if span.name == "smtp send"), None)
        # Each process tells its spans when it likes, so one in the middle may come last.
        if handed is None or chain(spans, handed)[0] != ("gateway", SERVER):
            return None
        return spans if {span.service for span in spans} >= services else None

    return await until(whole)


def chain(spans: list[Told], last: Told) -> list[tuple[str, int]]:
    """Return service and kind of each span from the click to *last*; every parent must have come."""
    by_id = {span.span_id: span for span in spans}
    found = [last]
    while found[-1].parent_id in by_id:
        found.append(by_id[found[-1].parent_id])
    return [(span.service, span.kind) for span in reversed(found)]


async def test_m8_one_trace_leads_from_an_application_through_five_processes_to_the_mail_that_activates(
    portal: Portal, collector: Collector
) -> None:
    person, (trace, parent) = Person(), clicked()
    token = await portal.back_office.token()
    headers = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4()), "traceparent": parent}
    answer = await portal.browser().http.post("/api/v1/applications", json=person.form(), headers=headers)
    assert answer.is_success, answer.text
    await portal.mailbox.wait(person.email)
    spans = await reached(collector, trace, {"gateway", "contracts", "users", "identity", "notifier"})
    last = next(span for span in spans if span.name == "smtp send")
    assert chain(spans, last)[0] == ("gateway", SERVER)
    services = list(dict.fromkeys(service for service, _ in chain(spans, last)))
    assert services == ["gateway", "contracts", "users", "identity", "notifier"]
    # Every log on the way was published, and every reaction on the way is a span of its own.
    passed = {(name, PRODUCER) for name in ("contracts", "users", "identity")}
    passed |= {(name, CONSUMER) for name in ("users", "identity", "notifier", "gateway")}

    async def all_told() -> bool:
        return passed <= {(span.service, span.kind) for span in collector.of(trace)}

    assert await until(all_told)


async def test_m8_one_trace_leads_from_a_login_to_the_mail_with_its_code(portal: Portal, collector: Collector) -> None:
    person, (trace, parent) = Person(second_factor="MAIL_OTP"), clicked()
    browser, _ = await portal.activated(person)
    body = {"userId": person.email, "password": person.password}
    assert (await browser.post("/login", body, traceparent=parent)).is_success
    await portal.mailbox.wait(person.email, 2)
    spans = await reached(collector, trace, {"gateway", "identity", "notifier"})
    last = next(span for span in spans if span.name == "smtp send")
    assert chain(spans, last)[:3] == [("gateway", SERVER), ("gateway", CLIENT), ("identity", SERVER)]
    reader = "notifier.identity"
    process = next(span for span in spans if span.attributes.get("messaging.consumer.group.name") == reader)
    assert (process.kind, process.attributes["messaging.system"]) == (CONSUMER, "kafka")
    assert process.attributes["portal.event.type"] == "portal.challenge.mail-code-issued.v1"


async def test_i13_a12_no_secret_and_nothing_personal_is_in_any_span(portal: Portal, collector: Collector) -> None:
    person = Person(second_factor="MAIL_OTP")
    browser, app = await portal.entered(person)
    assert app is None
    code = (await portal.mailbox.codes(person.email))[-1]
    link = (await portal.mailbox.wait(person.email, links=True))[0]
    await portal.browser().http.get(f"/activate/{link.token}")
    await browser.post("/login", {"userId": person.email, "password": f"wrong-{person.mark}"})
    await browser.http.get(f"/users?q={person.mark}", headers={"accept": "text/html"})
    known = len(collector.spans)
    await browser.get("/session")

    async def later() -> bool:
        return len(collector.spans) > known

    await until(later)
    text = b"\n".join(collector.raw)
    canaries = [*person.secrets, person.mark, link.token, *(one for one in browser.cookies.values() if len(one) > 4)]
    assert [one for one in canaries if one.encode() in text] == []
    # Six digits may stand in the middle of an id.
    assert re.search(rb"(?<![0-9a-f])" + code.encode() + rb"(?![0-9a-f])", text) is None
    # The trap would close: what may be told is there.
    assert b"portal.credential.activation-issued.v1" in text
    assert b"/activate/{" in text
