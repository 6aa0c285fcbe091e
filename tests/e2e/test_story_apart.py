"""Two companies side by side: whatever one of them asks for, nothing of the other comes back, over no path at all."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.e2e.portal import Portal
from tests.e2e.walks.company import Company, built_in, founded

STATUS = "ABNORMAL"
Described = dict[str, Any]


@pytest.fixture
async def companies(portal: Portal) -> AsyncIterator[tuple[Company, Company]]:
    """Give two companies that have everything: people, a group, contracts, logins and a history."""
    made = []
    for number in (70, 71):
        company = await founded(portal, ("hand",), number=number)
        group = await company.head.done("POST", "/groups", {"name": f"班 {company.head.person.mark}"})
        hand = company.others[0]
        await company.head.done("POST", f"/groups/{group['groupId']}/members", {"userIds": [hand.user_id]})
        await company.head.done("PATCH", f"/users/{hand.user_id}", {"title": f"係 {hand.person.mark}"})
        made.append(company)
    yield made[0], made[1]
    for company in made:
        await company.close()


def traces(company: Company) -> set[str]:
    """Return all that could tell of a company: ids, and words that stand in everything of its people."""
    marks = {mark for one in company.members for mark in (one.person.mark, one.person.phone, one.user_id)}
    return {company.tenant_id, built_in(company), *company.contracts, *marks}


async def described(portal: Portal) -> Described:
    """Return the description."""
    told: Described = (await portal.browser().http.get("/api/v1/openapi.json")).raise_for_status().json()
    return told


async def test_a7_whatever_is_looked_at_holds_nothing_of_the_other_company(
    portal: Portal, companies: tuple[Company, Company]
) -> None:
    ours, theirs = companies
    ids = {"contractId": ours.contracts[0], "userId": ours.others[0].user_id, "groupId": built_in(ours)}
    asked = set()
    for path, verbs in (await described(portal))["paths"].items():
        look = verbs.get("get")
        if look is None or "text/event-stream" in look["responses"]["200"].get("content", {}):
            continue
        # The way to a settings site asks that site, which does not run here; it has stories of its own.
        if set(_named(path)) - ids.keys() or look["operationId"] == "settingsSite":
            continue
        plain = path.removeprefix("/api/v1").format(**ids)
        for query in ("", f"?tenantId={theirs.tenant_id}", f"?q={theirs.head.person.mark}"):
            for who in ours.members:
                answer = await who.ask("GET", plain + query)
                found = {trace for trace in traces(theirs) if trace in answer.body.decode()}
                assert not found - {theirs.tenant_id}, (look["operationId"], query)
                assert theirs.tenant_id not in answer.body.decode() or query, look["operationId"]
        asked.add(look["operationId"])
    assert asked >= {"users", "exportUsers", "groups", "dashboard", "contracts", "userHistory", "tenantSettings"}


async def test_a7_an_open_stream_tells_nothing_of_the_other_company(
    portal: Portal, companies: tuple[Company, Company]
) -> None:
    ours, theirs = companies
    stream = await ours.head.listen()
    (await portal.back_office.change(theirs.contracts[0], STATUS)).raise_for_status()
    await theirs.head.done("POST", f"/users/{theirs.others[0].user_id}/suspension")
    (await portal.back_office.change(ours.contracts[0], STATUS)).raise_for_status()
    await stream.shows(ours.contracts[0], STATUS, 0)
    told = str(stream.told)
    assert not {trace for trace in traces(theirs) if trace in told}


def _named(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]
