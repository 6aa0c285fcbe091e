"""Finds the contract that a number stands for. Next stop: domain/affected.py.

A number belongs to one application for good, and what an application says of a contract never changes, so what was
found once is kept.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kernel.application.ports import EventStore
from kernel.domain.recorded import Claim
from services.contracts.application.ports import Fingerprint
from services.contracts.domain.affected import Affected
from services.contracts.domain.application import Received, application

CONTRACT = "contract-number"
"""The scope of claims on contract numbers; stored for ever."""

MOST_KEPT = 100_000


@dataclass(slots=True, kw_only=True)
class Numbers:
    """The contracts by their numbers."""

    store: EventStore
    fingerprint: Fingerprint
    _kept: OrderedDict[str, Affected] = field(default_factory=OrderedDict)

    def claim(self, contract_number: str) -> Claim:
        """Return the claim on a number."""
        return Claim(CONTRACT, self.fingerprint(CONTRACT, contract_number))

    async def find(self, contract_number: str) -> Affected | None:
        """Return the contract; None when nobody has applied for it."""
        if contract_number not in self._kept:
            stream = await self.store.find(self.claim(contract_number))
            received = application.fold(one.event for one in await self.store.load(stream)) if stream else None
            if received is not None:
                self._keep(received)
        return self._kept.get(contract_number)

    async def sort(self, contract_numbers: Iterable[str]) -> tuple[tuple[Affected, ...], tuple[str, ...]]:
        """Return the contracts that are known, and the numbers that are not, each once and in the order given."""
        found, unknown = list[Affected](), list[str]()
        for number in dict.fromkeys(contract_numbers):
            known = await self.find(number)
            if known is None:
                unknown.append(number)
            else:
                found.append(known)
        return tuple(found), tuple(unknown)

    def _keep(self, received: Received) -> None:
        for one in received.contracts:
            self._kept[one.contract_number] = Affected(
                contract_id=one.contract_id,
                contract_number=one.contract_number,
                service_name=one.service_name,
                tenant_id=received.tenant_id,
            )
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
