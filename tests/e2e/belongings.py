"""A company that has at least two of everything that is listed, and one of everything that has an id. Next: strangers.

Nothing here is made up: what is asked for with these ids exists, and belongs to somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from tests.e2e.administrator import Administrator, at_work
from tests.e2e.people import Person
from tests.e2e.portal import Browser, Portal, until
from tests.integration.identity.authenticator import Key

SERVICE = "vpn"
"""What only they have."""


@dataclass(frozen=True)
class Belongings:
    """A company's administrator, and an id of each kind by its name in the paths of the API."""

    administrator: Administrator
    ids: Mapping[str, str]


async def stepped_up(portal: Portal, administrator: Administrator, person: Person) -> None:
    """Show again that it is the person, who gets codes by mail."""
    before = await portal.mailbox.known_codes(person.email)
    await administrator.done("POST", "/me/step-up", {"password": person.password})
    code = (await portal.mailbox.codes(person.email, before + 1))[-1]
    await administrator.done("POST", "/me/step-up/code", {"code": code})


async def founded(portal: Portal) -> Belongings:
    """Have a company with all of it."""
    person = Person(second_factor="MAIL_OTP", contracts=2)
    them = await at_work(portal, person)
    session = await _get(them, "/session")
    contracts = [one["contractId"] for one in (await _get(them, "/contracts"))["items"]]
    group_id = str(uuid5(UUID(session["tenantId"]), "all-permissions"))
    await _trusted(portal, them, person)
    await _changed(them, session["userId"], group_id, contracts[0])
    await _reported(portal, person)
    await until(lambda: _has_service(them))
    return Belongings(
        them,
        {
            "contractId": contracts[0],
            "userId": session["userId"],
            "groupId": group_id,
            "serviceName": SERVICE,
            "passkeyId": await _passkey(portal, them, person),
            "sessionId": (await _first(them, "/me/sessions"))["sessionId"],
            "browserId": (await _first(them, "/me/trusted-browsers"))["browserId"],
            "applicationId": (await _first(them, "/applications"))["applicationId"],
            "incidentId": (await _first(them, "/incidents"))["incidentId"],
            "maintenanceId": (await _first(them, "/maintenances"))["maintenanceId"],
            "messageId": (await _first(them, "/messages"))["messageId"],
        },
    )


async def _trusted(portal: Portal, them: Administrator, person: Person) -> None:
    """Have a browser of theirs trusted, which is also a second login."""
    settings = await _get(them, "/tenant/settings")
    settings.pop("version")
    for minutes in (45, 60):
        await them.done("PUT", "/tenant/settings", settings | {"trustedBrowser": True, "sessionIdleMinutes": minutes})

    async def kept() -> bool:
        return await _keeps(portal.browser(), person)

    assert await until(kept)


async def _keeps(browser: Browser, person: Person) -> bool:
    before = await browser.mailbox.known_codes(person.email)
    await browser.first_step(person)
    code = (await browser.mailbox.codes(person.email, before + 1))[-1]
    await browser.done("/login/code", {"code": code, "trust": True})
    return bool((await browser.get("/me/trusted-browsers")).json()["items"])


async def _changed(them: Administrator, user_id: str, group_id: str, contract_id: str) -> None:
    """Change everything that has a history twice."""
    colleague = await them.add(Person(second_factor="MAIL_OTP"))
    sales = (await them.done("POST", "/groups", {"name": "よその部"}))["groupId"]
    await them.done("POST", f"/groups/{group_id}/members", {"userIds": [colleague]})
    await them.done("POST", f"/groups/{sales}/members", {"userIds": [user_id]})
    for word in ("ひとつ", "ふたつ"):
        await them.done("PATCH", f"/users/{user_id}", {"title": word})
        await them.done("PUT", f"/contracts/{contract_id}/memo", {"memo": word})
        await them.done("PUT", f"/groups/{sales}/permissions", {"permissions": _permitted(word)})


def _permitted(word: str) -> list[dict[str, Any]]:
    return [{"serviceName": "*", "actions": ["VIEW", "EDIT"] if word == "ひとつ" else ["VIEW"]}]


async def _reported(portal: Portal, person: Person) -> None:
    """Have the operator report two of each kind."""
    form = person.form()
    theirs = [one["contractNumber"] for one in form["contracts"]]
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    span = {"startsAt": soon.isoformat(), "endsAt": (soon + timedelta(hours=4)).isoformat()}
    for _ in range(2):
        reports: dict[str, dict[str, Any]] = {
            "incidents": {"incidentNumber": _number("T"), "title": "よその障害", "contractNumbers": theirs},
            "maintenances": {
                "maintenanceNumber": _number("M"),
                "name": "よその工事",
                "contractNumbers": theirs,
                **span,
            },
            "applications": {
                "applicationNumber": _number("A-"),
                "firstApplicationNumber": form["applicationNumber"],
                "orderType": "NEW",
                "contracts": [{"contractNumber": _number("N"), "serviceName": SERVICE}],
            },
        }
        for kind, report in reports.items():
            answer = await portal.back_office.send("POST", f"/operator/{kind}", report)
            assert answer.status_code == 201, answer.text
        path = f"/operator/applications/{reports['applications']['applicationNumber']}/progress"
        # Done: the contract runs from now on.
        assert (await portal.back_office.send("POST", path, {"orderStatus": 5})).status_code == 201


async def _has_service(them: Administrator) -> bool:
    return SERVICE in {one["serviceName"] for one in (await _get(them, "/contracts"))["items"]}


async def _passkey(portal: Portal, them: Administrator, person: Person) -> str:
    await stepped_up(portal, them, person)
    question = (await them.done("POST", "/me/passkey-question"))["publicKey"]
    key = Key(site=question["rp"]["id"], origin=portal.url)
    await them.done("POST", "/me/passkeys", {"name": "よその鍵", "credential": key.made(question)})
    return str((await _first(them, "/me/passkeys"))["passkeyId"])


async def _first(them: Administrator, path: str) -> dict[str, Any]:
    """Return the first of a list as soon as there is one."""

    async def found() -> dict[str, Any] | None:
        items: list[dict[str, Any]] = (await _get(them, path))["items"]
        return items[0] if items else None

    return await until(found)


async def _get(them: Administrator, path: str) -> dict[str, Any]:
    answer = await them.call("GET", path)
    assert answer.status_code == 200, (path, answer.text)
    told: dict[str, Any] = answer.json()
    return told


def _number(letter: str) -> str:
    return f"{letter}{uuid4().int % 10**9:09d}"
