"""A whole portal with people in it, made the way they come in real life. Next stop: person.py.

Applications are posted, and every service does its part; then each person follows the link and sets up password and
authenticator. Nothing is written behind a service's back: only the links are fetched as the notifier fetches them,
rather than read out of mails.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import pyotp
from uuid_utils.compat import uuid7

from bench.lab import Lab
from bench.load.wire import Wires
from bench.portal.memory import sampled_memory
from bench.portal.person import Person, current_step
from deploy.services import NAMES
from kernel.adapters.http.client import ServiceClient
from kernel.adapters.http.tokens import Signer
from kernel.adapters.settings import Secrets
from kernel.domain.context import Context

ARGON2_KIB, ARGON2_PASSES, ARGON2_LANES = 7168, 5, 1
"""Keycloak's, and one of the five sets that OWASP counts as equal: so logins can be compared with hers."""
SETTINGS = {
    "PORTAL_ARGON2_KIB": str(ARGON2_KIB),
    "PORTAL_ARGON2_PASSES": str(ARGON2_PASSES),
    "PORTAL_TRIES_A_MINUTE": "0",
}
"""One machine is everybody here, so how often an address may try is not counted; everything else is as it is."""
PASSWORD = "kawasemi-tobu-asa-no-mizube"  # noqa: S105 - a sample
PHONE = "03-5550-0100"
TOGETHER = 8
CONTRACTS = 2
ISSUED = "credential.activation-issued"
PATIENCE_SECONDS = 180

Done = TypeVar("Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The running portal."""

    gateway: Wires
    people: Sequence[Person]
    idle: Sequence[Mapping[str, float]]
    """Megabytes of each service when it had started and done nothing yet, several times."""


@dataclass(frozen=True, slots=True)
class _Clients:
    contracts: ServiceClient
    links: ServiceClient
    logins: ServiceClient


async def open_portal(lab: Lab) -> Portal:
    """Return the lab's portal, all five services running with its people in it; the first time it is made."""
    if lab.portal is None:
        lab.portal = await _opened(lab)
    return lab.portal


async def _opened(lab: Lab) -> Portal:
    lab.say("starts servers and services")
    await lab.start("postgres", "kafka", "redis", "mailbox")
    await asyncio.to_thread(lambda: lab.stack.start_services(list(NAMES), **SETTINGS))
    gateway = Wires(lab.stack.plan.ports.gateway)
    lab.closing.callback(gateway.close)
    lab.say("lets them be idle for a moment")
    idle = await sampled_memory(lab.stack)
    return Portal(gateway=gateway, people=await _people(lab), idle=idle)


async def _people(lab: Lab) -> list[Person]:
    secrets, plan = Secrets(lab.stack.plan.places.secrets), lab.stack.plan
    gateway = Signer("gateway", secrets.jwk("gateway"))
    clients = _Clients(
        contracts=ServiceClient(f"http://127.0.0.1:{plan.ports.contracts}", gateway, "contracts"),
        links=ServiceClient(
            f"http://127.0.0.1:{plan.ports.identity}", Signer("notifier", secrets.jwk("notifier")), "identity"
        ),
        logins=ServiceClient(f"http://127.0.0.1:{plan.ports.identity}", gateway, "identity"),
    )
    numbers = range(1, lab.plan.people + 1)
    try:
        lab.say(f"{len(numbers)} companies apply")
        receipts = await _together([partial(_apply, clients.contracts, number) for number in numbers])
        lab.say("activations are issued")
        issued = await _activations(lab, len(numbers))
        lab.say("people set up their logins")
        return await _together(
            [
                partial(_activate, clients, number, receipt, issued)
                for number, receipt in zip(numbers, receipts, strict=True)
            ]
        )
    finally:
        for client in (clients.contracts, clients.links, clients.logins):
            await client.close()


async def _apply(contracts: ServiceClient, number: int) -> Mapping[str, Any]:
    return (await contracts.post("/applications", _form(number), ["applications:write"], _context())).body


async def _activate(clients: _Clients, number: int, receipt: Mapping[str, Any], issued: Mapping[str, str]) -> Person:
    form = _form(number)["administrator"]
    activation = issued[receipt["administratorId"]]
    link = await clients.links.post(f"/activations/{activation}/link", {}, ["links:fetch"], _context())
    token = {"token": link.body["token"]}

    async def step(called: str, **said: str) -> Mapping[str, Any]:
        return (await clients.logins.post(f"/activations/{called}", {**token, **said}, ["login"], _context())).body

    await step("confirmation", email=form["email"], name=form["name"], contactPhoneNumber=form["phoneNumber"])
    await step("password", password=PASSWORD)
    secret = (await step("totp"))["secret"]
    used = current_step()
    await step("totp-confirmation", code=pyotp.TOTP(secret).generate_otp(used))
    return Person(
        email=form["email"],
        password=PASSWORD,
        secret=secret,
        contract_ids=tuple(receipt["contractIds"]),
        used_step=used,
    )


async def _activations(lab: Lab, wanted: int) -> dict[str, str]:
    """Return each person's activation once all have one: identity made them of what users told, over Kafka."""
    url = f"{lab.postgres_url.rpartition('/')[0]}/identity"
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                rows = await connection.fetch("SELECT data FROM es.events WHERE type = $1", ISSUED)
                if len(rows) >= wanted:
                    facts = [json.loads(row["data"]) for row in rows]
                    return {fact["userId"]: fact["activationId"] for fact in facts}
                await asyncio.sleep(0.2)
    finally:
        await connection.close()


async def _together(jobs: Sequence[Callable[[], Awaitable[Done]]]) -> list[Done]:
    """Do all, a few at a time, and return what they gave in order."""
    gate = asyncio.Semaphore(TOGETHER)

    async def one(job: Callable[[], Awaitable[Done]]) -> Done:
        async with gate:
            return await job()

    return await asyncio.gather(*(one(job) for job in jobs))


def _context() -> Context:
    return Context(tenant_id=UUID(int=0), actor="bench", correlation_id=uuid4(), command_id=uuid7())


def _form(number: int) -> dict[str, Any]:
    return {
        "applicationNumber": f"BENCH-{number:06}",
        "customer": {"companyName": f"計測株式会社 {number}", "customerNumber": f"C{number:08}"},
        "administrator": {
            "name": f"計測 花子{number}",
            "email": f"hanako{number}@bench.example",
            "phoneNumber": PHONE,
            "mailLanguage": "ja",
            "timezone": "Asia/Tokyo",
            "secondFactor": "TOTP",
        },
        "contracts": [
            {
                "contractNumber": f"N{number * 10 + nth:09}",
                "serviceName": "smart-pbx",
                "extensionIds": [],
                "externalNumbers": [],
                "options": [],
            }
            for nth in range(CONTRACTS)
        ],
    }
