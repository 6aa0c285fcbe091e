"""Applications and contracts: time, ids and outside checks become plain values here. Next stop: domain/."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.application.execute import execute
from kernel.application.ports import Clock, EventStore, NewId
from kernel.domain.context import Context
from kernel.domain.errors import ClaimTaken
from kernel.domain.recorded import Appended, Claim, LogPosition
from services.contracts.application.moment import happened
from services.contracts.application.numbers import CONTRACT
from services.contracts.application.orders import APPLICATION, CONTENT
from services.contracts.application.ports import Fingerprint, ForTenant
from services.contracts.domain.application import Received, application
from services.contracts.domain.commands import (
    ActivateContract,
    Amendment,
    ChangeContract,
    ChangeMemo,
    ChangeServiceStatus,
    ReceiveApplication,
    TerminateContract,
)
from services.contracts.domain.contract import contract
from services.contracts.domain.errors import ContractNumberTaken, ContractUnknown
from services.contracts.domain.events import ServiceStatus
from services.contracts.domain.form import Administrator, Form, OrderedContract, TermChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a form, now or before."""

    received: Received
    is_new: bool
    position: LogPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractHandlers:
    """What this service can be asked to do, and what it needs to do it."""

    store: EventStore
    now: Clock
    new_id: NewId
    fingerprint: Fingerprint

    async def receive(self, form: Form, by: ForTenant) -> Outcome:
        """Take a form in; the same one again is answered as before.

        Raises: ApplicationDiffers; ContractNumberTaken; NotYet; KeyReused.
        """
        number = self._claim(APPLICATION, form.application_number)
        claims = [number, *(self._claim(CONTRACT, order.contract_number) for order in form.contracts)]
        asked = self._command(await self.store.find(number) or self.new_id(), form)
        stream = asked.application_id
        try:
            done = await execute(self.store, application, stream, asked, by(asked.tenant_id), claims=claims)
        except ClaimTaken:
            if await self.store.find(number) in (None, stream):
                raise await self._taken(form, claims[1:], stream) from None
            # Somebody handed in the same number at the same moment: theirs is the form to compare this one with.
            return await self.receive(form, by)
        return await self._outcome(done)

    async def activate(self, order: OrderedContract, by: Context, at: datetime | None = None) -> Appended:
        """Bring a contract that was applied for into force, now or from *at* on; once."""
        asked = ActivateContract(order=order, at=at or self.now())
        return await execute(self.store, contract, order.contract_id, asked, by)

    async def change(self, contract_id: UUID, changes: TermChanges, by: ForTenant) -> Appended:
        """Change some terms. Raises: ContractUnknown, ContractNotInForce."""
        return await self._amend(ChangeContract(contract_id=contract_id, changes=changes, at=self.now()), by)

    async def change_service_status(
        self, contract_id: UUID, status: ServiceStatus, by: ForTenant, at: datetime | None = None
    ) -> Appended:
        """Say how the service runs, or ran from *at* on. Raises: ContractUnknown, ContractNotInForce."""
        asked = ChangeServiceStatus(contract_id=contract_id, service_status=status, at=at or self.now())
        return await self._amend(asked, by)

    async def change_memo(self, contract_id: UUID, memo: str, by: Context, expected: int | None = None) -> Appended:
        """Note something for the company, where a version is expected only while the contract is at it.

        Raises: ContractUnknown, also for another company; ContractNotInForce; PreconditionFailed.
        """
        past = await self.store.load(contract_id)
        if not past or past[0].tenant_id != by.tenant_id:
            raise ContractUnknown
        asked = ChangeMemo(contract_id=contract_id, memo=memo, at=self.now())
        return await execute(self.store, contract, contract_id, asked, by, expected=expected)

    async def terminate(self, contract_id: UUID, by: ForTenant, at: datetime | None = None) -> Appended:
        """End a contract, now or from *at* on. Raises: ContractUnknown, ContractNotInForce."""
        return await self._amend(TerminateContract(contract_id=contract_id, at=at or self.now()), by)

    async def _amend(self, asked: Amendment, by: ForTenant) -> Appended:
        past = await self.store.load(asked.contract_id)
        if not past:
            raise ContractUnknown
        # The operator speaks for no tenant; whose contract it is says the contract.
        return await execute(self.store, contract, asked.contract_id, asked, by(past[0].tenant_id))

    def _claim(self, scope: str, name: str) -> Claim:
        return Claim(scope, self.fingerprint(scope, name))

    def _command(self, application_id: UUID, form: Form) -> ReceiveApplication:
        return ReceiveApplication(
            application_id=application_id,
            application_number=form.application_number,
            tenant_id=self.new_id(),
            customer=form.customer,
            administrator=Administrator(**asdict(form.administrator), user_id=self.new_id()),
            contracts=tuple(OrderedContract(**asdict(order), contract_id=self.new_id()) for order in form.contracts),
            fingerprint=self.fingerprint(CONTENT, _canonical(form)).hex(),
            at=happened(form.received_at, self.now()),
        )

    async def _taken(self, form: Form, claims: Sequence[Claim], stream: UUID) -> ContractNumberTaken:
        numbers = [
            order.contract_number
            for order, claim in zip(form.contracts, claims, strict=True)
            if await self.store.find(claim) not in (None, stream)
        ]
        return ContractNumberTaken(contract_numbers=numbers)

    async def _outcome(self, done: Appended) -> Outcome:
        received = application.fold(fact.event for fact in await self.store.load(done.stream_id))
        if received is None:
            raise AssertionError("a form that was taken in is on its stream")
        return Outcome(received=received, is_new=bool(done.events), position=done.position)


def _canonical(form: Form) -> str:
    """Return a form as a text that is the same for the same content.

    What a form leaves out is left out here too, so that a field that forms get later changes no old fingerprint. When
    it came in is no part of what it says.
    """
    said = asdict(
        replace(form, received_at=None),
        dict_factory=lambda pairs: {name: value for name, value in pairs if value not in (None, ())},
    )
    return json.dumps(said, sort_keys=True, ensure_ascii=False)
