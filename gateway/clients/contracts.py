"""The contracts service as typed calls, for the operator's back office. Next stop: services/contracts/api."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateway.application.asked import Asked
from gateway.application.contract_ports import Forwarded
from kernel.adapters.http.client import Answer, ServiceClient

APPLICATIONS = ("applications:write",)
CONTRACTS = ("contracts:write",)


@dataclass(frozen=True, slots=True)
class ContractsClient:
    """Calls contracts with the gateway's own token, in the name of a client of the operator."""

    http: ServiceClient

    async def receive_application(self, form: Mapping[str, Any], client: str, asked: Asked) -> Forwarded:
        """Pass an application form on."""
        return _as_it_came(await self.http.post("/applications", form, APPLICATIONS, asked.context(_actor(client))))

    async def change_contract(
        self, contract_id: UUID, fields: Mapping[str, Any], client: str, asked: Asked
    ) -> Forwarded:
        """Pass a change of a contract on."""
        context = asked.context(_actor(client))
        return _as_it_came(await self.http.put(f"/contracts/{contract_id}", fields, CONTRACTS, context))

    async def change_service_status(self, contract_id: UUID, status: str, client: str, asked: Asked) -> Forwarded:
        """Pass a change of the service's state on."""
        path, body = f"/contracts/{contract_id}/service-status", {"serviceStatus": status}
        return _as_it_came(await self.http.put(path, body, CONTRACTS, asked.context(_actor(client))))

    async def terminate(self, contract_id: UUID, client: str, asked: Asked) -> Forwarded:
        """Pass the end of a contract on."""
        context = asked.context(_actor(client))
        return _as_it_came(await self.http.delete(f"/contracts/{contract_id}", CONTRACTS, context))

    async def report(self, path: str, body: Mapping[str, Any], scope: str, client: str, asked: Asked) -> Forwarded:
        """Pass a report on to *path*, for which *scope* is needed."""
        return _as_it_came(await self.http.post(path, body, (scope,), asked.context(_actor(client))))


def _actor(client: str) -> str:
    return f"operator:{client}"


def _as_it_came(answer: Answer) -> Forwarded:
    return Forwarded(status=answer.status, body=answer.body, position=answer.position)
