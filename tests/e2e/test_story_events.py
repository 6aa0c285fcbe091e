"""An operator finds what happened, sees one fact whole, has all of it published again: nobody gets a mail twice."""

import asyncio
import json
import threading
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner

from deploy import ops
from deploy.stack import Stack
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until
from tests.e2e.test_story_ops import appointed, deeds, say


@pytest.fixture(autouse=True)
def here(services: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands work on the stack of the tests."""
    monkeypatch.setattr(ops, "_plan", lambda: services.plan)


async def told(*words: str) -> Any:
    """Run a command and return what it says as JSON."""
    done = await say(*words)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


async def enter(portal: Portal, role: str = "OPS") -> None:
    """Log in as a new operator."""
    person = Person()
    code = await appointed(portal, person, role)
    done = await say("login", person.email, asked=f"{person.password}\n{code}\n")
    assert done.exit_code == 0, done.output


async def counted(stack: Stack, service: str, statement: str) -> int:
    """Count something in a service's database."""
    connection = await asyncpg.connect(stack.plan.databases.owner_url(service))
    try:
        return int(await connection.fetchval(statement))
    finally:
        await connection.close()


async def test_o1_v9_what_happened_is_found_by_any_key_and_shown_without_what_is_personal(
    portal: Portal, services: Stack
) -> None:
    company = Person()
    await portal.invited(company)
    await enter(portal)

    async def registered() -> Any:
        found = json.loads((await say("events", "--type", "user.registered", "--json")).output)
        return next((one for one in found if one["tenantId"] != OPERATORS), None)

    user = await until(registered)
    of_tenant = await told("events", "--tenant", user["tenantId"], "--most", "200", "--json")
    assert {one["service"] for one in of_tenant} >= {"contracts", "users", "identity", "notifier"}
    times = [one["recordedAt"] for one in of_tenant]
    assert times == sorted(times, reverse=True)
    of_stream = await told("events", "--stream", user["streamId"], "--json")
    assert user["eventId"] in [one["eventId"] for one in of_stream]
    clicked = await told("events", "--correlation", user["correlationId"], "--oldest", "--json")
    assert clicked[0]["service"] == "contracts", "it began with an application"
    by_place = ("--service", "users", "--from", str(user["position"]), "--to", str(user["position"]))
    assert [one["eventId"] for one in await told("events", *by_place, "--json")] == [user["eventId"]]

    whole = await told("event", user["eventId"], "--service", "users")
    assert company.name not in json.dumps(whole, ensure_ascii=False)
    assert {one["path"]: one["shown"] for one in whole["payload"]["covered"]}["/name"] == "MASKED"
    assert whole["payload"]["fitsSchema"] == "FITS"
    assert [one["service"] for one in whole["causes"]] == ["contracts"]
    assert "identity" in {one["service"] for one in whole["effects"]["items"]}
    stages = {one["consumer"]: one["stage"] for one in whole["readers"]}
    assert {"users.board", "identity.users", "projector"} <= stages.keys()
    assert set(stages.values()) <= {"APPLIED", "WAITING"}

    shown = await told("event", user["eventId"], "--service", "users", "--unmask", "本人からの問い合わせ")
    assert shown["payload"]["data"]["name"] == company.name
    newest = (await deeds(services))[-1]
    assert (newest["deed"], newest["reason"]) == ("UNMASK", "本人からの問い合わせ")
    assert newest["about"] == f"users {user['eventId']}"
    await say("logout")


async def test_o1_what_is_recorded_is_followed_as_it_comes(portal: Portal) -> None:
    await enter(portal)
    found: list[str] = []

    def follow() -> None:
        found.append(CliRunner().invoke(ops.app, ["follow", "--type", "application.received", "--most", "1"]).output)

    thread = threading.Thread(target=follow)
    thread.start()
    while thread.is_alive():
        await portal.back_office.apply(Person())
        await asyncio.to_thread(thread.join, 2)
    assert "application.received" in found[0]
    await say("logout")


async def test_o1_everything_published_again_changes_nothing_and_no_mail_goes_out(
    portal: Portal, services: Stack
) -> None:
    company = Person()
    await portal.entered(company)
    await enter(portal)

    async def rested() -> bool | None:
        board = json.loads((await say("streams", "--json")).output)
        return all(flow["lag"] == 0 for one in board["items"] for flow in one["flows"]) or None

    await until(rested)
    mails = "SELECT count(*) FROM es.events WHERE type LIKE 'message.%'"
    before = {name: await counted(services, name, "SELECT pos FROM es.head") for name in SERVICES}
    sent = await counted(services, "notifier", mails)
    for name in SERVICES:
        tried = await say("publish-again", name, "--from", "1", "--reason", "to see")
        assert "would be sent" in tried.output
        assert "none will be sent again" in tried.output
        done = await say("publish-again", name, "--from", "1", "--reason", "a reader lost its place", "--yes")
        assert done.exit_code == 0, done.output
    assert [one["about"] for one in (await deeds(services))[-4:]] == [f"{name} from 1" for name in SERVICES]

    async def over() -> bool | None:
        found = (await told("publishing", "--json"))["items"]
        return (len(found) == len(SERVICES) and all(one["doneAt"] and one["sent"] for one in found)) or None

    await until(over, 60)
    await until(rested, 60)
    assert await counted(services, "notifier", mails) == sent, "a mail was queued again"
    after = {name: await counted(services, name, "SELECT pos FROM es.head") for name in SERVICES}
    # The four deeds stand in the log of the users service, and a session may have been ended meanwhile.
    assert after["users"] - before["users"] == len(SERVICES)
    assert {name: after[name] - before[name] for name in ("contracts", "notifier")} == {"contracts": 0, "notifier": 0}
    assert json.loads((await say("parked", "--json")).output) == []
    await say("logout")


async def test_v9_who_may_only_look_neither_sees_what_is_personal_nor_publishes(
    portal: Portal, services: Stack
) -> None:
    await portal.invited(Person())
    await enter(portal, "OPS_VIEWER")
    (one, *_) = await told("events", "--type", "user.registered", "--most", "1", "--json")
    before = await deeds(services)
    for words in (
        ("event", one["eventId"], "--unmask", "curious"),
        ("publish-again", "users", "--from", "1", "--reason", "curious"),
        ("publish-again", "users", "--from", "1", "--reason", "curious", "--yes"),
    ):
        refused = await say(*words)
        assert (refused.exit_code, "denied" in refused.output) == (2, True)
    assert await deeds(services) == before
    await say("logout")


OPERATORS = "00000000-0000-7000-8000-0000706f7274"
SERVICES = ("identity", "users", "contracts", "notifier")
