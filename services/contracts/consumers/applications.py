"""Reads the service's own log: what was applied for comes into force. Next stop: domain/contract.py.

An application and its contracts are streams of their own, so no single append can hold them; a crash in between
heals here, for the log still says what is to be done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.domain.reads import wire_name
from services.contracts.application.handlers import ContractHandlers
from services.contracts.domain.events import ApplicationReceived

READER = "contracts.applications"


@dataclass(frozen=True, slots=True)
class Applications:
    """Brings the contracts of each application into force, each once."""

    handlers: ContractHandlers

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(ApplicationReceived): ApplicationReceived}

    async def __call__(
        self,
        fact: ApplicationReceived,
        about: Incoming,
        transaction: object,  # noqa: ARG002 - every reaction is given it; this one has no rows of its own
    ) -> None:
        """Activate what was applied for."""
        for order in fact.contracts:
            # A contract's activation is the same command however often its application is read.
            command_id = uuid5(order.contract_id, "activate")
            await self.handlers.activate(order, caused_by(about, "contracts", command_id))
