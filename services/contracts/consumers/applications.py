"""Reads the service's own log: what was applied for comes into force. Next stop: domain/contract.py.

An application and its contracts are streams of their own, so no single append can hold them; a crash in between
heals here, for the log still says what is to be done.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from kernel.application.consume import Incoming, caused_by
from kernel.domain.reads import wire_name
from services.contracts.application.handlers import ContractHandlers
from services.contracts.application.ports import ForTenant
from services.contracts.domain.application import application
from services.contracts.domain.errors import ContractNotInForce, ContractUnknown
from services.contracts.domain.events import ApplicationReceived, ApplicationStateChanged, OrderState, OrderType
from services.contracts.domain.form import OrderedContract

READER = "contracts.applications"


@dataclass(frozen=True, slots=True)
class Applications:
    """Brings contracts into force and ends them as applications say, each once."""

    handlers: ContractHandlers

    @property
    def types(self) -> Mapping[str, type[Any]]:
        """The facts it reads."""
        return {wire_name(one): one for one in (ApplicationReceived, ApplicationStateChanged)}

    async def __call__(
        self,
        fact: ApplicationReceived | ApplicationStateChanged,
        about: Incoming,
        transaction: object,  # noqa: ARG002 - every reaction is given it; this one has no rows of its own
    ) -> None:
        """Do what was applied for: with the form that opens a tenant at once, with every other when it is completed."""
        if isinstance(fact, ApplicationReceived):
            await self._activate(fact.contracts, about, fact.at)
        elif fact.state is OrderState.COMPLETED:
            await self._complete(fact, about)

    async def _complete(self, fact: ApplicationStateChanged, about: Incoming) -> None:
        past = await self.handlers.store.load(fact.application_id)
        done = application.fold(one.event for one in past)
        if done is None:
            return
        if done.order_type is OrderType.NEW:
            await self._activate(done.contracts, about, fact.at)
        elif done.order_type is OrderType.TERMINATION:
            for one in done.about:
                with suppress(ContractNotInForce, ContractUnknown):
                    await self.handlers.terminate(one.contract_id, self._by(one.contract_id, about), fact.at)

    async def _activate(self, contracts: Iterable[OrderedContract], about: Incoming, at: datetime) -> None:
        for order in contracts:
            # A contract's activation is the same command however often its application is read.
            command_id = uuid5(order.contract_id, "activate")
            await self.handlers.activate(order, caused_by(about, "contracts", command_id), at)

    @staticmethod
    def _by(contract_id: UUID, about: Incoming) -> ForTenant:
        by = caused_by(about, "contracts", uuid5(contract_id, "terminate"))
        return lambda tenant_id: replace(by, tenant_id=tenant_id)
