"""D18, I14: nothing of who was deleted decrypts, in no log, topic or read model; others see a deleted user."""

import re
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.stack import Stack
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.settings import Secrets
from tests.e2e.administrator import at_work
from tests.e2e.people import Person
from tests.e2e.portal import Portal, until
from tests.e2e.sinks import sinks


async def opened(services: Stack, user_id: str) -> tuple[int, set[str]]:
    """Return how many sealed texts of a person stand anywhere, and what can be read of them with fresh eyes."""
    pattern = re.compile(rb"enc:v1:" + user_id.encode() + rb":[0-9a-zA-Z:._\-]+")
    found = {one.decode() for text in (await sinks(services)).values() for one in pattern.findall(text)}
    pool = await asyncpg.create_pool(services.plan.databases.keys_url("gateway"), min_size=1, max_size=1)
    try:
        keyring = PostgresKeyring(pool, Secrets(Path(services.plan.places.secrets)).kek)
        return len(found), {text for text in await keyring.open(sorted(found)) if text}
    finally:
        await pool.close()


async def test_d18_i14_nothing_of_who_was_deleted_can_be_read_and_their_address_is_free(
    portal: Portal, services: Stack
) -> None:
    first, second = Person(second_factor="MAIL_OTP", contracts=1), Person(second_factor="MAIL_OTP")
    administrator = await at_work(portal, first)
    # Somebody of the application form administers too, so that the first one may go; both logs know a person each.
    user_id = await administrator.add(second)
    browser = portal.browser()
    await browser.activate(second, (await portal.mailbox.wait(second.email))[0].token)
    await browser.log_in(second, None)
    await administrator.done("PATCH", f"/users/{user_id}", {"role": "PORTAL_ADMIN", "title": f"部長{second.mark}"})
    me = (await administrator.call("GET", "/session")).json()["userId"]
    other = Person(second_factor="MAIL_OTP")
    other_id = await administrator.add(other)

    before, read = await opened(services, me)
    assert before > 4
    assert {first.name, first.email, first.phone} <= read
    assert any("127.0.0.1" in text for text in read), "where they asked from is kept, and theirs"

    csrf = (await browser.get("/session")).json()["csrfToken"]
    for whom in (me, other_id):
        gone = await browser.http.request(
            "DELETE", f"/api/v1/users/{whom}", headers={"x-csrf-token": csrf, "if-match": "*"}
        )
        assert gone.status_code in {204, 503}, gone.text

    async def forgotten() -> bool:
        return all([(await opened(services, whom))[1] == set() for whom in (me, other_id)])

    await until(forgotten, 60)
    assert (await opened(services, me))[0] >= before, "what was written stays written"
    texts = await sinks(services)
    for person in (first, other):
        for secret in (person.name, person.email, person.phone):
            assert not [where for where, text in texts.items() if secret.encode() in text], secret
    for service in ("users", "identity"):
        assert await remains(services, service, me) == []

    history = (await browser.get(f"/users/{user_id}/history")).json()["items"]
    by_first = [one for one in history if one["by"] == f"user:{me}"]
    assert {(one["byName"], one["clientIp"]) for one in by_first} == {(None, None)}
    assert ("title", f"部長{second.mark}") in {(one["field"], one["new"]) for one in by_first}
    own = (await browser.get(f"/users/{me}/history")).json()["items"]
    assert ("personalData", "ERASED") in {(one["field"], one["new"]) for one in own}
    assert not [one for one in own if one["field"] in ("name", "email", "phoneNumber")]
    page = (await browser.page(f"/users/{me}/history")).text
    assert "削除されたユーザー" in page

    again = {
        "email": first.email,
        "name": first.name,
        "phoneNumber": first.phone,
        "mailLanguage": "ja",
        "timezone": "Asia/Tokyo",
        "secondFactor": "MAIL_OTP",
        "role": "GENERAL_USER",
    }
    headers = {"x-csrf-token": csrf, "idempotency-key": first.mark}
    made = await browser.http.post("/api/v1/users", json=again, headers=headers)
    assert made.status_code in {201, 503}, made.text


async def remains(services: Stack, service: str, user_id: str) -> list[str]:
    """Return the tables of a service in which a person still has texts or secrets."""
    wanted = {
        "users": {"rm.person": "name <> '' OR email <> '' OR phone_number <> '' OR phone_keys <> ''"},
        "identity": {f"guard.{table}": "true" for table in ("person", "password", "session", "attempt", "enrolment")},
    }[service]
    connection = await asyncpg.connect(services.plan.databases.owner_url(service))
    try:
        return [
            table
            for table, condition in wanted.items()
            if await connection.fetchval(
                f"SELECT EXISTS (SELECT FROM {table} WHERE user_id = $1 AND ({condition}))",  # noqa: S608 - ours
                UUID(user_id),
            )
        ]
    finally:
        await connection.close()
