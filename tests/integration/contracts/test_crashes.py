"""A service is killed at the worst moments of an application; its repetition and a new start make it whole."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.integration.contracts.portal import Portal, form
from tests.integration.kernel.flow import until

CRASHES = [
    # The form is in the log, and nobody was told.
    ("contracts", "C3"),
    # One contract is in force, and the other is not.
    ("contracts", "C3:2"),
    # All contracts are in force, and the reader's place is not kept.
    ("contracts", "C7"),
    # The user is registered, and the reader does not know.
    ("users", "C3"),
    ("users", "C7"),
]


@pytest.mark.parametrize(("service", "point"), CRASHES)
async def test_m7_a_crash_leaves_one_tenant_its_contracts_and_its_user(
    portal: Portal, service: str, point: str
) -> None:
    await asyncio.to_thread(portal.stack.restart, service, PORTAL_FAILPOINTS=point)
    sent, key = form(), str(uuid4())
    try:
        assert (await portal.call("POST", "/applications", sent, key=key)).status_code == 201
    except httpx.TransportError:
        assert (service, point) == ("contracts", "C3")
    await until(lambda: portal.stack.pid(service) is None)
    await asyncio.to_thread(portal.stack.restart, service)
    ids = (await portal.call("POST", "/applications", sent, key=key)).json()
    streams = {ids["applicationId"], *ids["contractIds"]}
    facts = await portal.published("contracts", lambda about: str(about.stream_id) in streams, 4)
    users = await portal.published("users", lambda about: str(about.stream_id) == ids["administratorId"])
    # Whatever is still on its way has come once something later has.
    later = (await portal.post(form())).json()
    await portal.published("users", lambda about: str(about.stream_id) == later["administratorId"])
    facts = [about for about in await portal.records("contracts") if str(about.stream_id) in streams]
    users = [about for about in await portal.records("users") if str(about.stream_id) == ids["administratorId"]]
    assert sorted({(about.type, about.id) for about in facts}) == sorted(
        [
            ("portal.application.received.v1", f"{ids['applicationId']}/1"),
            ("portal.tenant.opened.v1", f"{ids['applicationId']}/2"),
            *(("portal.contract.activated.v1", f"{contract}/1") for contract in ids["contractIds"]),
        ]
    )
    assert {about.id for about in users} == {f"{ids['administratorId']}/{version}" for version in (1, 2)}
