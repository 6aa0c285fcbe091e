"""The contracts and users services as processes, and what a caller and a reader of Kafka see of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from deploy.stack import Stack
from kernel.adapters.codec import Facts
from kernel.adapters.http.tokens import Signer
from kernel.adapters.keys import PostgresKeyring
from kernel.adapters.postgres.pool import open_pool
from kernel.adapters.settings import Secrets
from kernel.application.consume import Incoming
from tests.integration.kernel.flow import until
from tests.integration.kernel.records import envelopes
from tests.unit.contracts.samples import administrator, body

SERVICES = ("contracts", "users")
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Portal:
    """Two running services."""

    stack: Stack
    http: httpx.AsyncClient

    async def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        service: str = "contracts",
        issuer: str = "operator",
        subject: str = "operator:operator",
        scopes: tuple[str, ...] = ("applications:write", "contracts:write"),
        tenant: UUID | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """Call a service with a token of *issuer*."""
        secrets = Secrets(self.stack.plan.places.secrets)
        token = Signer(issuer, secrets.jwk(issuer)).token(service, subject, scopes, tenant_id=tenant)
        url = f"http://127.0.0.1:{getattr(self.stack.plan.ports, service)}{path}"
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or str(uuid4())}
        return await self.http.request(method, url, json=json, headers=headers)

    async def post(self, form: Mapping[str, Any]) -> httpx.Response:
        """Hand in an application form."""
        return await self.call("POST", "/applications", form)

    async def records(self, service: str) -> list[Incoming]:
        """Return all that a service has published."""
        plan = self.stack.plan
        return await envelopes(plan.kafka_bootstrap, f"{plan.topic_prefix}.{service}.events.v1")

    async def published(self, service: str, wanted: Callable[[Incoming], bool], count: int = 1) -> list[Incoming]:
        """Return the wanted facts as soon as there are so many."""
        found: list[Incoming] = []

        async def there() -> bool:
            found[:] = [about for about in await self.records(service) if wanted(about)]
            return len(found) >= count

        await until(there, SECONDS)
        return found

    async def read(self, about: Incoming, cls: type[Any]) -> Any:
        """Return a published fact as another service reads it, its personal texts opened."""
        pool = await open_pool(self.stack.plan.databases.keys_url("gateway"), size=1)
        try:
            keyring = PostgresKeyring(pool, Secrets(self.stack.plan.places.secrets).kek)
            return await Facts([cls], keyring).read(about.type, about.data)
        finally:
            await pool.close()


def form(**administrators: Any) -> dict[str, Any]:
    """Return a form that nobody else hands in."""
    number = uuid4().int
    named = {"email": f"hanako.{number}@example.co.jp", **administrators}
    return body(
        applicationNumber=f"A-{number % 10**12}",
        administrator=administrator(**named),
        contracts=[
            {"contractNumber": f"N{(number + more) % 10**9:09d}", "serviceName": "smart-pbx", "channels": 5}
            for more in range(2)
        ],
    )
