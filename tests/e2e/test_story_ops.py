"""Who operates the platform: appointed by a command, in by both steps, shown how everything flows, and recorded."""

import json
from typing import Any

import asyncpg
import pytest

from deploy import ops
from deploy.stack import Stack
from deploy.topics import SERVICES, topic
from tests.e2e.console import appointed, say, told
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until

READERS = {
    "identity": {"identity.relay", "identity.users"},
    "users": {"users.relay", "users.board", "users.contracts"},
    "contracts": {"contracts.relay", "contracts.applications"},
    "notifier": {"notifier.relay", "notifier.identity"},
    "gateway": {"projector"},
}
NIGHTS = "夜間の運用を担当"


@pytest.fixture(autouse=True)
def here(services: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands work on the stack of the tests."""
    monkeypatch.setattr(ops, "_plan", lambda: services.plan)


async def deeds(stack: Stack) -> list[dict[str, Any]]:
    """Return what operators did, as the log of the users service has it."""
    connection = await asyncpg.connect(stack.plan.databases.owner_url("users"))
    try:
        rows = await connection.fetch("SELECT data FROM es.events WHERE type = 'operator.acted' ORDER BY pos")
    finally:
        await connection.close()
    return [json.loads(row["data"]) for row in rows]


async def test_v9_an_operator_sees_everything_flow_and_what_they_do_is_recorded(
    portal: Portal, services: Stack
) -> None:
    person = Person()
    code = await appointed(portal, person, "OPS")
    entered = await say("login", person.email, asked=f"{person.password}\n{code}\n")
    assert entered.exit_code == 0, entered.output
    file = services.plan.places.state / "ops-session"
    assert file.stat().st_mode & 0o077 == 0, "nobody else may read the session"

    async def flows() -> bool | None:
        board = await told("streams")
        found = {one["service"]: {flow["consumer"] for flow in one["flows"]} for one in board["items"]}
        rests = all(flow["lag"] == 0 for one in board["items"] for flow in one["flows"])
        return (all(READERS[name] <= found[name] for name in READERS) and rests) or None

    await until(flows)

    async def past() -> bool | None:
        found = json.loads((await say("history", "users.contracts", "--json")).output)
        return all(one["points"] for one in found) or None

    await until(past)
    shown = await say("history", "users.contracts", "--range", "day")
    assert "users.contracts <- " in shown.output
    assert "now     OK" in shown.output
    assert (await say("history", "users.nobody")).exit_code == 2

    topics = {one["name"]: one for one in (await told("topics"))["items"]}
    assert topics.keys() >= {topic(service) for service in SERVICES}
    of_users = topics[topic("users")]
    assert {"name": "retention.ms", "value": "-1", "source": "TOPIC"} in of_users["settings"]
    assert (len(of_users["parts"]), of_users["bytes"] > 0) == (6, True)
    groups = {one["name"]: one for one in (await told("groups"))["items"]}
    for reader, service in (("users.contracts", "users"), ("projector", "gateway")):
        one = groups[reader]
        assert (one["byHand"], one["members"]) == (True, [])
        (process,) = one["processes"]
        assert process["service"] == service
        assert {part["toldBy"] for part in one["parts"]} == {process["instance"]}
    assert "users.contracts: Empty, partitions by hand" in (await say("groups")).output
    assert "retention.ms=-1 (topic)" in (await say("topics")).output

    before = len(await deeds(services))
    tried = await say("retry", "--consumer", "users.contracts", "--reason", "to see")
    assert "would be tried again" in tried.output
    assert len(await deeds(services)) == before, "a dry run is no deed"
    assert (await say("retry", "--consumer", "users.contracts", "--reason", "mended", "--yes")).exit_code == 0
    newest = (await deeds(services))[-1]
    assert (newest["deed"], newest["consumer"], newest["reason"]) == ("RETRY", "users.contracts", "mended")
    shown = json.loads((await say("deeds", "--json")).output)[0]
    assert (shown["what"], shown["consumer"], shown["reason"]) == ("RETRY", "users.contracts", "mended")
    assert shown["name"], "an operator is called by name"

    assert (await say("dismiss", person.email, "--reason", "異動")).exit_code == 0

    async def shut_out() -> bool | None:
        refused = await say("streams")
        return (refused.exit_code == 2 and "denied" in refused.output) or None

    await until(shut_out)
    assert (await say("logout")).exit_code == 0
    assert not file.exists()


async def test_v9_who_may_only_look_and_who_administers_a_company_change_nothing(
    portal: Portal, services: Stack
) -> None:
    looks = Person()
    code = await appointed(portal, looks, "OPS_VIEWER")
    assert (await say("login", looks.email, asked=f"{looks.password}\n{code}\n")).exit_code == 0
    assert (await say("parked", "--json")).output.startswith("[")
    assert "portal.user.activated" in (await say("catalogue")).output
    assert (await told("topics"))["silent"] == (await told("groups"))["silent"] == []
    assert '"jsonSchema"' in (await say("catalogue", "portal.user.activated.v1")).output
    before = await deeds(services)
    refused = await say("retry", "--reason", "mended", "--yes")
    assert (refused.exit_code, "denied" in refused.output) == (2, True)

    company = Person(second_factor="MAIL_OTP")
    browser, _ = await portal.entered(company)
    for path in ("/ops/streams", "/ops/parked", "/ops/parked/groups", "/ops/catalogue", "/ops/topics", "/ops/groups"):
        assert (await browser.get(path)).status_code == 403
    taken = await say(
        "appoint", company.email, "--name", "x", "--phone", company.phone, "--role", "OPS", "--reason", NIGHTS
    )
    assert (taken.exit_code, "email-taken" in taken.output) == (2, True)
    assert await deeds(services) == before

    async def noted() -> bool | None:
        told_of = [one for one in json.loads((await say("deeds", "--json")).output) if one["refused"]]
        return [one["what"] for one in told_of[:2]] == ["opsStreams", "opsRetry"] or None

    await until(noted)
    await say("logout")
